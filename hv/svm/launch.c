/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From bare processor to VTL0 in place: the control block takes over the state
 * that the loader runs with, so that VMRUN continues in the loader. Called
 * once per CPU by hv/x86/launch.c.
 */
#include "hv/core/machine.h"
#include "hv/svm/svm.h"
#include "hv/x86/gates.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/msr.h"
#include "hv/x86/registers.h"
#include "hv/x86/vendor.h"

/* Segment descriptor, APM vol. 2, 4.7.1. */
#define DESCRIPTOR_LIMIT_LOW   MASK64(15, 0)
#define DESCRIPTOR_BASE_LOW    MASK64(39, 16)
#define DESCRIPTOR_ATTR_LOW    MASK64(47, 40)
#define DESCRIPTOR_LIMIT_HIGH  MASK64(51, 48)
#define DESCRIPTOR_ATTR_HIGH   MASK64(55, 52)
#define DESCRIPTOR_BASE_HIGH   MASK64(63, 56)
#define DESCRIPTOR_GRANULARITY BIT64(55)
#define SELECTOR_INDEX	       MASK64(15, 3)

static uint64_t descriptor_base(uint64_t descriptor)
{
	return field_get(descriptor, DESCRIPTOR_BASE_LOW) |
	       field_get(descriptor, DESCRIPTOR_BASE_HIGH) << 24;
}

static struct vmcb_segment segment_load(uint16_t selector, uint64_t gdt)
{
	uint64_t descriptor;
	uint64_t limit;

	if ((selector & SELECTOR_INDEX) == 0) {
		return (struct vmcb_segment){.selector = selector};
	}
	descriptor = *(const uint64_t *)(gdt + (selector & SELECTOR_INDEX));
	limit = field_get(descriptor, DESCRIPTOR_LIMIT_LOW) |
		field_get(descriptor, DESCRIPTOR_LIMIT_HIGH) << 16;
	if (descriptor & DESCRIPTOR_GRANULARITY) {
		limit = limit << PAGE_SHIFT | (PAGE_BYTES - 1);
	}
	return (struct vmcb_segment){
		.selector = selector,
		.attributes =
			(uint16_t)(field_get(descriptor, DESCRIPTOR_ATTR_LOW) |
				   field_get(descriptor, DESCRIPTOR_ATTR_HIGH)
					   << 8),
		.limit = (uint32_t)limit,
		.base = descriptor_base(descriptor),
	};
}

#define SELECTOR_OF(name)                                        \
	static uint16_t selector_##name(void)                    \
	{                                                        \
		uint16_t selector;                               \
		__asm__("mov %%" #name ", %0" : "=r"(selector)); \
		return selector;                                 \
	}
SELECTOR_OF(es)
SELECTOR_OF(cs)
SELECTOR_OF(ss)
SELECTOR_OF(ds)

static void state_capture(struct vmcb *vmcb)
{
	struct table_register gdtr, idtr;
	uint64_t dr6, dr7;

	__asm__("sgdt %0" : "=m"(gdtr));
	__asm__("sidt %0" : "=m"(idtr));
	__asm__("mov %%dr6, %0; mov %%dr7, %1" : "=r"(dr6), "=r"(dr7));
	vmcb->es = segment_load(selector_es(), gdtr.base);
	vmcb->cs = segment_load(selector_cs(), gdtr.base);
	vmcb->ss = segment_load(selector_ss(), gdtr.base);
	vmcb->ds = segment_load(selector_ds(), gdtr.base);
	vmcb->gdtr.base = gdtr.base;
	vmcb->gdtr.limit = gdtr.limit;
	vmcb->idtr.base = idtr.base;
	vmcb->idtr.limit = idtr.limit;
	vmcb->cr0 = cr0_read();
	vmcb->cr2 = cr2_read();
	vmcb->cr3 = cr3_read();
	vmcb->cr4 = cr4_read();
	vmcb->dr6 = dr6;
	vmcb->dr7 = dr7;
	vmcb->pat = msr_read(MSR_PAT);
	vmcb->rflags = RFLAGS_ALWAYS_ONE;
	svm_vmsave(vmcb);
}

void vendor_launch(struct cpu *cpu, uint64_t resume_rip, uint64_t resume_rsp)
{
	struct svm_pages *pages = svm_pages(cpu);
	uint64_t efer = msr_read(MSR_EFER);

	msr_write(MSR_EFER, efer | EFER_SVME | EFER_NXE);
	msr_write(MSR_VM_HSAVE, (uint64_t)pages->host_save);
	svm_control_vtl0(&pages->vtl0);
	svm_control_parked(&pages->parked);
	state_capture(&pages->vtl0);
	pages->vtl0.efer = efer | EFER_SVME;
	pages->vtl0.rip = resume_rip;
	pages->vtl0.rsp = resume_rsp;
	pages->vtl0.rax = STATUS_OK;
	cpu->run_block = (uint64_t)&pages->vtl0;
}
