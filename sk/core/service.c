/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of services. Called by message.c around everything that a service
 * does. Invariant: a service's memory changes under nobody: it is rebuilt when
 * no CPU is between service_enter() and service_leave().
 */
#include "sk/core/service.h"

#include "lib/bytes.h"
#include "sk/core/event.h"
#include "sk/core/image.h"
#include "sk/core/index.h"
#include "sk/core/state.h"

struct service *service_find(uint64_t id)
{
	if (id >= SERVICE_COUNT) {
		return NULL;
	}
	id = index_mask(id, SERVICES_MAX);
	return state.services[id].row != NULL ? &state.services[id] : NULL;
}

enum status service_init(void)
{
	for (uint32_t i = 0; i < SERVICE_COUNT; i++) {
		struct service *service = &state.services[i];
		enum status status;

		if (manifest[i].image == NULL) {
			continue;
		}
		service->row = &manifest[i];
		service->id = (enum service_id)i;
		status = image_build(service);
		if (status != STATUS_OK) {
			return status;
		}
		service->state = SERVICE_STATE_LOADED;
	}
	return STATUS_OK;
}

/* Under the lock, with a service that is LOADED or STARTING. */
static struct thread *start_take(struct service *service)
{
	struct thread *own = thread_own(service->id);

	if (!thread_own_take_locked(own)) {
		return NULL;
	}
	if (own->depth == 0 && service->state == SERVICE_STATE_LOADED) {
		service->state = SERVICE_STATE_STARTING;
	}
	return own;
}

enum status service_start_take(struct service *service, struct thread **own)
{
	enum status status = STATUS_BUSY;

	*own = NULL;
	lock_take(&state.lock);
	if (service->state == SERVICE_STATE_RUNNING) {
		status = STATUS_OK;
	} else if (service->state == SERVICE_STATE_STOPPED) {
		status = STATUS_NOT_FOUND;
	} else if (service->state != SERVICE_STATE_CRASHED) {
		*own = start_take(service);
	}
	lock_release(&state.lock);
	return status;
}

/* Who may come in now: in START only the one that runs it. */
static bool is_open(const struct service *service, const struct thread *thread)
{
	return service->state == SERVICE_STATE_RUNNING ||
	       (service->state == SERVICE_STATE_STARTING &&
		thread == thread_own(service->id));
}

/* A slot with this in it, NULL: a free one; or the number of slots. */
static uint32_t slot_find(const struct service *service,
			  const struct thread *thread)
{
	uint32_t slot = 0;

	while (slot < service->row->threads && service->slot[slot] != thread) {
		slot++;
	}
	return slot;
}

/* In turn: one may spin in ring 3 until another has gone on. */
static struct thread *help_next(struct service *service)
{
	uint32_t count = service->row->threads;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t slot = (service->help_next + i) % count;

		if (thread_help_locked(service->slot[slot])) {
			service->help_next = (slot + 1) % count;
			return service->slot[slot];
		}
	}
	return NULL;
}

enum status service_slot_take(struct service *service, struct thread *thread,
			      struct activation *to, struct thread **in_the_way)
{
	enum status status = STATUS_BUSY;

	*in_the_way = NULL;
	lock_take(&state.lock);
	if (is_open(service, thread)) {
		to->service = service;
		to->epoch = service->epoch;
		to->slot = slot_find(service, NULL);
		if (to->slot < service->row->threads) {
			service->slot[to->slot] = thread;
			service->running++;
			service->calls++;
			status = STATUS_OK;
		} else {
			*in_the_way = help_next(service);
		}
	}
	lock_release(&state.lock);
	return status;
}

void service_slot_give(const struct activation *activation)
{
	struct service *service = activation->service;

	lock_take(&state.lock);
	if (activation->epoch == service->epoch) {
		service->slot[activation->slot] = NULL;
	}
	lock_release(&state.lock);
}

bool service_holds(const struct service *service, const struct thread *thread)
{
	bool holds;

	lock_take(&state.lock);
	holds = slot_find(service, thread) < service->row->threads;
	lock_release(&state.lock);
	return holds;
}

