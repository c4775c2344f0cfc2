/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread table. Called by the VTL calls and by services that wait for one
 * another. Invariant: a thread is RUNNING for one CPU at most, and a handle
 * names one call of VTL0's ever.
 */
#include "sk/core/thread.h"

#include "sk/core/event.h"
#include "sk/core/index.h"
#include "sk/core/state.h"

/* 2^48 generations; in the last bits, which of the table. */
#define HANDLE_INDEX_BITS 16
#define HANDLE_INDEX_MASK ((UINT64_C(1) << HANDLE_INDEX_BITS) - 1)

_Static_assert((THREADS_MAX & (THREADS_MAX - 1)) == 0, "masked");

static void begin(struct thread *thread)
{
	thread->state = THREAD_RUNNING;
	thread->cancelled = false;
	thread->helped = false;
	thread->generation++;
	thread->depth = 0;
	thread->done = false;
}

enum status thread_take(struct thread **thread)
{
	lock_take(&state.lock);
	for (unsigned i = 0; i < THREADS_VTL0; i++) {
		if (state.threads[i].state == THREAD_FREE) {
			*thread = &state.threads[i];
			begin(*thread);
			lock_release(&state.lock);
			return STATUS_OK;
		}
	}
	lock_release(&state.lock);
	event_note(EVENT_CALLS_BOUND, THREADS_VTL0, 0);
	return STATUS_BUSY;
}

void thread_free(struct thread *thread)
{
	lock_take(&state.lock);
	CHECK(thread->state == THREAD_RUNNING ||
	      thread->state == THREAD_REPLYING);
	CHECK(thread->depth == 0);
	thread->state = THREAD_FREE;
	lock_release(&state.lock);
}

bool thread_reply_begin(struct thread *thread)
{
	bool wanted;

	lock_take(&state.lock);
	wanted = !thread->cancelled;
	if (wanted) {
		thread->state = THREAD_REPLYING;
	}
	lock_release(&state.lock);
	return wanted;
}

bool thread_park(struct thread *thread)
{
	bool wanted;

	lock_take(&state.lock);
	wanted = !thread->cancelled;
	if (wanted || thread->depth != 0) {
		thread->state = THREAD_PREEMPTED;
	} else {
		thread->state = THREAD_FREE;
	}
	lock_release(&state.lock);
	return wanted;
}

uint64_t thread_handle(const struct thread *thread)
{
	uint64_t index = (uint64_t)(thread - state.threads);

	return thread->generation << HANDLE_INDEX_BITS | index;
}

/* The uncancelled thread of a handle, or NULL. Under the lock. */
static struct thread *find(uint64_t handle)
{
	uint64_t index = handle & HANDLE_INDEX_MASK;
	struct thread *thread;

	if (index >= THREADS_VTL0) {
		return NULL;
	}
	thread = &state.threads[index_mask(index, THREADS_MAX)];
	if (thread->state == THREAD_FREE || thread->cancelled ||
	    thread_handle(thread) != handle) {
		return NULL;
	}
	return thread;
}

enum status thread_resume(uint64_t handle, struct thread **thread)
{
	enum status status = STATUS_OK;

	lock_take(&state.lock);
	*thread = find(handle);
	if (*thread == NULL) {
		status = STATUS_NOT_FOUND;
	} else if ((*thread)->state == THREAD_RUNNING ||
		   (*thread)->state == THREAD_REPLYING) {
		status = (*thread)->helped ? STATUS_INTERRUPTED
					   : STATUS_CONFLICT;
	} else {
		(*thread)->state = THREAD_RUNNING;
		(*thread)->helped = false;
	}
	lock_release(&state.lock);
	return status;
}

/* A thread that is inside no service has nothing to work on. */
static void cancel(struct thread *thread)
{
	if (thread->state == THREAD_RUNNING || thread->depth != 0) {
		thread->cancelled = true;
	} else {
		thread->state = THREAD_FREE;
	}
}

enum status thread_cancel(uint64_t handle)
{
	enum status status = STATUS_OK;
	struct thread *thread;

	lock_take(&state.lock);
	thread = find(handle);
	if (thread == NULL) {
		status = STATUS_NOT_FOUND;
	} else if (thread->state == THREAD_REPLYING) {
		status = STATUS_BUSY;
	} else {
		cancel(thread);
	}
	lock_release(&state.lock);
	return status;
}

void thread_forget(struct thread *thread)
{
	lock_take(&state.lock);
	thread->cancelled = true;
	lock_release(&state.lock);
}

/* A reply that is going out ends within one copy of a page. */
static void lock_take_without_reply(const struct thread *thread)
{
	lock_take(&state.lock);
	while (thread->state == THREAD_REPLYING) {
		lock_release(&state.lock);
		__builtin_ia32_pause();
		lock_take(&state.lock);
	}
}

uint64_t thread_cancel_all(void)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < THREADS_VTL0; i++) {
		struct thread *thread = &state.threads[i];

		lock_take_without_reply(thread);
		if (thread->state != THREAD_FREE && !thread->cancelled) {
			cancel(thread);
			count++;
		}
		lock_release(&state.lock);
	}
	return count;
}

/* VTL0 has no handle to it. */
static bool is_forgotten(const struct thread *thread)
{
	return thread->state != THREAD_FREE &&
	       (thread->cancelled || thread_is_own(thread));
}

/* In turn: one may spin in ring 3 until another has gone on. */
bool thread_forgotten(struct thread **thread)
{
	lock_take(&state.lock);
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		unsigned at = (state.forgotten_next + i) % THREADS_MAX;

		*thread = &state.threads[at];
		if (is_forgotten(*thread) && thread_help_locked(*thread)) {
			state.forgotten_next = (at + 1) % THREADS_MAX;
			lock_release(&state.lock);
			return true;
		}
	}
	lock_release(&state.lock);
	return false;
}

bool thread_any_forgotten(void)
{
	bool found = false;

	lock_take(&state.lock);
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		found |= is_forgotten(&state.threads[i]);
	}
	lock_release(&state.lock);
	return found;
}

struct thread *thread_own(enum service_id service)
{
	return &state.threads[THREADS_VTL0 + (unsigned)service];
}

bool thread_is_own(const struct thread *thread)
{
	return thread >= &state.threads[THREADS_VTL0];
}

bool thread_help_locked(struct thread *thread)
{
	if (thread->state != THREAD_PREEMPTED) {
		return false;
	}
	thread->state = THREAD_RUNNING;
	thread->helped = true;
	return true;
}

bool thread_own_take_locked(struct thread *thread)
{
	if (thread->state == THREAD_FREE) {
		begin(thread);
		return true;
	}
	return thread_help_locked(thread);
}
