/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event ring. Called by every handler that refuses something, on the CPU
 * that saw it, and by readers on any. Invariant: all of a ring but its flag
 * is touched by the holder of the flag only.
 */
#include "hv/core/event.h"

#include <stddef.h>

static const char *const names[EVENT_KIND_END] = {
#define EVENT_NAME(name, number, words) [EVENT_##name] = #name,
	EVENT_LIST(EVENT_NAME)
#undef EVENT_NAME
};

static void append(struct event_ring *ring, struct event event)
{
	ring->written++;
	event.number = ring->written;
	ring->ring[ring->written % EVENT_RING_SIZE] = event;
}

/* A leaf lock: its holder waits for nothing. */
static void ring_take(struct event_ring *ring)
{
	while (atomic_flag_test_and_set_explicit(&ring->busy,
						 memory_order_acquire)) {
	}
}

static void ring_release(struct event_ring *ring)
{
	atomic_flag_clear_explicit(&ring->busy, memory_order_release);
}

/* With the ring held. */
static void put(struct event_ring *ring, struct event event)
{
	uint32_t kind = event.kind;

	if (ring->first[kind].number == 0 || ring->last_a[kind] != event.a) {
		ring->last_a[kind] = event.a;
		ring->repeats[kind] = 0;
		append(ring, event);
		if (ring->first[kind].number <= ring->read) {
			ring->first[kind] =
				ring->ring[ring->written % EVENT_RING_SIZE];
		}
		return;
	}
	ring->repeats[kind]++;
	if ((ring->repeats[kind] & (ring->repeats[kind] - 1)) == 0) {
		event.kind = EVENT_REPEATED;
		event.a = kind;
		event.b = ring->repeats[kind];
		append(ring, event);
	}
}

void event_put(struct event_ring *ring, struct event event)
{
	if (event.kind >= EVENT_KIND_END) {
		return;
	}
	ring_take(ring);
	put(ring, event);
	ring_release(ring);
}

/* The first of its kind that the ring has lost since `cursor`, or NULL. */
static const struct event *kept(const struct event_ring *ring, uint64_t cursor,
				uint64_t oldest)
{
	const struct event *found = NULL;

	for (uint32_t kind = 0; kind < EVENT_KIND_END; kind++) {
		const struct event *first = &ring->first[kind];

		if (first->number > cursor && first->number < oldest &&
		    (found == NULL || first->number < found->number)) {
			found = first;
		}
	}
	return found;
}

/* With the ring held. */
static bool take(const struct event_ring *ring, uint64_t *cursor,
		 struct event *event)
{
	const struct event *found = NULL;
	uint64_t next = *cursor + 1;
	uint64_t oldest = 1;

	if (*cursor >= ring->written) {
		return false;
	}
	if (ring->written > EVENT_RING_SIZE) {
		oldest = ring->written - EVENT_RING_SIZE + 1;
	}
	if (next < oldest) {
		found = kept(ring, *cursor, oldest);
		next = oldest;
	}
	if (found == NULL) {
		found = &ring->ring[next % EVENT_RING_SIZE];
	}
	*event = *found;
	*cursor = event->number;
	return true;
}

bool event_take(struct event_ring *ring, uint64_t *cursor, struct event *event)
{
	bool taken;

	ring_take(ring);
	taken = take(ring, cursor, event);
	ring_release(ring);
	return taken;
}

void event_read(struct event_ring *ring, uint64_t number)
{
	ring_take(ring);
	ring->read = number;
	ring_release(ring);
}

const char *event_name(uint32_t kind)
{
	if (kind >= EVENT_KIND_END || names[kind] == NULL) {
		return "?";
	}
	return names[kind];
}
