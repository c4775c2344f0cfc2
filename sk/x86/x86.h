/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of sk/x86 share. */
#ifndef OPENVBS_SK_X86_X86_H
#define OPENVBS_SK_X86_X86_H

#include <stdatomic.h>
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

static inline uint64_t msr_read(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return low | (uint64_t)high << 32;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32)));
}

static inline uint64_t cr2_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline void root_load(uint64_t root)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(root) : "memory");
}

/* Set once by the boot CPU. */
struct x86_state {
	struct vtl1_boot *boot;
	uint64_t root;	     /* CR3 */
	uint64_t next_frame; /* of those that start.c hands out */
	uint64_t cr4;
	uint64_t xsave_bytes;
	bool started; /* core runs; ring 3 can be interrupted */
	bool has_rdseed;
	bool has_rdrand;
	uint64_t events_seen[HANDOFF_CPUS_MAX];
};

extern struct x86_state x86;

/* stop.c: what the hypervisor reads, in one page. */
#define STOP_WORDS_BYTES 160u

struct x86_stop {
	char words[STOP_WORDS_BYTES];
	unsigned used;
	atomic_flag taken;
};

extern struct x86_stop x86_stop;

/* barrier_emit.S: BARRIER_* */
extern uint32_t barrier_flags;

/* FS base of ring 0: the stack protector and the archives read 0x28 of it. */
extern uint64_t sk_canary[8];

/* Where VTL1's memory is, seen from outside; machine_frame() comes back. */
static inline uint64_t physical(const void *address)
{
	return (uint64_t)address - VTL1_VIRTUAL_BASE + x86.boot->memory_base;
}

/* Where the parts of our image begin, by sk/sk.lds. */
struct image {
	uint64_t text, rodata, data;
};

/* paging.c: our own page tables, in x86.root; false without frames. */
bool paging_build(const struct image *image);

/* Unmaps a page on this CPU, which has used the tables alone so far. */
void paging_guard(const void *page);

/* start.c: frames before core has them, zeroed; NULL when none is left. */
void *start_pages(uint64_t count);

/* vector.c: for ring 3 and libraries, VTL0's state is put aside once in a */
void vector_begin(struct cpu *cpu); /* call, */
void vector_end(struct cpu *cpu);   /* and brought back, no service mapped */

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
