/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads: a message on its way through services. A thread belongs to the VTL
 * call that started it and runs only while a VTL call lends it a CPU.
 *
 *	FREE ─take─► RUNNING ─interrupted─► PREEMPTED ─resume, help, drain─► RUNNING
 *	               │ └─ finished by a helper ─► DONE ─resume─► RUNNING
 *	               └─ finished ─► REPLYING ─► FREE
 *
 * RUNNING means that one CPU has it; only that CPU looks inside. A cancelled
 * thread works on, so that no service is left half-way, but its reply is
 * dropped and its handle is no good any more.
 */
#ifndef OPENVBS_SK_CORE_THREAD_H
#define OPENVBS_SK_CORE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/service.h"
#include "abi/status.h"
#include "abi/vtl_call.h"
#include "sk/core/machine.h"

#define THREADS_MAX	 32u
#define THREADS_VTL0	 (THREADS_MAX - SERVICE_COUNT) /* others: services' own */
#define THREAD_DEPTH_MAX 3u

enum thread_state {
	THREAD_FREE = 0,
	THREAD_RUNNING,
	THREAD_PREEMPTED,
	THREAD_DONE,
	THREAD_REPLYING,
};

/* What VTL0 has said to a SERVICE_OUTSIDE; a response is in the message. */
enum thread_answer {
	THREAD_ANSWER_WANTED = 0,
	THREAD_ANSWER_HERE,
	THREAD_ANSWER_NONE,
};

struct service;

/* One service that a thread is inside. */
struct activation {
	struct user_state user;
	struct service *service;
	uint64_t epoch;	    /* of the service; another one: it has crashed */
	uint32_t slot;	    /* of the service */
	uint32_t bytes_max; /* of its reply */
	bool in_call;	    /* its SERVICE_CALL has not been answered */
	bool in_outside;    /* nor its SERVICE_OUTSIDE */
	frame_t reply;	    /* the caller's buffer, if a service calls */
	frame_t answer;	    /* where SERVICE_OUTSIDE wants it */
};

struct thread {
	/* under the state lock */
	enum thread_state state;
	bool cancelled;
	bool helped; /* RUNNING for somebody else's sake */
	uint64_t generation;

	/* the CPU's that runs it */
	uint64_t page;		    /* of VTL0, for the reply */
	struct vtl_message message; /* request, then reply */
	enum status result;	    /* once done: OK or CRASHED */
	bool done;
	enum thread_answer answer;
	uint32_t depth; /* services inside; 0: not delivered, or done */
	struct activation activation[THREAD_DEPTH_MAX];
};

/* A thread for VTL0. STATUS_BUSY and EVENT_CALLS_BOUND at the bound. */
enum status thread_take(struct thread **thread);

/*
 * Before the reply goes out. False: the thread is cancelled, and VTL0's page
 * is somebody else's by now.
 */
bool thread_reply_begin(struct thread *thread);

/*
 * Parks a thread that this CPU runs and cannot finish now. False: it is
 * cancelled, and its handle no good any more.
 */
bool thread_park(struct thread *thread);

/* Ends a thread that this CPU runs. */
void thread_free(struct thread *thread);

/* A handle, never 0; it differs from all earlier ones. */
uint64_t thread_handle(const struct thread *thread);

/*
 * Makes the thread of a handle this CPU's. STATUS_NOT_FOUND: no such handle.
 * STATUS_INTERRUPTED: another CPU works at it for its own sake, ask again.
 * STATUS_CONFLICT: another CPU has resumed it.
 */
enum status thread_resume(uint64_t handle, struct thread **thread);

/*
 * Cancels the thread of a handle: from here on no reply of it goes out.
 * STATUS_NOT_FOUND. STATUS_BUSY: one is going out at this moment.
 */
enum status thread_cancel(uint64_t handle);

/* This CPU's thread, which VTL0 cannot be told of. */
void thread_forget(struct thread *thread);

/* Cancels all of VTL0's, in the same sense. How many. */
uint64_t thread_cancel_all(void);

/* A preempted thread that nobody will resume, made this CPU's. */
bool thread_forgotten(struct thread **thread);

/* Whether any such is left, on another CPU at this moment or not. */
bool thread_any_forgotten(void);

/* A service's own thread. */
struct thread *thread_own(enum service_id service);
bool thread_is_own(const struct thread *thread);

/* --- under the state lock ---------------------------------------------------- */

/* Makes a preempted thread this CPU's for as long as it is in the way. */
bool thread_help_locked(struct thread *thread);

/*
 * A service's own thread made this CPU's: a preempted one, or a new one of
 * depth 0. False when another CPU has it.
 */
bool thread_own_take_locked(struct thread *thread);

#endif
