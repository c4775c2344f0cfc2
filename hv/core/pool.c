/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page pool. Called at start-up by everybody who builds a table, later by
 * protect only. Returned pages form a list through their own first bytes.
 *
 * Invariant: a page is handed out by one pool at most, and arrives zeroed.
 */
#include "hv/core/pool.h"

#include "hv/core/machine.h"
#include "lib/bytes.h"

void pool_init(struct pool *pool, struct frames frames)
{
	CHECK(frames.first != 0); /* 0 ends the list of returned pages */
	*pool = (struct pool){
		.next = frames.first,
		.end = frames.first + frames.count,
	};
}

static uint64_t list_pop(struct pool *pool)
{
	uint64_t frame = pool->free_list;

	pool->free_list = bytes_load64(machine_frame(frame_spa(frame)));
	pool->free_count--;
	return frame;
}

bool pool_take(struct pool *pool, uint64_t count, spa_t *first)
{
	uint64_t frame;

	if (count == 1 && pool->free_count != 0) {
		frame = list_pop(pool);
	} else if (count != 0 && count <= pool->end - pool->next) {
		frame = pool->next;
		pool->next += count;
	} else {
		return false;
	}
	for (uint64_t i = 0; i < count; i++) {
		bytes_zero(machine_frame(frame_spa(frame + i)), PAGE_BYTES);
	}
	*first = frame_spa(frame);
	return true;
}

void pool_give(struct pool *pool, spa_t frame)
{
	uint64_t *link = machine_frame(frame);

	CHECK(frame.value != 0 && frame.value % PAGE_BYTES == 0);
	*link = pool->free_list;
	pool->free_list = frame.value >> PAGE_SHIFT;
	pool->free_count++;
}

bool pool_move(struct pool *from, struct pool *to, uint64_t count)
{
	if (count > pool_left(from)) {
		return false;
	}
	for (uint64_t i = 0; i < count; i++) {
		spa_t page;

		CHECK(pool_take(from, 1, &page));
		pool_give(to, page);
	}
	return true;
}

uint64_t pool_left(const struct pool *pool)
{
	return pool->end - pool->next + pool->free_count;
}
