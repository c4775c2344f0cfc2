/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loader carries: the ELF images of the hypervisor and the secure
 * kernel, an ACPI table, and the SBAT record that lets a signer's revocation
 * list name this loader by generation.
 */
	.section .hv,"dr"
	.p2align 12
	.globl payload_hv_start
	.globl payload_hv_end
payload_hv_start:
	.incbin HV_IMAGE
payload_hv_end:

	.section .sk,"dr"
	.p2align 12
	.globl payload_sk_start
	.globl payload_sk_end
payload_sk_start:
	.incbin SK_IMAGE
payload_sk_end:

	.section .rdata,"dr"
	.globl payload_device_start
	.globl payload_device_end
payload_device_start:
	.incbin DEVICE
payload_device_end:

/* shim refuses an image with a section that has no bytes in the file. */
	.section .data,"dw"
	.quad 1

	.section .sbat,"dr"
	.p2align 12
	.incbin SBAT
