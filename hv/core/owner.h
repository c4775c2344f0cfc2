/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who owns which frames: a sorted list of ranges for everything that is not
 * VTL0's, so that its size follows the number of claims and not the memory.
 * Pure data; protect.c is the only user.
 */
#ifndef OPENVBS_HV_CORE_OWNER_H
#define OPENVBS_HV_CORE_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/addr.h"
#include "hv/core/protect.h"

#define OWNER_RANGES_MAX 128u

struct owner_range {
	uint64_t first;
	uint64_t end; /* first frame behind */
	enum owner owner;
};

/*
 * Sorted, not overlapping, none empty, none OWNER_VTL0; neighbours that touch
 * differ in owner. All zero: everything is VTL0's.
 */
struct owner_map {
	uint32_t count;
	struct owner_range range[OWNER_RANGES_MAX];
};

/*
 * Writes to `next` what `map` becomes when `frames` get `owner`. False when
 * that takes more than OWNER_RANGES_MAX ranges; `next` is then undefined.
 */
bool owner_replace(const struct owner_map *map, struct frames frames,
		   enum owner owner, struct owner_map *next);

/* The longest run of one owner that starts with the first of `frames`. */
struct frames owner_run(const struct owner_map *map, struct frames frames,
			enum owner *owner);

#endif
