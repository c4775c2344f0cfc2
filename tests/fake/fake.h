/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake machine: answers hv/core/machine.h on a PC. Frames are real memory
 * but few; nested tables have a format of their own; and translations stay
 * cached from their first use until machine_invalidate(), as on the worst
 * processor allowed, so that a forgotten invalidation shows.
 *
 * Anything that would be our own bug fails the running test.
 */
#ifndef OPENVBS_TESTS_FAKE_FAKE_H
#define OPENVBS_TESTS_FAKE_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/machine.h"

/* A machine whose only backed frames are `frames`, full of rubbish. */
void fake_start(struct frames frames);
void fake_stop(void);

/* Where the processors find a view's table. */
void fake_set_root(enum view view, spa_t root);

/*
 * A processor reaches for a frame: the rights it finds, from its cache if it
 * has the translation there. Leaves its mark in the entry as hardware does.
 */
unsigned fake_use(enum view view, uint64_t frame);

/* The rights that the tables give, past the cache and without a mark. */
unsigned fake_walk(enum view view, uint64_t frame);

/* Level of the leaf that maps a frame, 0 when nothing does. */
unsigned fake_level(enum view view, uint64_t frame);

/* Whether a cached translation says something else than the tables. */
bool fake_stale(enum view view);

/* Calls of machine_invalidate so far. */
uint64_t fake_invalidations(enum view view);

/* All backed memory, to compare before and after. */
const void *fake_memory(uint64_t *len_bytes);

/* --- entry.c, or a file beside it for a vendor's real entries ------------- */

void fake_entry_start(void);

/* The processor's mark on an entry that it used. */
void fake_entry_use(nested_entry_t *entry);

/*
 * Whether entries shall know one right to execute only, as SVM without GMET;
 * answers whether they do.
 */
bool fake_couple_exec(bool coupled);

/* Fewest present entries that a table had when it was linked. */
unsigned fake_linked_least(void);

#endif
