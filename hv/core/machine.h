/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What core asks of the machine below it. hv/x86 and the vendor answer in the
 * hypervisor, tests/fake on a PC; the linker checks that both are complete.
 */
#ifndef OPENVBS_HV_CORE_MACHINE_H
#define OPENVBS_HV_CORE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/addr.h"

enum view {
	VIEW_VTL0,   /* what Linux and its firmware see */
	VIEW_VTL1,   /* its own frames, and VTL0's without execution */
	VIEW_PARKED, /* what a CPU waiting for its start-up IPI sees */
	VIEW_COUNT,
};

/* Rights on a frame within a view. */
#define ACCESS_READ	   1u
#define ACCESS_WRITE	   2u
#define ACCESS_EXEC_KERNEL 4u
#define ACCESS_EXEC_USER   8u
#define ACCESS_NONE	   0u
#define ACCESS_ALL	   15u

/*
 * Nested page-table entries, in the vendor's format. A radix tree of 512
 * entries a level; level 1 maps 4 KiB, 2 maps 2 MiB, 3 maps 1 GiB. Processors
 * and IOMMUs walk the same tree: an entry says the same to both.
 */
typedef uint64_t nested_entry_t;

nested_entry_t nested_leaf(spa_t frame, unsigned access, unsigned level);
nested_entry_t nested_table(spa_t table, unsigned level); /* of its entries */
bool nested_present(nested_entry_t entry);
bool nested_is_leaf(nested_entry_t entry, unsigned level);
unsigned nested_access(nested_entry_t leaf);
spa_t nested_address(nested_entry_t entry);

/* The bytes of a frame that the hypervisor owns or may look at. */
void *machine_frame(spa_t frame);

/* The time-stamp counter. */
uint64_t machine_time(void);

/* A device's register, aligned. */
uint64_t machine_register_read(spa_t address);
void machine_register_write(spa_t address, uint64_t value);

/*
 * Whether any of these frames holds device registers whose stores are judged:
 * nobody gives VTL0 more of them.
 */
bool machine_is_guarded(struct frames frames);

/*
 * The one invalidation hook: returns when no CPU (and, with an IOMMU, no
 * device) can use a translation of `view` older than this call.
 */
void machine_invalidate(enum view view);

/* Our own bug: print everything known and stop. Never for a guest's act. */
_Noreturn void machine_panic(const char *file, int line, const char *what);

#define CHECK(condition)                                               \
	do {                                                           \
		if (!(condition)) {                                    \
			machine_panic(__FILE__, __LINE__, #condition); \
		}                                                      \
	} while (0)

#endif
