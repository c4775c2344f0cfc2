/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the secure kernel enters: RDI the method, RSI the buffer, RSP aligned
 * to 16 bytes, FS at a page with a canary. enter() ends in SERVICE_REPLY.
 */
	.section .text.entry, "ax", @progbits
	.globl rt_entry
	.type rt_entry, @function
rt_entry:
	xorl %ebp, %ebp
	cld
	call enter
	ud2
	.size rt_entry, . - rt_entry

	.section .note.GNU-stack, "", @progbits
