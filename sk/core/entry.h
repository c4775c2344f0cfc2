/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sk/x86 calls in core: once at the start, then for each crossing.
 */
#ifndef OPENVBS_SK_CORE_ENTRY_H
#define OPENVBS_SK_CORE_ENTRY_H

#include <stdint.h>

#include "abi/status.h"
#include "abi/vtl1.h"
#include "abi/vtl_layout.h"

/*
 * Once, on the boot processor, with the page tables in place: frames from
 * number `first_free` to the end of VTL1's memory, in the linear map, are
 * nobody's yet. `boot` may be the loader's page itself, whose seed is wiped. Starts the services.
 * The result goes to the loader, which refuses to go on without VTL1.
 */
enum status entry_start(const struct vtl1_boot *boot, uint64_t first_free);

/* Registers of a VTL call, in and out. */
struct vtl_call_frame {
	uint64_t rax; /* out: enum status */
	uint64_t rdx; /* in: enum vtl_call; out: value */
	uint64_t r8;
	uint64_t r9;
};

/* A VTL call of VTL0's ring 0. Bounded but for what runs in ring 3. */
void entry_vtl_call(struct vtl_call_frame *frame);

/* VTL0 touched what VTL1 protects; the message is a copy. */
void entry_intercept(const struct hv_message *message);

#endif
