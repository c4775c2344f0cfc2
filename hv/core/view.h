/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One view's nested page table: four levels of 512 entries, every frame
 * mapped to itself or not at all. Large pages stay large until a change needs
 * a part of one; tables are never taken back, so that a processor's cached
 * path through them stays a path through tables. protect.c is the only user.
 */
#ifndef OPENVBS_HV_CORE_VIEW_H
#define OPENVBS_HV_CORE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/addr.h"
#include "hv/core/pool.h"

/* What four levels can translate. */
#define VIEW_ADDRESS_BITS 48u

struct view_tree {
	spa_t root;
};

/* A change: `access` for all of `frames`, below VIEW_ADDRESS_BITS. */
struct view_change {
	struct frames frames;
	unsigned access; /* ACCESS_* */
};

/* An empty tree; false when the pool has no page for its root. */
bool view_init(struct view_tree *tree, struct pool *pool);

/* Check and prepare: how many pages view_set takes for this, exactly. */
uint64_t view_pages(const struct view_tree *tree, struct view_change change);

/*
 * Commit: cannot fail with `pages` holding as many as view_pages says. True
 * when a translation is not what it was: the caller invalidates.
 */
bool view_set(struct view_tree *tree, struct view_change change,
	      struct pool *pages);

/* ACCESS_* of a frame, ACCESS_NONE where nothing is mapped. */
unsigned view_lookup(const struct view_tree *tree, uint64_t frame);

#endif
