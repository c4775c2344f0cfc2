/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event ring. Called by every handler that refuses something, on the CPU
 * that saw it. Invariant: written - read <= EVENT_RING_SIZE.
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
	if (ring->written - ring->read > EVENT_RING_SIZE) {
		ring->read = ring->written - EVENT_RING_SIZE;
	}
}

void event_put(struct event_ring *ring, struct event event)
{
	uint32_t kind = event.kind;

	if (kind >= EVENT_KIND_END) {
		return;
	}
	if (ring->first[kind].number == 0) {
		append(ring, event);
		ring->first[kind] = ring->ring[ring->written % EVENT_RING_SIZE];
		ring->last_a[kind] = event.a;
		return;
	}
	if (ring->last_a[kind] != event.a) {
		ring->last_a[kind] = event.a;
		ring->repeats[kind] = 0;
		append(ring, event);
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

bool event_take(struct event_ring *ring, struct event *event)
{
	if (ring->read == ring->written) {
		return false;
	}
	ring->read++;
	*event = ring->ring[ring->read % EVENT_RING_SIZE];
	return true;
}

const char *event_name(uint32_t kind)
{
	if (kind >= EVENT_KIND_END || names[kind] == NULL) {
		return "?";
	}
	return names[kind];
}
