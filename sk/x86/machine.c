/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small answers to sk/core/machine.h: which CPU, what time, random words,
 * and what a fault in ring 0 means.
 */
#include "sk/x86/cpu.h"
#include "sk/x86/x86.h"

#define RANDOM_TRIES 32

/* What a gate pushes. */
struct gate_frame {
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

_Noreturn void gate_stop(const struct gate_frame *frame);
_Noreturn void __stack_chk_fail(void);

uint32_t machine_cpu(void)
{
	return (uint32_t)cpu_this()->index;
}

uint64_t machine_time(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return low | (uint64_t)high << 32;
}

bool machine_rdseed(uint64_t *word)
{
	bool good = false;

	for (int i = 0; x86.has_rdseed && !good && i < RANDOM_TRIES; i++) {
		__asm__ volatile("rdseed %0" : "=r"(*word), "=@ccc"(good));
	}
	return good;
}

bool machine_rdrand(uint64_t *word)
{
	bool good = false;

	for (int i = 0; x86.has_rdrand && !good && i < RANDOM_TRIES; i++) {
		__asm__ volatile("rdrand %0" : "=r"(*word), "=@ccc"(good));
	}
	return good;
}

/* The words name the vector; RIP goes where a panic prints registers. */
_Noreturn void gate_stop(const struct gate_frame *frame)
{
	machine_stop("exception", (int)frame->vector, "fault in ring 0");
}

_Noreturn void __stack_chk_fail(void)
{
	machine_stop(__FILE__, __LINE__, "a stack has been overrun");
}
