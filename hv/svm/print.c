/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A control block in words, for a panic. */
#include "hv/svm/svm.h"
#include "hv/x86/console.h"
#include "hv/x86/vendor.h"

void vendor_print(const struct cpu *cpu)
{
	const struct vmcb *ran = (const struct vmcb *)cpu->run_block;
	const struct vmcb *vmcb = svm_vmcb(cpu);

	console_print(" exit %x info1=%x info2=%x event=%x inject=%x\n",
		      ran->exit_code, ran->exit_info1, ran->exit_info2,
		      ran->exit_event, ran->event_injection);
	console_print(" cs=%x base=%x rip=%x rsp=%x rflags=%x rax=%x\n",
		      (uint64_t)vmcb->cs.selector, vmcb->cs.base, vmcb->rip,
		      vmcb->rsp, vmcb->rflags, vmcb->rax);
	console_print(" cr0=%x cr2=%x cr3=%x cr4=%x efer=%x cpl=%u\n",
		      vmcb->cr0, vmcb->cr2, vmcb->cr3, vmcb->cr4, vmcb->efer,
		      (uint64_t)vmcb->cpl);
	console_print(" dr6=%x dr7=%x shadow=%x ncr3=%x asid=%u pat=%x\n",
		      vmcb->dr6, vmcb->dr7, vmcb->interrupt_shadow,
		      vmcb->nested_cr3, (uint64_t)vmcb->asid, vmcb->pat);
}
