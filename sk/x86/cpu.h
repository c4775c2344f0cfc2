/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One CPU of VTL1: what its entry code, gates and ring 3 need. GS points at it
 * in ring 0. Offsets known to entry.S are pinned below.
 */
#ifndef OPENVBS_SK_X86_CPU_H
#define OPENVBS_SK_X86_CPU_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/vtl_layout.h"
#include "sk/core/machine.h"

#define CPU_STACK_PAGES 4u
#define CPU_FAULT_PAGES 1u /* stack for double faults and machine checks */
#define GDT_ENTRIES	7u

struct tss {
	uint32_t reserved_zero0;
	uint64_t rsp[3];
	uint64_t reserved_zero1;
	uint64_t ist[7];
	uint8_t reserved_zero2[10];
	uint16_t map_offset;
} __attribute__((packed));

struct cpu {
	struct cpu *self;
	uint64_t ring3_stack; /* where ring 3 comes back to */
	uint64_t scratch;     /* RSP of ring 3, for a moment */
	uint64_t index;
	struct hv_vp_assist_page *assist;
	uint8_t *page_in; /* for hypercalls */
	uint8_t *page_out;
	uint8_t *vtl0_vector; /* XSAVE area */
	uint64_t vtl0_xcr0;
	bool lent;  /* vector state, XCR0 and CR3 are not at rest */
	bool ready; /* has its MSRs and hypervisor registers */
	struct tss tss;
	uint64_t gdt[GDT_ENTRIES] __attribute__((aligned(16)));
};

static_assert(offsetof(struct cpu, ring3_stack) == 8, "entry.S");
static_assert(offsetof(struct cpu, scratch) == 16, "entry.S");
static_assert(offsetof(struct cpu, tss) + offsetof(struct tss, rsp) == 78,
	      "entry.S");
static_assert(sizeof(struct tss) == 104, "the processor's");
static_assert(sizeof(struct cpu) <= 4096, "one page");

static inline struct cpu *cpu_this(void)
{
	struct cpu *cpu;

	__asm__("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

/*
 * Everything of one CPU but what only it can do itself; NULL without frames.
 * `stack_top` 0: makes a stack too.
 */
struct cpu *cpu_create(uint64_t index, uint64_t *stack_top);

/* What VTL1's context of a CPU begins with. */
void cpu_context(struct cpu *cpu, uint64_t stack_top,
		 struct hv_initial_vp_context *context);

/* On the CPU itself, once: MSRs and VINA; from then on ring 3 can run. */
void cpu_finish(struct cpu *cpu);

/* On the CPU itself, once: VTL return answers through the VP assist page. */
void cpu_answer(struct cpu *cpu);

/* On the boot CPU: its segments and tables, as cpu_context() has them. */
void cpu_adopt(struct cpu *cpu);

#endif
