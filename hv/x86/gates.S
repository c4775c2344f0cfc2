/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry from the loader, the way into the hypervisor's own world, and the
 * exception gates. The contract with the loader is in abi/handoff.h.
 */
	.text

/* abi/handoff.h, hv/x86/layout.h, hv/x86/host.h, hv/core/cpu.h, registers.h */
	.set HANDOFF_PREPARE, -1
	.set HANDOFF_PER_CPU_BYTES, 0x20000
	.set HOST_CODE_SELECTOR, 0x08
	.set HOST_DATA_SELECTOR, 0x10
	.set CPU_NMI_TAKEN, 136
	.set CR0_HOST, 0x80010033
	.set RFLAGS_RF, 0x10000
	.set CR4_HOST, 0x60			/* PAE, MCE */

/*
 * uint64_t hv_entry(const struct handoff *handoff, uint64_t cpu_index)
 * Comes back here only when refused. Otherwise VTL0 begins behind the call,
 * with the caller's registers, since VTL0 cannot run a byte of this page.
 */
	.globl hv_entry
	.hidden hv_entry
hv_entry:
	cmp $HANDOFF_PREPARE, %rsi
	je launch_prepare
	push %rbx				/* struct launch_frame */
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsi, %rdi
	mov %rsp, %rsi
	sub $8, %rsp
	call launch_cpu
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret

/* _Noreturn void host_enter(struct cpu *cpu) */
	.globl host_enter
	.hidden host_enter
host_enter:
	clgi
	mov %rdi, %rbx
	mov hv(%rip), %rax			/* host_root */
	mov %rax, %cr3
	mov $CR0_HOST, %eax
	mov %rax, %cr0
	mov $CR4_HOST, %eax
	mov %rax, %cr4
	lea HANDOFF_PER_CPU_BYTES(%rbx), %rsp
	lgdt host_gdtr(%rip)
	lidt host_idtr(%rip)
	mov $HOST_DATA_SELECTOR, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	lea 1f(%rip), %rax
	push $HOST_CODE_SELECTOR
	push %rax
	lretq
1:	mov %rbx, %rdi
	xor %ebp, %ebp
	call vendor_run				/* the stack is empty and aligned */

/*
 * NMI: only ever taken in the window of vendor_take_pending(). Counts; the
 * stack pointer finds struct cpu.
 */
	.globl host_nmi_gate
	.hidden host_nmi_gate
host_nmi_gate:
	push %rax
	mov %rsp, %rax
	and $-HANDOFF_PER_CPU_BYTES, %rax
	incq CPU_NMI_TAKEN(%rax)
	pop %rax
	iretq

/*
 * bool msr_try_read(uint32_t msr, uint64_t *value)
 * bool msr_try_write(uint32_t msr, uint64_t value)
 */
	.globl msr_try_read
	.hidden msr_try_read
msr_try_read:
	mov %edi, %ecx
msr_read_instruction:
	rdmsr
	shl $32, %rdx
	or %rdx, %rax
	mov %rax, (%rsi)
	mov $1, %eax
	ret

	.globl msr_try_write
	.hidden msr_try_write
msr_try_write:
	mov %edi, %ecx
	mov %rsi, %rdx
	shr $32, %rdx
	mov %esi, %eax
msr_write_instruction:
	wrmsr
	mov $1, %eax
	ret

msr_refused:
	xor %eax, %eax
	ret

/* #GP: one of the two above, or our own bug. */
	.globl host_gp_gate
	.hidden host_gp_gate
host_gp_gate:
	push %rax
	lea msr_read_instruction(%rip), %rax
	cmp %rax, 16(%rsp)
	je 1f
	lea msr_write_instruction(%rip), %rax
	cmp %rax, 16(%rsp)
	je 1f
	pop %rax
	push $13
	jmp host_gate_common
1:	lea msr_refused(%rip), %rax
	mov %rax, 16(%rsp)
	pop %rax
	add $8, %rsp				/* the error code */
	iretq

/*
 * #DB: an emulator leaves VTL0's breakpoints armed across an exit; processors
 * disarm them. Step over (RF) and go on.
 */
	.globl host_db_gate
	.hidden host_db_gate
host_db_gate:
	orl $RFLAGS_RF, 16(%rsp)
	iretq

/* All other exceptions are our own bugs: host_fault() prints and stops. */
	.globl host_gate_code
	.hidden host_gate_code
	.balign 16
host_gate_code:
	.set vector, 0
	.rept 32
	.balign 16
	push $vector
	jmp host_gate_common
	.set vector, vector + 1
	.endr

host_gate_common:
	cld
	mov %rsp, %rdi
	and $-16, %rsp
	call host_fault
	ud2
