/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loader carries: the hypervisor's ELF image and the SBAT record
 * that lets a signer's revocation list name this loader by generation.
 */
	.section .hv,"dr"
	.p2align 12
	.globl payload_hv_start
	.globl payload_hv_end
payload_hv_start:
	.incbin HV_IMAGE
payload_hv_end:

	.section .sbat,"dr"
	.p2align 12
	.incbin SBAT
