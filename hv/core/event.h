/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-CPU event ring, private to the hypervisor. One writer, the CPU itself;
 * one reader. The writer never waits: an event that finds the ring full
 * replaces the oldest, and the reader sees the gap in the numbers. The first
 * event of each kind is kept apart, and an event that repeats the last one of
 * its kind is only counted (EVENT_REPEATED at each power of two), so that a
 * flood cannot push out the telling one.
 */
#ifndef OPENVBS_HV_CORE_EVENT_H
#define OPENVBS_HV_CORE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/events.h"

#define EVENT_RING_SIZE 256u

struct event_ring {
	uint64_t written; /* number of the newest event */
	uint64_t read;	  /* number of the last event handed to the reader */
	uint64_t repeats[EVENT_KIND_END];
	uint64_t last_a[EVENT_KIND_END];
	struct event first[EVENT_KIND_END];
	struct event ring[EVENT_RING_SIZE];
};

/* Records an event; number is filled in here, `time` and `cpu` by caller. */
void event_put(struct event_ring *ring, struct event event);

/* Oldest unread event; false when there is none. */
bool event_take(struct event_ring *ring, struct event *event);

/* The kind's name, "?" for a number nobody assigned. */
const char *event_name(uint32_t kind);

#endif
