/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small answers to sk/core/machine.h: which CPU, what time, which bytes,
 * random words.
 */
#include "sk/x86/cpu.h"
#include "sk/x86/x86.h"

#define RANDOM_TRIES 32

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

void *machine_frame(frame_t frame)
{
	uint64_t offset = frame.number * PAGE_BYTES - x86.boot->memory_base;

	CHECK(offset < x86.boot->memory_size_bytes);
	return (void *)(VTL1_VIRTUAL_BASE + offset);
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
