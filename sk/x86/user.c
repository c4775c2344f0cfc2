/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ring 3, as a function call. Called by core. Invariant: nothing of a state
 * that a service made reaches a system register unchecked: flags are reduced,
 * RIP and RSP are loaded in ring 3 or fault there.
 */
#include "lib/bytes.h"
#include "sk/x86/cpu.h"
#include "sk/x86/registers.h"
#include "sk/x86/x86.h"

#define USER_END       (UINT64_C(1) << 47)
#define VECTOR_SYSCALL 256u
#define VECTOR_PF      14u

uint64_t sk_user_enter(struct user_state *state, uint64_t *error);

void machine_user_init(struct user_state *state, uint64_t entry, uint64_t stack,
		       uint64_t fs_base)
{
	const uint16_t fcw = FCW_CLEAN;
	const uint32_t mxcsr = MXCSR_CLEAN;

	bytes_zero(state, sizeof(*state));
	state->rip = entry;
	state->rsp = stack;
	state->fs_base = fs_base;
	memcpy(&state->vector_state[FXSAVE_FCW], &fcw, sizeof(fcw));
	memcpy(&state->vector_state[FXSAVE_MXCSR], &mxcsr, sizeof(mxcsr));
}

static uint64_t fault_address(void)
{
	uint64_t address;

	__asm__ volatile("mov %%cr2, %0" : "=r"(address));
	return address;
}

enum user_exit machine_user_run(struct user_state *state,
				const struct space *space,
				struct user_fault *fault)
{
	uint64_t error = 0;
	uint64_t vector;

	vector_begin(cpu_this());
	state->rflags = (state->rflags & RFLAGS_USER) | RFLAGS_ONE |
			(x86.started ? RFLAGS_IF : 0);
	if (state->rip >= USER_END) {
		state->rip = USER_END; /* faults there, in ring 3 */
	}
	__asm__ volatile("mov %0, %%cr3"
			 :
			 : "r"(space->root.number * PAGE_BYTES)
			 : "memory");
	__asm__ volatile("fxrstor64 %0" : : "m"(state->vector_state));
	msr_write(MSR_FS_BASE, state->fs_base);
	vector = sk_user_enter(state, &error);
	msr_write(MSR_FS_BASE, (uint64_t)sk_canary);
	__asm__ volatile("fxsave64 %0" : "=m"(state->vector_state));
	if (vector == VECTOR_SYSCALL) {
		return USER_SYSCALL;
	}
	if (vector == VECTOR_VINA) {
		return USER_INTERRUPTED;
	}
	*fault = (struct user_fault){
		.vector = vector,
		.error = error,
		.address = vector == VECTOR_PF ? fault_address() : 0,
	};
	return USER_FAULT;
}
