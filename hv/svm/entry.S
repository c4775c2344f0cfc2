/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world switch: VTL0's general registers in, VMRUN, and out again into
 * struct cpu. The host keeps nothing in FS, GS, TR, LDTR or the system-call
 * MSRs, so that no VMLOAD or VMSAVE is needed here (APM vol. 2, 15.5).
 *
 * Everything the hypervisor runs is mapped at its physical address. An
 * emulator's exit may come back with paging off in CR0 (guest with LME set,
 * PAE and PG clear); the next VMRUN would then go without nested paging. The
 * check behind VMRUN mends that, and costs a read of CR0.
 */
	.text

/* struct cpu, hv/core/cpu.h */
	.set CPU_RUN_BLOCK, 0
	.set CPU_GPR, 8
	.set GPR_RCX, CPU_GPR + 8 * 1
	.set GPR_RDX, CPU_GPR + 8 * 2
	.set GPR_RBX, CPU_GPR + 8 * 3
	.set GPR_RBP, CPU_GPR + 8 * 5
	.set GPR_RSI, CPU_GPR + 8 * 6
	.set GPR_RDI, CPU_GPR + 8 * 7
	.set GPR_R8, CPU_GPR + 8 * 8
	.set CR0_PG_BIT, 31
	.set CR0_HOST, 0x80010033

/* _Noreturn void vendor_run(struct cpu *cpu), on the CPU's own empty stack. */
	.globl vendor_run
	.hidden vendor_run
vendor_run:
	clgi
	push %rdi
	push %rdi			/* keeps the stack 16-byte aligned */
1:	mov (%rsp), %rax
	mov GPR_RCX(%rax), %rcx
	mov GPR_RDX(%rax), %rdx
	mov GPR_RBX(%rax), %rbx
	mov GPR_RBP(%rax), %rbp
	mov GPR_RSI(%rax), %rsi
	mov GPR_RDI(%rax), %rdi
	mov GPR_R8 + 8 * 0(%rax), %r8
	mov GPR_R8 + 8 * 1(%rax), %r9
	mov GPR_R8 + 8 * 2(%rax), %r10
	mov GPR_R8 + 8 * 3(%rax), %r11
	mov GPR_R8 + 8 * 4(%rax), %r12
	mov GPR_R8 + 8 * 5(%rax), %r13
	mov GPR_R8 + 8 * 6(%rax), %r14
	mov GPR_R8 + 8 * 7(%rax), %r15
	mov CPU_RUN_BLOCK(%rax), %rax
	vmrun %rax
	mov %cr0, %rax
	bt $CR0_PG_BIT, %eax
	jc 2f
	mov $CR0_HOST, %eax
	mov %rax, %cr0
2:	mov (%rsp), %rax
	mov %rcx, GPR_RCX(%rax)
	mov %rdx, GPR_RDX(%rax)
	mov %rbx, GPR_RBX(%rax)
	mov %rbp, GPR_RBP(%rax)
	mov %rsi, GPR_RSI(%rax)
	mov %rdi, GPR_RDI(%rax)
	mov %r8, GPR_R8 + 8 * 0(%rax)
	mov %r9, GPR_R8 + 8 * 1(%rax)
	mov %r10, GPR_R8 + 8 * 2(%rax)
	mov %r11, GPR_R8 + 8 * 3(%rax)
	mov %r12, GPR_R8 + 8 * 4(%rax)
	mov %r13, GPR_R8 + 8 * 5(%rax)
	mov %r14, GPR_R8 + 8 * 6(%rax)
	mov %r15, GPR_R8 + 8 * 7(%rax)
	cld
	mov %rax, %rdi
	call exit_handle
	jmp 1b

/*
 * void vendor_take_pending(void): lets a pending NMI or SMI in. Interrupts stay
 * off by RFLAGS.IF, so that nothing else can come.
 */
	.globl vendor_take_pending
	.hidden vendor_take_pending
vendor_take_pending:
	stgi
	nop
	nop
	clgi
	ret
