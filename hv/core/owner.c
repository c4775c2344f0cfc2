/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ownership as sparse ranges. Called by protect.c, which holds the lock.
 * A change is written to a second map and takes effect by one assignment, so
 * that a refused one has changed nothing. Invariant: see struct owner_map.
 */
#include "hv/core/owner.h"

/* Appends, melting with the last range when that touches and agrees. */
static bool append(struct owner_map *map, struct owner_range range)
{
	if (range.first >= range.end || range.owner == OWNER_VTL0) {
		return true;
	}
	if (map->count != 0) {
		struct owner_range *last = &map->range[map->count - 1];

		if (last->end == range.first && last->owner == range.owner) {
			last->end = range.end;
			return true;
		}
	}
	if (map->count == OWNER_RANGES_MAX) {
		return false;
	}
	map->range[map->count] = range;
	map->count++;
	return true;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

bool owner_replace(const struct owner_map *map, struct frames frames,
		   enum owner owner, struct owner_map *next)
{
	struct owner_range claim = {
		.first = frames.first,
		.end = frames.first + frames.count,
		.owner = owner,
	};

	next->count = 0;
	for (uint32_t i = 0; i < map->count; i++) {
		struct owner_range part = map->range[i];

		part.end = lesser(part.end, claim.first);
		if (!append(next, part)) {
			return false;
		}
	}
	if (!append(next, claim)) {
		return false;
	}
	for (uint32_t i = 0; i < map->count; i++) {
		struct owner_range part = map->range[i];

		part.first = greater(part.first, claim.end);
		if (!append(next, part)) {
			return false;
		}
	}
	return true;
}

struct frames owner_run(const struct owner_map *map, struct frames frames,
			enum owner *owner)
{
	uint64_t end = frames.first + frames.count;

	*owner = OWNER_VTL0;
	for (uint32_t i = 0; i < map->count; i++) {
		const struct owner_range *range = &map->range[i];

		if (range->end <= frames.first) {
			continue;
		}
		if (range->first <= frames.first) {
			*owner = range->owner;
			end = lesser(end, range->end);
		} else {
			end = lesser(end, range->first);
		}
		break;
	}
	return (struct frames){frames.first, end - frames.first};
}
