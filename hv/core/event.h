/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-CPU event ring, private to the hypervisor. One writer, the CPU itself;
 * readers on any CPU, each with a cursor. The writer waits for no reader but
 * the few instructions of a copy: an event that finds the ring full replaces
 * the oldest, and the reader sees the gap in the numbers. The first event of
 * each kind that VTL1 has not had is kept apart and read even when the ring has
 * lost it, and an event that repeats the last one of its kind is only counted
 * (EVENT_REPEATED at each power of two), so that a flood cannot push out the
 * telling one.
 */
#ifndef OPENVBS_HV_CORE_EVENT_H
#define OPENVBS_HV_CORE_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/events.h"

#define EVENT_RING_SIZE 256u

struct event_ring {
	atomic_flag busy;
	uint64_t written; /* number of the newest event */
	uint64_t read;	  /* of the last one that VTL1 has had */
	uint64_t repeats[EVENT_KIND_END];
	uint64_t last_a[EVENT_KIND_END];
	struct event first[EVENT_KIND_END];
	struct event ring[EVENT_RING_SIZE];
};

/* Records an event; number is filled in here, `time` and `cpu` by caller. */
void event_put(struct event_ring *ring, struct event event);

/*
 * The oldest event behind `cursor` (the number of the last one this reader
 * has had; 0 at first) that is still there; false when there is none.
 */
bool event_take(struct event_ring *ring, uint64_t *cursor, struct event *event);

/*
 * VTL1 has had all up to this number: of each kind the next one that comes is
 * kept, whatever follows, until VTL1 has had that too.
 */
void event_read(struct event_ring *ring, uint64_t number);

/* The kind's name, "?" for a number nobody assigned. */
const char *event_name(uint32_t kind);

#endif
