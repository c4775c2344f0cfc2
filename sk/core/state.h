/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mutable globals of the secure kernel's core, all of them.
 *
 * Locks, in order; no two of the second row are held together:
 *
 *	lock (threads, services)		window_lock
 *	    └─► frames.lock, random.lock, events.lock
 */
#ifndef OPENVBS_SK_CORE_STATE_H
#define OPENVBS_SK_CORE_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/vtl1.h"
#include "sk/core/event.h"
#include "sk/core/frame.h"
#include "sk/core/intercept.h"
#include "sk/core/lock.h"
#include "sk/core/policy.h"
#include "sk/core/random.h"
#include "sk/core/root.h"
#include "sk/core/service.h"
#include "sk/core/thread.h"

#define SERVICES_MAX 8u /* a power of two, for masked indexes */

_Static_assert((uint32_t)SERVICE_COUNT <= SERVICES_MAX, "one place each");

struct state {
	struct vtl1_boot boot; /* our copy, without the seed */
	bool starting;	       /* there is no VTL0 to go back to */
	atomic_bool launched;
	atomic_ullong calls;

	struct lock lock;
	struct thread threads[THREADS_MAX];
	unsigned forgotten_next; /* whose turn it is in DRAIN */
	struct service services[SERVICES_MAX];

	struct lock window_lock; /* VTL0's rights, and the window */
	struct frame_state frames;
	struct random_state random;
	struct root_state root;
	struct event_state events;
	struct policy_state policy;
	struct intercept_policy
		intercepts[HANDOFF_CPUS_MAX]; /* each its CPU's */
};

extern struct state state;

#endif
