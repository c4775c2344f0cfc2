/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events on their way to the audit service: the hypervisor's, our own and
 * those of services. Each source has a queue of its own, so that one cannot
 * push out another's. A full queue drops what is new, counts it, and still
 * takes the first of each kind.
 */
#ifndef OPENVBS_SK_CORE_EVENT_H
#define OPENVBS_SK_CORE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/audit.h"
#include "abi/service.h"
#include "abi/vtl.h"
#include "sk/core/lock.h"

#define EVENT_QUEUE_SHARED 64u /* for any kind */
#define EVENT_QUEUE_SIZE   (EVENT_QUEUE_SHARED + EVENT_KIND_END)

#define EVENT_KINDS 64u /* a power of two, for masked indexes */

_Static_assert((uint32_t)EVENT_KIND_END <= EVENT_KINDS, "one place each");

#define EVENT_CPU_UNKNOWN UINT64_MAX /* a of RING_LOST */

struct event_queue {
	uint64_t number;  /* of the newest event, dropped ones included */
	uint64_t dropped; /* since the last one that was taken */
	uint32_t first;	  /* index of the oldest */
	uint32_t count;	  /* that wait */
	uint16_t kind_count[EVENT_KINDS]; /* that wait, by kind */
	struct event event[EVENT_QUEUE_SIZE];
};

struct event_state {
	struct lock lock;
	struct event_queue queue[SERVICE_COUNT]; /* [0]: the secure kernel */
	struct audit_put batch; /* on its way; kept until it has arrived */
	struct event taken[HV_EVENTS_MAX]; /* from the hypervisor */
	uint32_t taken_count;
	uint32_t taken_next; /* the first that is in no batch */
	uint64_t lost_total; /* all sources together */
};

/* Queues an event; `source` is a service's number, or 0 for ourselves. */
void event_put(enum service_id source, enum event_kind kind, uint64_t a,
	       uint64_t b);

/* As the above, of the secure kernel. */
void event_note(enum event_kind kind, uint64_t a, uint64_t b);

/*
 * The next batch for the audit service, or the last one if it has not
 * arrived; NULL when nothing waits. One caller at a time: whoever has the
 * audit service's own thread.
 */
const struct audit_put *event_batch(void);

/* The batch has arrived. */
void event_batch_done(void);

uint64_t event_lost(void);

#endif
