/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested page tables. Called by protect.c, which holds the lock; processors
 * walk the same tables meanwhile.
 *
 * Invariant: an entry changes by one 64-bit store, and a table is complete
 * before the store that links it, so that a walk sees old or new, nothing
 * between.
 */
#include "hv/core/view.h"

#include <stddef.h>

#include "hv/core/machine.h"

#define LEVEL_TOP     4u
#define LEVEL_LARGEST 3u /* of a leaf: 1 GiB */
#define INDEX_BITS    9u
#define ENTRIES	      (1u << INDEX_BITS)

static const nested_entry_t empty = 0; /* as the pool hands pages out */

/* Frames that one entry of a level covers. */
static uint64_t span(unsigned level)
{
	return UINT64_C(1) << (INDEX_BITS * (level - 1));
}

static nested_entry_t load(const nested_entry_t *entry)
{
	return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

static bool is_table(nested_entry_t entry, unsigned level)
{
	return nested_present(entry) && !nested_is_leaf(entry, level);
}

static nested_entry_t *table_of(nested_entry_t entry)
{
	return machine_frame(nested_address(entry));
}

/* Rights in a leaf or an empty entry. */
static unsigned entry_access(nested_entry_t entry)
{
	return nested_present(entry) ? nested_access(entry) : ACCESS_NONE;
}

static nested_entry_t leaf(uint64_t frame, unsigned access, unsigned level)
{
	if (access == ACCESS_NONE) {
		return empty;
	}
	return nested_leaf(frame_spa(frame), access, level);
}

/* The children of a table at frame `base` that a change touches. */
struct slice {
	unsigned first;
	unsigned end;
};

static struct slice overlap(struct frames frames, unsigned level, uint64_t base)
{
	uint64_t end = base + span(level) * ENTRIES;
	uint64_t first = frames.first > base ? frames.first : base;
	uint64_t last = frames.first + frames.count;

	last = (last < end ? last : end) - 1;
	return (struct slice){
		.first = (unsigned)((first - base) / span(level)),
		.end = (unsigned)((last - base) / span(level)) + 1,
	};
}

/* Whether one leaf can say all that the change wants of this entry. */
static bool fits_leaf(struct frames frames, unsigned level, uint64_t base)
{
	return level <= LEVEL_LARGEST && frames.first <= base &&
	       frames.first + frames.count - base >= span(level);
}

/*
 * Pages for a change below one table, or, with `table` NULL, below the table
 * that would replace the leaf or empty entry `whole`.
 */
static uint64_t table_pages(const nested_entry_t *table, nested_entry_t whole,
			    unsigned level, uint64_t base,
			    const struct view_change *change)
{
	struct slice slice = overlap(change->frames, level, base);
	uint64_t pages = 0;

	for (unsigned i = slice.first; i < slice.end; i++) {
		nested_entry_t entry = table != NULL ? load(&table[i]) : whole;
		uint64_t first = base + i * span(level);

		if (table != NULL && is_table(entry, level)) {
			pages += table_pages(table_of(entry), empty, level - 1,
					     first, change);
		} else if (entry_access(entry) != change->access &&
			   !fits_leaf(change->frames, level, first)) {
			pages += 1 + table_pages(NULL, entry, level - 1, first,
						 change);
		}
	}
	return pages;
}

/* The work of one view_set. */
struct work {
	const struct view_change *change;
	struct pool *pages;
	bool changed;
};

static void table_set(nested_entry_t *table, unsigned level, uint64_t base,
		      struct work *work);

/* The table that replaces a leaf or empty entry, with the change made. */
static nested_entry_t split(nested_entry_t entry, unsigned level, uint64_t base,
			    struct work *work)
{
	unsigned access = entry_access(entry);
	nested_entry_t *table;
	spa_t page;

	CHECK(pool_take(work->pages, 1, &page));
	table = machine_frame(page);
	for (unsigned i = 0; i < ENTRIES; i++) {
		table[i] = leaf(base + i * span(level - 1), access, level - 1);
	}
	table_set(table, level - 1, base, work);
	return nested_table(page, level - 1);
}

static void table_set(nested_entry_t *table, unsigned level, uint64_t base,
		      struct work *work)
{
	struct frames frames = work->change->frames;
	unsigned access = work->change->access;
	struct slice slice = overlap(frames, level, base);

	for (unsigned i = slice.first; i < slice.end; i++) {
		nested_entry_t entry = load(&table[i]);
		uint64_t first = base + i * span(level);

		if (is_table(entry, level)) {
			table_set(table_of(entry), level - 1, first, work);
			continue;
		}
		if (entry_access(entry) == access) {
			continue;
		}
		entry = fits_leaf(frames, level, first)
				? leaf(first, access, level)
				: split(entry, level, first, work);
		__atomic_store_n(&table[i], entry, __ATOMIC_RELEASE);
		work->changed = true;
	}
}

bool view_init(struct view_tree *tree, struct pool *pool)
{
	return pool_take(pool, 1, &tree->root);
}

uint64_t view_pages(const struct view_tree *tree, struct view_change change)
{
	return table_pages(machine_frame(tree->root), empty, LEVEL_TOP, 0,
			   &change);
}

bool view_set(struct view_tree *tree, struct view_change change,
	      struct pool *pages)
{
	struct work work = {.change = &change, .pages = pages};

	table_set(machine_frame(tree->root), LEVEL_TOP, 0, &work);
	return work.changed;
}

unsigned view_lookup(const struct view_tree *tree, uint64_t frame)
{
	const nested_entry_t *table = machine_frame(tree->root);
	unsigned level = LEVEL_TOP;
	nested_entry_t entry;

	if (frame >> (VIEW_ADDRESS_BITS - PAGE_SHIFT) != 0) {
		return ACCESS_NONE;
	}
	entry = load(&table[frame / span(level)]);
	while (is_table(entry, level)) {
		level--;
		entry = load(&table_of(entry)[frame / span(level) % ENTRIES]);
	}
	return entry_access(entry);
}
