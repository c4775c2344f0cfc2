/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reserved memory, from memory_base:
 *
 *	image | page pool ..........................| cpu 0 | cpu 1 | ... end
 *
 * and one CPU's area, HANDOFF_PER_CPU_BYTES, aligned to its size:
 *
 *	struct cpu | vendor's pages | guard page | stack, growing down  end
 */
#ifndef OPENVBS_HV_X86_LAYOUT_H
#define OPENVBS_HV_X86_LAYOUT_H

#include <assert.h>

#include "abi/handoff.h"
#include "hv/core/cpu.h"

#define CPU_VENDOR_OFFSET UINT64_C(0x8000)
#define CPU_GUARD_OFFSET  UINT64_C(0x10000)
#define CPU_STACK_OFFSET  UINT64_C(0x11000)

static_assert(sizeof(struct cpu) <= CPU_VENDOR_OFFSET, "room for struct cpu");

static inline void *cpu_vendor_pages(const struct cpu *cpu)
{
	return (void *)((uintptr_t)cpu + CPU_VENDOR_OFFSET);
}

/* The CPU this code runs on; only on the hypervisor's own stack. */
static inline struct cpu *cpu_current(void)
{
	uint64_t rsp;

	__asm__("mov %%rsp, %0" : "=r"(rsp));
	return (struct cpu *)(rsp & ~(HANDOFF_PER_CPU_BYTES - 1));
}

#endif
