/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways in and out of VTL1's ring 0: from VTL0 and back, to ring 3 and back.
 * Interrupts are off throughout. General registers come from VTL0 as they are
 * and go back as C leaves them in the frame; nothing else is in them.
 */
	.text

/* sk/x86/cpu.h, sk/core/machine.h, abi/vtl.h, abi/status.h, registers.h */
	.set CPU_RING3_STACK, 8
	.set CPU_SCRATCH, 16
	.set CPU_TSS_RSP0, 78
	.set HVCALL_VTL_RETURN, 0x12
	.set STATUS_UNSUPPORTED, 6
	.set MSR_FS_BASE, 0xc0000100
	.set USER_CODE, 0x23
	.set USER_DATA, 0x1b
	.set RING, 3
	.set RFLAGS_RF, 0x10000
	.set VECTOR_DB, 1
	.set VECTOR_SYSCALL, 256
	.set VECTOR_VINA, 32
	.set U_RAX, 0
	.set U_RCX, 8
	.set U_RDX, 16
	.set U_RBX, 24
	.set U_RSP, 32
	.set U_RBP, 40
	.set U_RSI, 48
	.set U_RDI, 56
	.set U_R8, 64
	.set U_RIP, 128
	.set U_RFLAGS, 136

/* struct vtl_frame, and the alignment that calls need. */
	.macro PUSH_ALL
	push %rax
	push %rcx
	push %rdx
	push %rbx
	push %rbp
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	push %r11
	push %r12
	push %r13
	push %r14
	push %r15
	sub $8, %rsp
	.endm

	.macro POP_ALL
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rdi
	pop %rsi
	pop %rbp
	pop %rbx
	pop %rdx
	pop %rcx
	pop %rax
	.endm

/*
 * The boot processor's first VTL call, in the loader's tables and stack. When
 * the start fails, its status is the answer to this and every later call.
 */
	.globl sk_first_entry
	.hidden sk_first_entry
sk_first_entry:
	PUSH_ALL
	call barrier_fill
	lea sk_canary(%rip), %rax	/* C reads FS:0x28 from here on */
	mov %rax, %rdx
	shr $32, %rdx
	mov $MSR_FS_BASE, %ecx
	wrmsr
	lea 8(%rsp), %rdi
	call sk_start
	test %eax, %eax
	jz 1f
	mov %rax, 8 * 15(%rsp)
	call barrier_leave
	POP_ALL
	jmp 3f
2:	mov $STATUS_UNSUPPORTED, %eax	/* nothing is behind a failed start */
3:	mov $HVCALL_VTL_RETURN, %ecx	/* no assist page: RAX stays */
	vmmcall
	jmp 2b

/* Every entry but that one. */
	.globl sk_next_entry
	.hidden sk_next_entry
sk_next_entry:
	PUSH_ALL
	call barrier_enter
	lea 8(%rsp), %rdi
	call vtl_enter
1:	call barrier_leave
	POP_ALL
	xor %eax, %eax			/* RAX, RCX: in the VP assist page */
	mov $HVCALL_VTL_RETURN, %ecx
	vmmcall
	jmp sk_next_entry

/*
 * uint64_t sk_user_enter(struct user_state *state): ring 3 until it ends;
 * returns the vector, VECTOR_SYSCALL for a call. *error gets the exception's.
 *
 * uint64_t sk_user_enter(struct user_state *state, uint64_t *error)
 */
	.globl sk_user_enter
	.hidden sk_user_enter
sk_user_enter:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	push %rsi
	push %rdi
	sub $8, %rsp
	mov %rsp, %gs:CPU_RING3_STACK	/* 16-byte aligned */
	mov %rsp, %gs:CPU_TSS_RSP0
	push $USER_DATA
	push U_RSP(%rdi)
	push U_RFLAGS(%rdi)
	push $USER_CODE
	push U_RIP(%rdi)
	mov U_RAX(%rdi), %rax
	mov U_RCX(%rdi), %rcx
	mov U_RDX(%rdi), %rdx
	mov U_RBX(%rdi), %rbx
	mov U_RBP(%rdi), %rbp
	mov U_RSI(%rdi), %rsi
	mov U_R8 + 8 * 0(%rdi), %r8
	mov U_R8 + 8 * 1(%rdi), %r9
	mov U_R8 + 8 * 2(%rdi), %r10
	mov U_R8 + 8 * 3(%rdi), %r11
	mov U_R8 + 8 * 4(%rdi), %r12
	mov U_R8 + 8 * 5(%rdi), %r13
	mov U_R8 + 8 * 6(%rdi), %r14
	mov U_R8 + 8 * 7(%rdi), %r15
	mov U_RDI(%rdi), %rdi
	swapgs
	iretq