bool service_enter(const struct activation *activation)
{
	struct service *service = activation->service;
	bool alive;

	lock_take(&state.lock);
	alive = activation->epoch == service->epoch;
	if (alive) {
		service->running++;
	}
	lock_release(&state.lock);
	return alive;
}

bool service_alive(const struct activation *activation)
{
	bool alive;

	lock_take(&state.lock);
	alive = activation->epoch == activation->service->epoch;
	lock_release(&state.lock);
	return alive;
}

/*
 * This CPU was the last one: nobody comes in as long as the state is CRASHED,
 * so that the memory can be rebuilt outside the lock.
 */
static void rebuild(struct service *service)
{
	bool stopped;

	image_reset(service);
	lock_take(&state.lock);
	stopped = service->crashes >= SERVICE_CRASHES_MAX;
	service->state = stopped ? SERVICE_STATE_STOPPED : SERVICE_STATE_LOADED;
	lock_release(&state.lock);
}

void service_leave(const struct activation *activation)
{
	struct service *service = activation->service;
	bool last;

	lock_take(&state.lock);
	CHECK(service->running != 0);
	service->running--;
	last = service->running == 0 && service->state == SERVICE_STATE_CRASHED;
	lock_release(&state.lock);
	if (last) {
		rebuild(service);
	}
}

void service_crash(const struct activation *activation, uint64_t reason)
{
	struct service *service = activation->service;
	bool first;

	lock_take(&state.lock);
	first = activation->epoch == service->epoch;
	if (first) {
		service->epoch++;
		service->state = SERVICE_STATE_CRASHED;
		service->crashes++;
		service->restarts++;
		bytes_zero(service->slot, sizeof(service->slot));
	}
	lock_release(&state.lock);
	if (first) {
		event_note(EVENT_SERVICE_CRASHED, service->id, reason);
	}
}

void service_succeed(const struct activation *activation)
{
	struct service *service = activation->service;

	lock_take(&state.lock);
	if (activation->epoch == service->epoch &&
	    service->state == SERVICE_STATE_RUNNING) {
		service->crashes = 0;
	}
	lock_release(&state.lock);
}

bool service_epoch_next(const struct activation *activation, uint64_t next)
{
	struct service *service = activation->service;
	bool is_first, is_next;

	lock_take(&state.lock);
	is_first = service->secret_epoch == 0 && next != 0 &&
		   root_is_anchored(state.root.verdict);
	is_next = activation->epoch == service->epoch &&
		  (is_first || next == service->secret_epoch + 1);
	if (is_next) {
		service->secret_epoch = next;
	}
	lock_release(&state.lock);
	return is_next;
}

void service_started(struct service *service)
{
	uint64_t restarts;

	lock_take(&state.lock);
	service->state = SERVICE_STATE_RUNNING;
	restarts = service->restarts;
	lock_release(&state.lock);
	event_note(EVENT_SERVICE_STARTED, service->id, restarts);
}

void service_prepare(struct activation *activation, uint32_t method)
{
	struct user_state *user = &activation->user;
	uint32_t slot = activation->slot;

	machine_user_init(user, activation->service->entry,
			  image_stack_top(slot), image_canary(slot));
	user->rdi = method;
	user->rsi = image_buffer(slot);
	activation->in_call = false;
	activation->in_outside = false;
}

struct service_buffer *service_buffer(const struct activation *activation)
{
	frame_t frame = activation->service->buffer[activation->slot];

	return machine_frame(frame);
}

uint32_t service_describe(struct sk_service *to)
{
	uint32_t count = 0;

	lock_take(&state.lock);
	for (uint32_t i = 0; i < SERVICE_COUNT; i++) {
		const struct service *service = &state.services[i];

		if (service->row == NULL) {
			continue;
		}
		memcpy(to[count].name, service->row->name,
		       sizeof(to[count].name));
		to[count].id = i;
		to[count].state = service->state == SERVICE_STATE_STOPPED
					  ? SK_SERVICE_STOPPED
					  : SK_SERVICE_RUNNING;
		to[count].calls = service->calls;
		to[count].restarts = service->restarts;
		count++;
	}
	lock_release(&state.lock);
	return count;
}
