/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of the hypervisor's reserved memory, handed out zeroed. Used at
 * start-up and to split large mappings; pages come back only from a change
 * that was prepared and then refused.
 */
#ifndef OPENVBS_HV_CORE_POOL_H
#define OPENVBS_HV_CORE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/addr.h"

/* All zero is an empty pool, fit to receive pages. */
struct pool {
	uint64_t next; /* first frame never handed out */
	uint64_t end;
	uint64_t free_list;  /* frame number of the first returned page, or 0 */
	uint64_t free_count; /* pages on the list */
};

void pool_init(struct pool *pool, struct frames frames);

/* `count` adjacent zeroed frames; false when there are not so many. */
bool pool_take(struct pool *pool, uint64_t count, spa_t *first);

/* One page back. */
void pool_give(struct pool *pool, spa_t frame);

/*
 * `count` single pages from one pool to another: how a change reserves what
 * it needs. False, and nothing moved, when there are not so many.
 */
bool pool_move(struct pool *from, struct pool *to, uint64_t count);

/* Pages that single takes can still get. */
uint64_t pool_left(const struct pool *pool);

#endif
