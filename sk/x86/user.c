/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ring 3, as a function call. Called by core. Invariant: nothing of a state
 * that a service made reaches a system register unchecked: flags are reduced,
 * and a RIP that IRET could refuse in ring 0 is a fault before.
 */
#include "lib/bytes.h"
#include "sk/x86/cpu.h"
#include "sk/x86/registers.h"
#include "sk/x86/x86.h"

#define USER_END       (UINT64_C(1) << 47)
#define VECTOR_GP      13u
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

/*
 * A machine check while a service ran is the service's end, and its alone. One
 * that says that the processor's own state is lost, or where it was, is ours.
 */
static void machine_check(void)
{
	uint64_t banks = field_get(msr_read(MSR_MCG_CAP), MCG_CAP_BANKS);
	uint64_t lost = 0;

	for (uint32_t i = 0; i < banks; i++) {
		uint64_t status = msr_read(MSR_MC0_STATUS + i * MSR_MC_STEP);

		if (status & MC_STATUS_VALID) {
			lost |= status & MC_STATUS_CONTEXT_LOST;
		}
	}
	CHECK(lost == 0);
	msr_write(MSR_MCG_STATUS, 0); /* another may come */
}

enum user_exit machine_user_run(struct user_state *state,
				const struct space *space,
				struct user_fault *fault)
{
	uint64_t error = 0;
	uint64_t vector;

	if (state->rip >= USER_END) {
		*fault = (struct user_fault){.vector = VECTOR_GP};
		return USER_FAULT;
	}
	vector_begin(cpu_this());
	state->rflags = (state->rflags & RFLAGS_USER) | RFLAGS_ONE |
			(x86.started ? RFLAGS_IF : 0);
	root_load(space->root.number * PAGE_BYTES);
	__asm__ volatile("fninit; fxrstor64 %0" : : "m"(state->vector_state));
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
	if (vector == VECTOR_MC) {
		machine_check();
	}
	*fault = (struct user_fault){
		.vector = vector,
		.error = error,
		.address = vector == VECTOR_PF ? cr2_read() : 0,
	};
	return USER_FAULT;
}
