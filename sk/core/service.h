/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Services: who may be inside, and what happens when one crashes.
 *
 *	           ┌────────── crashed too often ──────────► STOPPED
 *	LOADED ─START is running─► STARTING ─it replied─► RUNNING
 *	   ▲                          │ crash                │ crash
 *	   └── memory as at first ── CRASHED ◄───────────────┘
 *
 * A crash raises the epoch, and with it ends whatever is inside. CPUs that
 * run the service notice when they next leave ring 3; the last of them
 * rebuilds the memory.
 */
#ifndef OPENVBS_SK_CORE_SERVICE_H
#define OPENVBS_SK_CORE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/service.h"
#include "abi/status.h"
#include "sk/core/machine.h"
#include "sk/core/manifest.h"
#include "sk/core/thread.h"

#define SERVICE_CRASHES_MAX 5u /* without a reply between them */

/* EVENT_SERVICE_CRASHED's b beyond all vectors: a wrong system call. */
#define SERVICE_REASON_SYSCALL 256u

enum service_state {
	SERVICE_STATE_STOPPED = 0, /* or not in the image */
	SERVICE_STATE_LOADED,
	SERVICE_STATE_STARTING,
	SERVICE_STATE_RUNNING,
	SERVICE_STATE_CRASHED,
};

struct service {
	/* fixed once it is built */
	const struct manifest_row *row;
	enum service_id id;
	struct space space;
	uint64_t entry;
	frame_t buffer[SERVICE_SLOTS_MAX];

	/* under the state lock */
	enum service_state state;
	uint64_t epoch;
	uint32_t running; /* CPUs in its ring 3, or at its memory */
	uint32_t crashes; /* in a row */
	uint64_t restarts;
	uint64_t calls;
	uint64_t secret_epoch; /* SERVICE_EPOCH */
	struct thread *slot[SERVICE_SLOTS_MAX];
	uint32_t help_next; /* the slot whose turn it is */
};

/* The service of a number; NULL when the image has none. */
struct service *service_find(uint64_t id);

/* Builds what the manifest lists. Results of service_build(). */
enum status service_init(void);

/*
 * STATUS_OK: it is RUNNING. STATUS_NOT_FOUND: it is STOPPED. STATUS_BUSY: it
 * is not yet RUNNING; `own` is its own thread, to be run, now this CPU's (at
 * depth 0: to begin with START), or NULL when another CPU sees to it.
 */
enum status service_start_take(struct service *service, struct thread **own);

/*
 * Takes a free slot for a thread: `to` gets service, epoch and slot, and the
 * service is entered, see below. With none free, `in_the_way` is a preempted thread that has one, now this CPU's,
 * or NULL. STATUS_BUSY then, and when the service is not RUNNING.
 */
enum status service_slot_take(struct service *service, struct thread *thread,
			      struct activation *to,
			      struct thread **in_the_way);
void service_slot_give(const struct activation *activation);

/* Whether a thread is inside. */
bool service_holds(const struct service *service, const struct thread *thread);

/*
 * Between these two a CPU may run the service and touch its memory. False: it
 * has crashed since. After a crash, service_leave() may rebuild it.
 */
bool service_enter(const struct activation *activation);
void service_leave(const struct activation *activation);

/* Nobody has seen it crash so far. */
bool service_alive(const struct activation *activation);

/* Before service_leave(): it did what it must not; `reason` as in EVENT_SERVICE_CRASHED. */
void service_crash(const struct activation *activation, uint64_t reason);

/* It has answered a message: counts unless that was START. */
void service_succeed(const struct activation *activation);

/* SERVICE_EPOCH: false when `next` is not the one behind the present one. */
bool service_epoch_next(const struct activation *activation, uint64_t next);

/* START is over, well. */
void service_started(struct service *service);

/* Prepares a thread to enter with a method; its slot is taken. */
void service_prepare(struct activation *activation, uint32_t method);

/* The buffer page of an activation. Between enter and leave. */
struct service_buffer *service_buffer(const struct activation *activation);

/* Tells about each service; how many. `to` has SERVICE_COUNT places. */
uint32_t service_describe(struct sk_service *to);

#endif
