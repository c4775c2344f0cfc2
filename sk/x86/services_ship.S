/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services of the shipped image; sk/core/manifest_*.c name them. */
	.macro SERVICE name
	.balign 16
	.globl service_\name
	.globl service_\name\()_end
	.hidden service_\name
	.hidden service_\name\()_end
service_\name:
	.incbin "\name\().elf"
service_\name\()_end:
	.endm

	.section .services, "a"
	SERVICE audit
	SERVICE root
	SERVICE keyring
