/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that the runtime remembers between messages. Locks: each is taken alone
 * and guards the member behind it. `started` is written before a second
 * thread can be in the service.
 */
#ifndef OPENVBS_SVC_RT_STATE_H
#define OPENVBS_SVC_RT_STATE_H

#include <stdbool.h>

#include "svc/rt/drbg.h"
#include "svc/rt/heap.h"
#include "svc/rt/lock.h"

struct rt_state {
	bool started;
	struct lock heap_lock;
	struct heap heap;
	struct lock drbg_lock;
	struct drbg drbg;
};

extern struct rt_state rt_state;

#endif
