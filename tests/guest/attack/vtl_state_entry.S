/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A VTL call with all general and vector registers loaded from memory before
 * and stored to memory behind it, with no instruction between that could hide
 * a change. XCR0 is what the caller wants as long as the call lasts.
 */
#include <linux/linkage.h>

#include "vtl_state.h"

	.text
SYM_FUNC_START(vtl_state_call)
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	xor %ecx, %ecx
	xgetbv
	push %rax
	push %rdi
	mov STATE_PATTERN(%rdi), %rsi
	.irp register, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqu 32 * \register(%rsi), %ymm\register
	.endr
	fninit
	fldpi
	fldl2e
	mov STATE_BEFORE(%rdi), %rsi
	mov $-1, %eax
	mov $-1, %edx
	xsave64 (%rsi)
	mov STATE_XCR0(%rdi), %eax
	xor %edx, %edx
	xsetbv
	mov STATE_IN + 8 * 0(%rdi), %rax
	mov STATE_IN + 8 * 1(%rdi), %rcx
	mov STATE_IN + 8 * 2(%rdi), %rdx
	mov STATE_IN + 8 * 3(%rdi), %rbx
	mov STATE_IN + 8 * 4(%rdi), %rbp
	mov STATE_IN + 8 * 5(%rdi), %rsi
	mov STATE_IN + 8 * 7(%rdi), %r8
	mov STATE_IN + 8 * 8(%rdi), %r9
	mov STATE_IN + 8 * 9(%rdi), %r10
	mov STATE_IN + 8 * 10(%rdi), %r11
	mov STATE_IN + 8 * 11(%rdi), %r12
	mov STATE_IN + 8 * 12(%rdi), %r13
	mov STATE_IN + 8 * 13(%rdi), %r14
	mov STATE_IN + 8 * 14(%rdi), %r15
	mov STATE_IN + 8 * 6(%rdi), %rdi
	vmmcall
	push %rdi
	mov 8(%rsp), %rdi
	mov %rax, STATE_OUT + 8 * 0(%rdi)
	mov %rcx, STATE_OUT + 8 * 1(%rdi)
	mov %rdx, STATE_OUT + 8 * 2(%rdi)
	mov %rbx, STATE_OUT + 8 * 3(%rdi)
	mov %rbp, STATE_OUT + 8 * 4(%rdi)
	mov %rsi, STATE_OUT + 8 * 5(%rdi)
	pop STATE_OUT + 8 * 6(%rdi)
	mov %r8, STATE_OUT + 8 * 7(%rdi)
	mov %r9, STATE_OUT + 8 * 8(%rdi)
	mov %r10, STATE_OUT + 8 * 9(%rdi)
	mov %r11, STATE_OUT + 8 * 10(%rdi)
	mov %r12, STATE_OUT + 8 * 11(%rdi)
	mov %r13, STATE_OUT + 8 * 12(%rdi)
	mov %r14, STATE_OUT + 8 * 13(%rdi)
	mov %r15, STATE_OUT + 8 * 14(%rdi)
	xor %ecx, %ecx
	xgetbv					/* as it was left for us? */
	mov %rax, STATE_XCR0(%rdi)
	mov 8(%rsp), %rax
	xor %edx, %edx
	xsetbv
	mov STATE_AFTER(%rdi), %rsi
	mov $-1, %eax
	mov $-1, %edx
	xsave64 (%rsi)
	add $16, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	RET
SYM_FUNC_END(vtl_state_call)
