/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SVM on and VTL0 described: permission maps, control blocks, launch, INIT and
 * start-up state. Called by hv/x86 through vendor.h. Invariant: a control
 * block always has nested paging on and every guard intercept set.
 */
#include "hv/svm/svm.h"
#include "hv/core/machine.h"
#include "hv/core/power.h"
#include "hv/core/protect.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/msr.h"
#include "hv/x86/msr_table.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"
#include "lib/bytes.h"

#define PORT_MAP_PAGES 3
#define MSR_MAP_PAGES  2

uint64_t svm_port_map;
uint64_t svm_msr_map;
uint64_t svm_msr_map_watched;

enum status vendor_prepare(struct pool *pool)
{
	spa_t ports, msrs, watched;

	if (!pool_take(pool, PORT_MAP_PAGES, &ports) ||
	    !pool_take(pool, MSR_MAP_PAGES, &msrs) ||
	    !pool_take(pool, MSR_MAP_PAGES, &watched)) {
		return STATUS_NO_MEMORY;
	}
	power_ports(&hv.handoff.platform, machine_frame(ports));
	msr_fill_permission_map(machine_frame(msrs), false);
	msr_fill_permission_map(machine_frame(watched), true);
	svm_port_map = ports.value;
	svm_msr_map = msrs.value;
	svm_msr_map_watched = watched.value;
	return STATUS_OK;
}

enum status vendor_check(void)
{
	if (msr_read(MSR_EFER) & EFER_SVME) {
		return STATUS_CONFLICT;
	}
	if (msr_read(MSR_VM_CR) & VM_CR_SVMDIS) {
		return STATUS_UNSUPPORTED;
	}
	return STATUS_OK;
}

void svm_control_vtl0(struct vmcb *vmcb)
{
	vmcb->intercept_dr = INTERCEPT_DR_ADDRESSES;
	vmcb->intercept_exceptions = 1u << VECTOR_DB | 1u << VECTOR_AC;
	vmcb->intercept_misc1 = INTERCEPT1_NMI | INTERCEPT1_SMI |
				INTERCEPT1_INIT | INTERCEPT1_INVD |
				INTERCEPT1_INVLPGA | INTERCEPT1_PORT |
				INTERCEPT1_MSR | INTERCEPT1_SHUTDOWN;
	/* WBINVD too: an emulator confuses it with INVD. */
	vmcb->intercept_misc2 = INTERCEPT2_VIRTUALIZATION | INTERCEPT2_WBINVD;
	vmcb->port_map = svm_port_map;
	vmcb->msr_map = svm_msr_map;
	vmcb->asid = ASID_VTL0;
	vmcb->tlb_control = TLB_FLUSH_ALL;
	vmcb->nested_control = NESTED_ENABLE;
	vmcb->nested_cr3 = protect_root(VIEW_VTL0).value;
}

static void segment_reset(struct vmcb_segment *segment, uint16_t attributes)
{
	*segment = (struct vmcb_segment){.attributes = attributes,
					 .limit = RESET_LIMIT};
}

/* APM vol. 2, table 14-2, "INIT". */
static void state_reset(struct vmcb *vmcb)
{
	segment_reset(&vmcb->cs, SEGMENT_CODE_RESET);
	vmcb->cs.selector = RESET_CS_SELECTOR;
	vmcb->cs.base = RESET_CS_BASE;
	segment_reset(&vmcb->es, SEGMENT_DATA_RESET);
	segment_reset(&vmcb->ss, SEGMENT_DATA_RESET);
	segment_reset(&vmcb->ds, SEGMENT_DATA_RESET);
	segment_reset(&vmcb->fs, SEGMENT_DATA_RESET);
	segment_reset(&vmcb->gs, SEGMENT_DATA_RESET);
	segment_reset(&vmcb->gdtr, 0);
	segment_reset(&vmcb->idtr, 0);
	segment_reset(&vmcb->ldtr, SEGMENT_LDT_RESET);
	segment_reset(&vmcb->tr, SEGMENT_TSS_RESET);
	vmcb->cpl = 0;
	vmcb->efer = EFER_SVME;
	vmcb->cr0 = CR0_AFTER_INIT;
	vmcb->cr2 = 0;
	vmcb->cr3 = 0;
	vmcb->cr4 = 0;
	vmcb->dr6 = DR6_AFTER_INIT;
	vmcb->dr7 = DR7_AFTER_INIT;
	vmcb->rflags = RFLAGS_ALWAYS_ONE;
	vmcb->rip = RESET_RIP;
	vmcb->rsp = 0;
	vmcb->rax = 0;
	vmcb->event_injection = 0;
	vmcb->interrupt_shadow = 0;
}

/* Runs HLT in real mode, in a view that holds nothing but that. */
void svm_control_parked(struct vmcb *vmcb)
{
	bytes_zero(vmcb, sizeof(*vmcb));
	svm_control_vtl0(vmcb);
	vmcb->asid = ASID_PARKED;
	vmcb->nested_cr3 = protect_root(VIEW_PARKED).value;
	state_reset(vmcb);
	vmcb->cr0 = CR0_ET; /* cached, else as after INIT */
	vmcb->cs.selector = 0;
	vmcb->cs.base = hv.parked_frame.value;
	vmcb->rip = 0;
	vmcb->pat = msr_read(MSR_PAT);
}

void vendor_wait(struct cpu *cpu)
{
	struct vmcb *vmcb = svm_vmcb(cpu);

	state_reset(vmcb);
	svm_control_vtl0(vmcb);
	vendor_intercept_arm(cpu); /* INIT undoes nothing of VTL1's */
	bytes_zero(cpu->gpr, sizeof(cpu->gpr));
	/* RDX holds the family and model after INIT. */
	cpu->gpr[GPR_RDX] = cpuid(1, 0).eax;
	__asm__ volatile("mov %0, %%dr0; mov %0, %%dr1;"
			 "mov %0, %%dr2; mov %0, %%dr3"
			 :
			 : "r"(UINT64_C(0)));
	svm_control_parked(&svm_pages(cpu)->parked);
	cpu->run_block = (uint64_t)&svm_pages(cpu)->parked;
}

void vendor_start(struct cpu *cpu, uint8_t vector)
{
	struct vmcb *vmcb = svm_vmcb(cpu);
	struct vmcb_segment fs, gs, ldtr, tr;

	vmcb->cs.selector = (uint16_t)(vector << 8);
	vmcb->cs.base = (uint64_t)vector << PAGE_SHIFT;
	vmcb->rip = 0;
	/* VMSAVE fetches the MSRs that INIT leaves alone, and overwrites the
	   segments that INIT resets. */
	fs = vmcb->fs;
	gs = vmcb->gs;
	ldtr = vmcb->ldtr;
	tr = vmcb->tr;
	svm_vmsave(vmcb);
	vmcb->fs = fs;
	vmcb->gs = gs;
	vmcb->ldtr = ldtr;
	vmcb->tr = tr;
	svm_vmload(vmcb);
	cpu->run_block = (uint64_t)vmcb;
}

void vendor_flush(struct cpu *cpu)
{
	svm_pages(cpu)->vtl0.tlb_control = TLB_FLUSH_ALL;
	svm_pages(cpu)->vtl1.tlb_control = TLB_FLUSH_ALL;
	svm_pages(cpu)->parked.tlb_control = TLB_FLUSH_ALL;
}
