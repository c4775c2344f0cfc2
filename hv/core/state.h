/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mutable globals of the hypervisor's core, all of them. Each has one
 * owner, named here; nobody else touches it.
 */
#ifndef OPENVBS_HV_CORE_STATE_H
#define OPENVBS_HV_CORE_STATE_H

#include <stdint.h>

#include "hv/core/machine.h"
#include "hv/core/owner.h"
#include "hv/core/pool.h"
#include "hv/core/view.h"

/* protect.c; under the protect lock, which its callers take. */
struct protect_state {
	struct pool *pool;
	uint64_t frame_count; /* of the physical address space */
	struct owner_map owners;
	struct owner_map owners_next; /* a change being prepared */
	struct view_tree views[VIEW_COUNT];
};

/* hypercall.c; under the protect lock. */
struct hypercall_state {
	uint32_t next_ring; /* CPU whose events are read first */
};

extern struct protect_state protect_state;
extern struct hypercall_state hypercall_state;

#endif