/* All registers but RDI, RSP, RIP and RFLAGS into the state at RDI. */
	.macro SAVE_USER
	mov %rax, U_RAX(%rdi)
	mov %rcx, U_RCX(%rdi)
	mov %rdx, U_RDX(%rdi)
	mov %rbx, U_RBX(%rdi)
	mov %rbp, U_RBP(%rdi)
	mov %rsi, U_RSI(%rdi)
	mov %r8, U_R8 + 8 * 0(%rdi)
	mov %r9, U_R8 + 8 * 1(%rdi)
	mov %r10, U_R8 + 8 * 2(%rdi)
	mov %r11, U_R8 + 8 * 3(%rdi)
	mov %r12, U_R8 + 8 * 4(%rdi)
	mov %r13, U_R8 + 8 * 5(%rdi)
	mov %r14, U_R8 + 8 * 6(%rdi)
	mov %r15, U_R8 + 8 * 7(%rdi)
	.endm

	.globl sk_syscall_entry
	.hidden sk_syscall_entry
sk_syscall_entry:
	swapgs
	mov %rsp, %gs:CPU_SCRATCH
	mov %gs:CPU_RING3_STACK, %rsp
	lfence
	push %rdi
	mov 16(%rsp), %rdi		/* the state */
	SAVE_USER
	pop %rax
	mov %rax, U_RDI(%rdi)
	mov %gs:CPU_SCRATCH, %rax
	mov %rax, U_RSP(%rdi)
	mov %rcx, U_RIP(%rdi)
	mov %r11, U_RFLAGS(%rdi)
	mov $VECTOR_SYSCALL, %eax
	xor %edx, %edx

/* Ring 3 has ended: RAX the vector, RDX the error. */
ring3_end:
	mov %gs:CPU_RING3_STACK, %rsp
	add $8, %rsp
	pop %rdi
	pop %rsi
	mov %rdx, (%rsi)
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	push $2				/* no AC, TF, NT, DF of ring 3's */
	popfq
	ret

/* Behind vector and error: RIP CS RFLAGS RSP SS, and from ring 3 the rest. */
gate_common:
	cmpl $VECTOR_DB, (%rsp)
	je gate_breakpoint
	testl $RING, 24(%rsp)
	jz gate_ring0
	swapgs
	lfence				/* no read with ring 3's GS */
	push %rdi
	mov %gs:CPU_RING3_STACK, %rdi	/* not this stack, for some vectors */
	mov 8(%rdi), %rdi		/* the state */
	SAVE_USER
	pop %rax
	mov %rax, U_RDI(%rdi)
	mov 16(%rsp), %rax
	mov %rax, U_RIP(%rdi)
	mov 32(%rsp), %rax
	mov %rax, U_RFLAGS(%rdi)
	mov 40(%rsp), %rax
	mov %rax, U_RSP(%rdi)
	mov (%rsp), %rax
	mov 8(%rsp), %rdx
	jmp ring3_end

/*
 * Here interrupts are off, but QEMU may deliver an injected VINA a second time
 * (docs/caveats.md): nothing has been done with it, and nothing is lost.
 */
gate_ring0:
	cmpl $VECTOR_VINA, (%rsp)
	jne gate_fatal
	add $16, %rsp
	iretq
gate_fatal:
	cld
	lea sk_canary(%rip), %rax	/* FS may be ring 3's still */
	mov %rax, %rdx
	shr $32, %rdx
	mov $MSR_FS_BASE, %ecx
	wrmsr
	mov %rsp, %rdi
	and $-16, %rsp
	call gate_stop

/*
 * VTL1 has no breakpoints; QEMU leaves VTL0's armed (docs/caveats.md). Step
 * over it and go on, in either ring, but not by a frame on ring 3's stack.
 */
gate_breakpoint:
	test %rsp, %rsp
	jns gate_fatal
	orl $RFLAGS_RF, 32(%rsp)
	add $16, %rsp
	iretq

	.macro GATE vector
	.balign 16
gate_\vector:
	.if \vector == 8 || (\vector >= 10 && \vector <= 14) || \
	    \vector == 17 || \vector == 21 || \vector == 29 || \vector == 30
	.else
	push $0
	.endif
	push $\vector
	jmp gate_common
	.section .data.rel.ro, "aw"
	.quad gate_\vector
	.text
	.endm

	.section .data.rel.ro, "aw"
	.balign 8
	.globl sk_gates
	.hidden sk_gates
sk_gates:
	.text
	.altmacro
	.set vector, 0
	.rept 33
	GATE %vector
	.set vector, vector + 1
	.endr
