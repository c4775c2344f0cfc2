/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps the two VTLs' predictions and buffers apart. Called by entry.S
 * at each crossing and by gates.S behind ring 3; barrier_flags says what the
 * processor has. Nothing but RAX, RCX, RDX and flags changes.
 */
	.text

	/* sk/x86/barrier.h */
	.set BARRIER_IBPB, 1
	.set BARRIER_VERW, 2
	.set MSR_PRED_CMD, 0x49			/* APM vol. 2, 3.2.9 */
	.set RSB_ENTRIES, 32

	.macro PREDICTORS_FORGET
	testb $BARRIER_IBPB, barrier_flags(%rip)
	jz 1f
	mov $MSR_PRED_CMD, %ecx
	mov $1, %eax
	xor %edx, %edx
	wrmsr
1:
	.endm

/* void barrier_enter(void): before the first RET or indirect branch. */
	.globl barrier_enter
	.hidden barrier_enter
	.balign 16
barrier_enter:
	PREDICTORS_FORGET
/* void barrier_fill(void): returns that are predicted go nowhere. */
	.globl barrier_fill
	.hidden barrier_fill
barrier_fill:
	.rept RSB_ENTRIES
	call 2f
	int3
2:
	.endr
	add $8 * RSB_ENTRIES, %rsp
	ret
	.globl barrier_fill_end
	.hidden barrier_fill_end
barrier_fill_end:

/* void barrier_leave(void) */
	.globl barrier_leave
	.hidden barrier_leave
	.balign 16
barrier_leave:
	PREDICTORS_FORGET
	testb $BARRIER_VERW, barrier_flags(%rip)
	jz 1f
	verw verw_selector(%rip)
1:	ret
	.globl barrier_leave_end
	.hidden barrier_leave_end
barrier_leave_end:

	.section .rodata
verw_selector:
	.short 0x10				/* SELECTOR_DATA */
