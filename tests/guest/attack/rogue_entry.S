/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a start-up IPI to long mode, in the page at ROGUE_PAGE where rogue.c
 * copies this to. Whatever it needs lies there too, at fixed places.
 */
#include <linux/linkage.h>
#include <asm/msr-index.h>
#include <asm/unwind_hints.h>

#include "rogue.h"

	.section .rodata
	.globl rogue_start, rogue_end
	.balign 16
rogue_start:
	.code16
	cli
	mov %cs, %ax
	mov %ax, %ds
	lgdtl ROGUE_GDTR
	mov %cr0, %eax
	or $1, %al
	mov %eax, %cr0
	ljmpl $ROGUE_CODE32, $(ROGUE_PAGE + 1f - rogue_start)
1:	.code32
	mov $ROGUE_DATA, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov ROGUE_PAGE + ROGUE_CR4, %eax
	mov %eax, %cr4
	mov ROGUE_PAGE + ROGUE_CR3, %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	mov ROGUE_PAGE + ROGUE_EFER, %eax
	xor %edx, %edx
	wrmsr
	mov ROGUE_PAGE + ROGUE_CR0, %eax
	mov %eax, %cr0
	ljmpl $ROGUE_CODE64, $(ROGUE_PAGE + 2f - rogue_start)
2:	.code64
	mov $MSR_GS_BASE, %ecx
	mov ROGUE_PAGE + ROGUE_GS_BASE, %eax
	mov ROGUE_PAGE + ROGUE_GS_BASE + 4, %edx
	wrmsr
	mov ROGUE_PAGE + ROGUE_STACK, %rsp
	mov ROGUE_PAGE + ROGUE_ENTRY, %rax
	jmp *%rax
rogue_end:

	.data
	.globl rogue_debugs
	.balign 8
rogue_debugs:
	.quad 0

	.text
SYM_CODE_START(rogue_debug)
	UNWIND_HINT_EMPTY
	incq rogue_debugs(%rip)
	iretq
SYM_CODE_END(rogue_debug)
