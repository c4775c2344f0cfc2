/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of sk/x86 share. */
#ifndef OPENVBS_SK_X86_X86_H
#define OPENVBS_SK_X86_X86_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/vtl1.h"
#include "sk/core/machine.h"

struct cpu;

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid out;

	__asm__ volatile("cpuid"
			 : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx),
			   "=d"(out.edx)
			 : "a"(leaf), "c"(subleaf));
	return out;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32)));
}

/* Set once by the boot CPU. */
struct x86_state {
	struct vtl1_boot *boot;
	uint64_t root;	     /* CR3 */
	uint64_t next_frame; /* of those that start.c hands out */
	uint64_t cr4;
	uint64_t xsave_bytes;
	bool started; /* core runs; ring 3 can be interrupted */
	bool has_ibpb;
	bool has_md_clear;
	bool has_rdseed;
	bool has_rdrand;
	uint64_t events_seen[HANDOFF_CPUS_MAX];
};

extern struct x86_state x86;

/* FS base of ring 0: the stack protector and the archives read 0x28 of it. */
extern uint64_t sk_canary[8];

/* The linear map. */
static inline void *linear(uint64_t physical)
{
	return (void *)(VTL1_VIRTUAL_BASE + physical - x86.boot->memory_base);
}

static inline uint64_t physical(const void *address)
{
	return (uint64_t)address - VTL1_VIRTUAL_BASE + x86.boot->memory_base;
}

/* paging.c: our own page tables, loaded; false without frames. */
bool paging_build(void);
void paging_guard(const void *page);

/* start.c: frames before core has them, zeroed; NULL when none is left. */
void *start_pages(uint64_t count);

/* vector.c */
void vector_begin(struct cpu *cpu); /* VTL0's state is put aside */
void vector_end(struct cpu *cpu);   /* and brought back */

/* hypercall.c: the result's status; lists of `count` behind a header. */
struct hv_initial_vp_context;
uint64_t hypercall(uint64_t control, uint64_t in, uint64_t out);
void hypercall_enable_vp(uint32_t index,
			 const struct hv_initial_vp_context *context);
void hypercall_set_register(uint8_t vtl, uint32_t name, uint64_t value);

/* entry.S */
extern const char sk_next_entry[], sk_syscall_entry[];
extern const uint64_t sk_gates[];

#endif
