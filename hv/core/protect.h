/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who owns a frame, and what each view may do with it: the only door to
 * ownership and nested page tables.
 *
 * Every change goes check - prepare - commit: all refusals first, then the
 * pages that splits need, then writes that cannot fail, then one
 * machine_invalidate() per view that changed. A refused change has changed
 * nothing; one that finds everything as wanted invalidates nothing.
 *
 * Callers hold the protect lock (one for the machine, in hv/x86/state.h).
 */
#ifndef OPENVBS_HV_CORE_PROTECT_H
#define OPENVBS_HV_CORE_PROTECT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/status.h"
#include "hv/core/addr.h"
#include "hv/core/machine.h"
#include "hv/core/pool.h"

enum owner {
	OWNER_VTL0, /* everything nobody else claims */
	OWNER_VTL1,
	OWNER_HV,
	OWNER_COUNT,
};

/*
 * Builds the views for a machine of `physical_bits`: VIEW_VTL0 maps every
 * frame to itself with all rights, VIEW_VTL1 the same without execution,
 * VIEW_PARKED maps nothing. Pages come from
 * `pool`, now and for later splits. No CPU uses a view yet: nothing is
 * invalidated. STATUS_NO_MEMORY, STATUS_INVALID (physical_bits not 32..52),
 * STATUS_UNSUPPORTED (above 48: more than four levels translate, and half a
 * gigabyte of tables at 52).
 */
enum status protect_init(struct pool *pool, unsigned physical_bits);

/*
 * Gives frames to `owner`. Frames that VTL0 loses vanish from VIEW_VTL0:
 * nothing may be hidden in them before this returns. Frames it gains appear
 * with all rights: nothing may be left in them before the call. VIEW_VTL1 has
 * all rights to VTL1's own, reads and writes VTL0's, and lacks the
 * hypervisor's. Frames that were `owner`'s already keep their rights, and
 * VIEW_PARKED stays as it is.
 * STATUS_INVALID (range), STATUS_NO_MEMORY, STATUS_NO_SPACE (too many ranges).
 */
enum status protect_own(struct frames frames, enum owner owner);

/*
 * Sets what `view` may do with frames. For VIEW_VTL0 all frames must be
 * VTL0's own; STATUS_DENIED otherwise. The mapping is identity.
 * STATUS_INVALID (range, access), STATUS_NO_MEMORY, STATUS_UNSUPPORTED (this
 * vendor's entries cannot say `access`).
 */
enum status protect_access(enum view view, struct frames frames,
			   unsigned access);

/* Owner of one frame, by system-physical address; never fails. */
enum owner protect_owner(spa_t address);

/* Whether all of [address, address + len_bytes) exists and is VTL0's. */
bool protect_is_vtl0(gpa_t address, uint64_t len_bytes);

/* Rights of `view` at an address, ACCESS_NONE outside. */
unsigned protect_lookup(enum view view, gpa_t address);

/* Root of a view's nested page table, for the vendor. */
spa_t protect_root(enum view view);

#endif
