/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From VTL0 to core and back. Called by entry.S with VTL0's registers on the
 * stack. Invariant: what a VTL call changes of them is what abi/vtl_call.h
 * says, and an intercept changes nothing.
 */
#include "sk/x86/vtl.h"

#include "lib/bytes.h"
#include "sk/core/entry.h"
#include "sk/x86/cpu.h"
#include "sk/x86/x86.h"

static void call(struct cpu *cpu, struct vtl_frame *frame)
{
	struct hv_vp_vtl_control *control = &cpu->assist->vtl_control;
	struct vtl_call_frame call = {
		.rdx = frame->rdx, .r8 = frame->r8, .r9 = frame->r9};

	entry_vtl_call(&call);
	frame->rdx = call.rdx;
	control->return_rax = call.rax;
	control->return_rcx = frame->rcx;
}

static __attribute__((noinline)) void intercept(struct cpu *cpu,
						const struct vtl_frame *frame)
{
	struct hv_vp_vtl_control *control = &cpu->assist->vtl_control;
	struct hv_message message = cpu->assist->intercept_message;

	entry_intercept(&message);
	control->return_rax = frame->rax;
	control->return_rcx = frame->rcx;
}

void vtl_enter(struct vtl_frame *frame)
{
	struct cpu *cpu = cpu_this();
	uint32_t reason = HV_VTL_ENTRY_VTL_CALL;

	if (cpu->ready) {
		reason = cpu->assist->vtl_control.entry_reason;
	} else {
		cpu_finish(cpu);
		cpu_answer(cpu);
	}
	if (reason == HV_VTL_ENTRY_INTERCEPT) {
		intercept(cpu, frame);
	} else {
		call(cpu, frame);
	}
	if (cpu->lent) {
		vector_end(cpu);
	}
}
