/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event queues. Called by whoever refuses or reports something, and before a
 * message to the audit service.
 *
 * Invariant: the numbers of a source have no gaps but those that an
 * EVENT_RING_LOST tells of.
 */
#include "sk/core/event.h"

#include "sk/core/index.h"
#include "sk/core/machine.h"
#include "sk/core/state.h"

static void append(struct event_queue *queue, const struct event *event)
{
	uint32_t at = (queue->first + queue->count) % EVENT_QUEUE_SIZE;

	queue->event[at] = *event;
	queue->count++;
	queue->kind_count[event->kind]++;
}

static bool has_room(const struct event_queue *queue, uint32_t kind)
{
	return queue->kind_count[kind] == 0 ||
	       queue->count < EVENT_QUEUE_SHARED;
}

void event_put(enum service_id source, enum event_kind kind, uint64_t a,
	       uint64_t b)
{
	struct event_queue *queue = &state.events.queue[source];
	struct event event = {
		.time = machine_time(),
		.kind = (uint32_t)index_mask(kind, EVENT_KINDS),
		.cpu = machine_cpu(),
		.a = a,
		.b = b,
	};

	lock_take(&state.events.lock);
	queue->number++;
	event.number = queue->number;
	if (has_room(queue, event.kind)) {
		append(queue, &event);
	} else {
		queue->dropped++;
		state.events.lost_total++;
	}
	lock_release(&state.events.lock);
}

void event_note(enum event_kind kind, uint64_t a, uint64_t b)
{
	event_put(SERVICE_SECURE_KERNEL, kind, a, b);
}

static void batch_add(struct audit_put *batch, uint32_t source,
		      const struct event *event)
{
	batch->entry[batch->count].source = source;
	batch->entry[batch->count].event = *event;
	batch->count++;
}

/* A gap, told where the reader would find it. */
static void batch_add_lost(struct audit_put *batch, uint32_t source,
			   uint64_t count)
{
	struct event event = {
		.time = machine_time(),
		.kind = EVENT_RING_LOST,
		.cpu = machine_cpu(),
		.a = EVENT_CPU_UNKNOWN,
		.b = count,
	};

	batch_add(batch, source, &event);
}

static void batch_add_queue(struct audit_put *batch, uint32_t service)
{
	struct event_queue *queue = &state.events.queue[service];
	uint32_t source = service == SERVICE_SECURE_KERNEL
				  ? AUDIT_SOURCE_SECURE_KERNEL
				  : AUDIT_SOURCE_SERVICE + service;

	while (queue->count != 0 && batch->count < AUDIT_PUT_MAX) {
		const struct event *event = &queue->event[queue->first];

		batch_add(batch, source, event);
		queue->kind_count[event->kind]--;
		queue->first = (queue->first + 1) % EVENT_QUEUE_SIZE;
		queue->count--;
	}
	if (queue->dropped != 0 && batch->count < AUDIT_PUT_MAX) {
		batch_add_lost(batch, source, queue->dropped);
		queue->dropped = 0;
	}
}

/* Asks the hypervisor when nothing is left of what it gave last. */
static void batch_add_hypervisor(struct audit_put *batch)
{
	struct event_state *events = &state.events;
	uint64_t lost = 0;

	if (events->taken_next == events->taken_count) {
		events->taken_next = 0;
		events->taken_count = machine_events_take(events->taken,
							  HV_EVENTS_MAX, &lost);
		CHECK(events->taken_count <= HV_EVENTS_MAX);
	}
	if (lost != 0) {
		batch_add_lost(batch, AUDIT_SOURCE_HYPERVISOR, lost);
		events->lost_total += lost;
	}
	while (events->taken_next < events->taken_count &&
	       batch->count < AUDIT_PUT_MAX) {
		batch_add(batch, AUDIT_SOURCE_HYPERVISOR,
			  &events->taken[events->taken_next]);
		events->taken_next++;
	}
}

const struct audit_put *event_batch(void)
{
	struct audit_put *batch = &state.events.batch;

	lock_take(&state.events.lock);
	if (batch->count == 0) {
		batch_add_hypervisor(batch);
		for (uint32_t i = 0; i < SERVICE_COUNT; i++) {
			batch_add_queue(batch, i);
		}
	}
	lock_release(&state.events.lock);
	return batch->count != 0 ? batch : NULL;
}

void event_batch_done(void)
{
	lock_take(&state.events.lock);
	state.events.batch.count = 0;
	lock_release(&state.events.lock);
}

uint64_t event_lost(void)
{
	uint64_t lost;

	lock_take(&state.events.lock);
	lost = state.events.lost_total;
	lock_release(&state.events.lock);
	return lost;
}
