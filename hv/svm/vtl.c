/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL1's control block, the switch between the two, and VTL0's registers as
 * VTL1 may see them. Called by hv/x86/vtl.c and hv/core/hypercall.c. VMSAVE
 * and VMLOAD exchange what VMRUN leaves alone (APM vol. 2, 15.5.2).
 */
#include "abi/vtl.h"
#include "hv/core/protect.h"
#include "hv/core/vp.h"
#include "hv/svm/svm.h"
#include "hv/x86/registers.h"
#include "hv/x86/vendor.h"
#include "lib/bytes.h"

#define CPL_MASK 3u

static struct vmcb_segment segment_from(const struct hv_segment *from)
{
	return (struct vmcb_segment){.selector = from->selector,
				     .attributes = from->attributes,
				     .limit = from->limit,
				     .base = from->base};
}

static struct vmcb_segment table_from(const struct hv_table *from)
{
	return (struct vmcb_segment){.limit = from->limit, .base = from->base};
}

static void control_vtl1(struct vmcb *vmcb)
{
	svm_control_vtl0(vmcb);
	vmcb->intercept_exceptions = 0;
	vmcb->intercept_misc1 |= INTERCEPT1_INTERRUPT;
	vmcb->asid = ASID_VTL1;
	vmcb->nested_cr3 = protect_root(VIEW_VTL1).value;
}

bool vp_vtl1_create(struct cpu *cpu,
		    const struct hv_initial_vp_context *context)
{
	struct vmcb *vmcb = &svm_pages(cpu)->vtl1;

	if ((context->efer & EFER_LMA) == 0 || (context->cr0 & CR0_PG) == 0 ||
	    (context->cr4 & CR4_PAE) == 0 ||
	    (context->cs.attributes & SEGMENT_CODE_LONG) == 0) {
		return false;
	}
	bytes_zero(vmcb, sizeof(*vmcb));
	control_vtl1(vmcb);
	vmcb->cs = segment_from(&context->cs);
	vmcb->ds = segment_from(&context->ds);
	vmcb->es = segment_from(&context->es);
	vmcb->fs = segment_from(&context->fs);
	vmcb->gs = segment_from(&context->gs);
	vmcb->ss = segment_from(&context->ss);
	vmcb->tr = segment_from(&context->tr);
	vmcb->ldtr = segment_from(&context->ldtr);
	vmcb->idtr = table_from(&context->idtr);
	vmcb->gdtr = table_from(&context->gdtr);
	vmcb->rip = context->rip;
	vmcb->rsp = context->rsp;
	vmcb->rflags = context->rflags | RFLAGS_ALWAYS_ONE;
	vmcb->efer = context->efer | EFER_SVME;
	vmcb->cr0 = context->cr0;
	vmcb->cr3 = context->cr3;
	vmcb->cr4 = context->cr4;
	vmcb->pat = context->pat;
	vmcb->dr6 = DR6_AFTER_INIT;
	vmcb->dr7 = DR7_AFTER_INIT;
	return true;
}

void vendor_vtl_switch(struct cpu *cpu, const struct exit *exit, bool done)
{
	struct vmcb *from = svm_vmcb(cpu);
	struct vmcb *to;

	if (done) {
		svm_skip(from, exit);
	}
	cpu->vtl = cpu->vtl == 0 ? 1 : 0;
	to = svm_vmcb(cpu);
	svm_vmsave(from);
	svm_vmload(to);
	cpu->gpr[GPR_RSP] = to->rsp;
	cpu->run_block = (uint64_t)to;
}

void vendor_vina(struct cpu *cpu, uint8_t vector)
{
	struct vmcb *vmcb = svm_vmcb(cpu);

	if (vmcb->cpl == USER_LEVEL && (vmcb->rflags & RFLAGS_IF) != 0 &&
	    (vmcb->event_injection & EVENT_VALID) == 0) {
		vmcb->event_injection = field_put(
			EVENT_VALID | vector, EVENT_TYPE, EVENT_TYPE_EXTERNAL);
	}
}

void vendor_intercept(const struct cpu *cpu, struct hv_intercept_header *header)
{
	const struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	header->execution_state = vmcb->cpl & CPL_MASK;
	header->cs = (struct hv_segment){.base = vmcb->cs.base,
					 .limit = vmcb->cs.limit,
					 .selector = vmcb->cs.selector,
					 .attributes = vmcb->cs.attributes};
	header->rip = vmcb->rip;
	header->rflags = vmcb->rflags;
}

/* Where a register of VTL0 with 64 bits is; NULL: none of these. */
static const uint64_t *place_of(const struct vmcb *vmcb, uint32_t name)
{
	switch (name) {
	case HV_REGISTER_RSP:
		return &vmcb->rsp;
	case HV_REGISTER_RIP:
		return &vmcb->rip;
	case HV_REGISTER_RFLAGS:
		return &vmcb->rflags;
	case HV_REGISTER_CR0:
		return &vmcb->cr0;
	case HV_REGISTER_CR3:
		return &vmcb->cr3;
	case HV_REGISTER_CR4:
		return &vmcb->cr4;
	case HV_REGISTER_STAR:
		return &vmcb->star;
	case HV_REGISTER_LSTAR:
		return &vmcb->lstar;
	case HV_REGISTER_CSTAR:
		return &vmcb->cstar;
	case HV_REGISTER_SFMASK:
		return &vmcb->sfmask;
	default:
		return NULL;
	}
}

bool vp_register_get(const struct cpu *cpu, uint32_t name,
		     union hv_register_value *value)
{
	const struct vmcb *vmcb = &svm_pages(cpu)->vtl0;
	const uint64_t *place = place_of(vmcb, name);
	const struct vmcb_segment *table;

	if (place != NULL) {
		value->low = *place;
		return true;
	}
	switch (name) {
	case HV_REGISTER_EFER:
		value->low = vmcb->efer & ~EFER_SVME;
		return true;
	case HV_REGISTER_IDTR:
	case HV_REGISTER_GDTR:
		table = name == HV_REGISTER_IDTR ? &vmcb->idtr : &vmcb->gdtr;
		value->table.limit = (uint16_t)table->limit;
		value->table.base = table->base;
		return true;
	default:
		return false;
	}
}

/* An exception for VTL0, delivered when it runs again. */
static bool pending_event_set(struct vmcb *vmcb, uint64_t value)
{
	uint64_t vector = value >> HV_PENDING_VECTOR_SHIFT & EVENT_VECTOR;
	uint64_t event = EVENT_VALID | vector;

	if ((value & HV_PENDING_EVENT) == 0 || vector >= VECTOR_EXTERNAL ||
	    vector == VECTOR_NMI ||
	    (vmcb->event_injection & EVENT_VALID) != 0) {
		return false;
	}
	event = field_put(event, EVENT_TYPE, EVENT_TYPE_EXCEPTION);
	if (value & HV_PENDING_EVENT_ERROR) {
		event |= EVENT_HAS_ERROR;
		event = field_put(event, EVENT_ERROR,
				  value >> HV_PENDING_ERROR_SHIFT);
	}
	vmcb->event_injection = event;
	return true;
}

bool vp_register_set(struct cpu *cpu, uint32_t name,
		     const union hv_register_value *value)
{
	struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	switch (name) {
	case HV_REGISTER_RIP:
		vmcb->rip = value->low;
		return true;
	case HV_REGISTER_PENDING_EVENT0:
		return pending_event_set(vmcb, value->low);
	default:
		return false;
	}
}
