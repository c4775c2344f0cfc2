/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads at work. Called by message.c with VTL0's, and in here with services'
 * own. Helping: whoever finds all places of a service taken first finishes a
 * preempted thread that has one, on its own time. A helped thread may need
 * help in turn, but only towards smaller service numbers, so that this ends.
 *
 * Invariant: no lock is held while ring 3 runs.
 */
#include "sk/core/run.h"

#include "lib/bytes.h"
#include "sk/core/event.h"
#include "sk/core/random.h"
#include "sk/core/root.h"
#include "sk/core/state.h"

#define BUFFER_HEAD_BYTES  offsetof(struct service_buffer, data)
#define EVENT_BATCHES_MOST 8u /* before one message */

static enum status run(struct thread *thread, const struct service *until);

void run_pop(struct thread *thread, enum status status)
{
	struct activation *caller;

	thread->depth--;
	if (thread->depth == 0) {
		thread->result = status;
		thread->done = true;
		return;
	}
	caller = &thread->activation[thread->depth - 1];
	caller->in_call = false;
	caller->user.rax = status;
}

/* START or PUT is over. */
static void own_finish(struct thread *thread)
{
	struct vtl_message *message = &thread->message;

	if (message->method == SERVICE_METHOD_START) {
		bytes_wipe(message->data, sizeof(struct service_start));
	}
	if (thread->result != STATUS_OK || message->status != STATUS_OK) {
		return; /* the crash has been told; a batch stays */
	}
	if (message->method == SERVICE_METHOD_START) {
		service_started(service_find(message->service));
	} else {
		event_batch_done();
	}
}

/* This CPU lets go of a thread that it has run for somebody else. */
static void settle(struct thread *thread)
{
	bool keep;

	if (thread->done && thread_is_own(thread)) {
		own_finish(thread);
	}
	lock_take(&state.lock);
	keep = !thread_is_own(thread) && !thread->cancelled;
	if (!thread->done) {
		thread->state = THREAD_PREEMPTED;
	} else {
		thread->state = keep ? THREAD_DONE : THREAD_FREE;
	}
	lock_release(&state.lock);
}

/* A place for the thread, which has then entered the service. */
static enum status place_take(struct thread *thread, struct service *service,
			      struct activation *to)
{
	struct thread *in_the_way;
	enum status status;

	for (;;) {
		status = service_slot_take(service, thread, to, &in_the_way);
		if (in_the_way == NULL) {
			return status;
		}
		status = run(in_the_way, service);
		settle(in_the_way);
		if (status != STATUS_OK) {
			return status;
		}
	}
}

enum status run_deliver(struct thread *thread, struct service *service)
{
	const struct vtl_message *message = &thread->message;
	struct activation *first = &thread->activation[0];
	struct service_buffer *buffer;
	enum status status;

	status = place_take(thread, service, first);
	if (status != STATUS_OK) {
		return status;
	}
	buffer = service_buffer(first);
	buffer->caller = message->caller;
	buffer->from = SERVICE_SECURE_KERNEL;
	buffer->bytes = message->in_bytes;
	buffer->bytes_max = message->out_bytes_max;
	buffer->status = STATUS_OK;
	buffer->reserved_zero = 0;
	memcpy(buffer->data, message->data, message->in_bytes);
	first->bytes_max = message->out_bytes_max;
	service_prepare(first, message->method);
	thread->depth = 1;
	service_leave(first);
	return STATUS_OK;
}

/*
 * Copies a caller's request, both being entered. False: the caller gave an
 * address or a length that is none.
 */
static bool request_copy(const struct thread *thread,
			 const struct activation *caller,
			 struct activation *callee)
{
	struct service_buffer *buffer = service_buffer(callee);
	struct service_buffer head;
	const struct service_buffer *from;

	if (caller->user.rdx % PAGE_BYTES != 0 ||
	    !machine_space_lookup(&caller->service->space, caller->user.rdx,
				  MAP_READ | MAP_WRITE, &callee->reply)) {
		return false;
	}
	from = machine_frame(callee->reply);
	memcpy(&head, from, BUFFER_HEAD_BYTES);
	atomic_signal_fence(memory_order_seq_cst); /* the copy is what counts */
	if (head.bytes > SERVICE_BUFFER_BYTES ||
	    head.bytes_max > SERVICE_BUFFER_BYTES || head.reserved_zero != 0) {
		return false;
	}
	head.caller = thread->message.caller;
	head.from = caller->service->id;
	head.status = STATUS_OK;
	memcpy(buffer, &head, BUFFER_HEAD_BYTES);
	memcpy(buffer->data, from->data, head.bytes);
	callee->bytes_max = head.bytes_max;
	return true;
}

/* SERVICE_CALL, once there is a place in the callee. */
static void call_enter(struct thread *thread, struct activation *caller,
		       struct activation *callee)
{
	bool good;

	if (!service_enter(caller)) {
		service_slot_give(callee);
		service_leave(callee);
		run_pop(thread, STATUS_CRASHED);
		return;
	}
	good = request_copy(thread, caller, callee);
	if (good) {
		service_prepare(callee, (uint32_t)caller->user.rsi);
		thread->depth++;
	} else {
		service_slot_give(callee);
		service_crash(caller, SERVICE_REASON_SYSCALL + SERVICE_CALL);
	}
	service_leave(callee);
	service_leave(caller);
}

/* A thread whose top activation waits for its SERVICE_CALL to begin. */
static enum status step_call(struct thread *thread)
{
	struct activation *caller = &thread->activation[thread->depth - 1];
	struct service *callee = service_find(caller->user.rdi);
	enum status status;

	status = callee != NULL ? run_start(callee) : STATUS_NOT_FOUND;
	if (status == STATUS_OK) {
		status = place_take(thread, callee, caller + 1);
	}
	if (status == STATUS_OK) {
		call_enter(thread, caller, caller + 1);
		return STATUS_OK;
	}
	if (status == STATUS_INTERRUPTED) {
		return status;
	}
	caller->in_call = false;
	caller->user.rax = status;
	return STATUS_OK;
}

/*
 * A thread whose top activation waits for VTL0. Whoever works at it in VTL0's
 * stead has no answer.
 */
static enum status step_outside(struct thread *thread)
{
	struct activation *top = &thread->activation[thread->depth - 1];
	const struct vtl_message *message = &thread->message;
	struct service_buffer *to;

	if (thread->answer == THREAD_ANSWER_WANTED && !thread->helped) {
		return STATUS_OUTSIDE;
	}
	if (!service_enter(top)) {
		run_pop(thread, STATUS_CRASHED);
		return STATUS_OK;
	}
	top->user.rax = STATUS_BUSY;
	if (thread->answer == THREAD_ANSWER_HERE) {
		to = machine_frame(top->answer);
		to->bytes = message->in_bytes;
		memcpy(to->data, message->data, message->in_bytes);
		top->user.rax = STATUS_OK;
	}
	top->in_outside = false;
	service_leave(top);
	return STATUS_OK;
}

static enum status step_user(struct thread *thread)
{
	struct activation *top = &thread->activation[thread->depth - 1];
	struct user_fault fault;
	enum user_exit exit;

	if (!service_enter(top)) {
		run_pop(thread, STATUS_CRASHED);
		return STATUS_OK;
	}
	exit = machine_user_run(&top->user, &top->service->space, &fault);
	if (exit == USER_FAULT) {
		service_crash(top, fault.vector);
	} else if (exit == USER_SYSCALL) {
		syscall_handle(thread);
	}
	service_leave(top);
	return exit == USER_INTERRUPTED ? STATUS_INTERRUPTED : STATUS_OK;
}

/* Until the thread is done, or has left a service. */
static enum status run(struct thread *thread, const struct service *until)
{
	while (thread->depth != 0) {
		const struct activation *top =
			&thread->activation[thread->depth - 1];
		enum status status;

		if (until != NULL && !service_holds(until, thread)) {
			break;
		}
		if (top->in_call) {
			status = step_call(thread);
		} else if (top->in_outside) {
			status = step_outside(thread);
		} else {
			status = step_user(thread);
		}
		if (status == STATUS_OUTSIDE ||
		    (status == STATUS_INTERRUPTED && !state.starting)) {
			return status;
		}
	}
	return STATUS_OK;
}

enum status run_thread(struct thread *thread)
{
	return run(thread, NULL);
}

enum status run_other(struct thread *thread)
{
	enum status status = run(thread, NULL);

	settle(thread);
	return status;
}

/* Delivers to a service from its own thread, and runs that. */
static enum status own_run(struct thread *own, struct service *service)
{
	enum status status;

	if (own->depth == 0) {
		status = run_deliver(own, service);
		bytes_wipe(own->message.data, own->message.in_bytes);
		if (status != STATUS_OK) {
			thread_free(own);
			return status;
		}
	}
	return run_other(own);
}

static void message_begin(struct vtl_message *message,
			  const struct service *service, uint32_t method)
{
	message->version = VTL_MESSAGE_VERSION;
	message->service = service->id;
	message->method = method;
	message->in_bytes = 0;
	message->out_bytes_max = 0;
	message->out_bytes = 0;
	message->status = STATUS_OK;
	message->caller = SERVICE_CALLER_VTL1;
}

static void start_write(struct thread *own, const struct service *service)
{
	struct service_start start = {
		.restarts = service->restarts,
		.epoch = service->secret_epoch,
		.time_per_second = state.boot.time_per_second,
		.root_anchored = root_is_anchored(state.root.verdict),
	};

	random_take(start.seed, sizeof(start.seed));
	if (service->row->has_root) {
		root_derive(service->id, start.root);
	}
	message_begin(&own->message, service, SERVICE_METHOD_START);
	own->message.in_bytes = sizeof(start);
	memcpy(own->message.data, &start, sizeof(start));
	bytes_wipe(&start, sizeof(start));
}

enum status run_start(struct service *service)
{
	struct thread *own;
	enum status status;

	for (;;) {
		status = service_start_take(service, &own);
		if (own == NULL) {
			return status;
		}
		if (own->depth == 0) {
			start_write(own, service);
		}
		status = own_run(own, service);
		if (status != STATUS_OK) {
			return status;
		}
	}
}

enum status run_start_all(void)
{
	for (uint32_t i = 1; i < SERVICE_COUNT; i++) {
		struct service *service = service_find(i);
		enum status status =
			service != NULL ? run_start(service) : STATUS_OK;

		if (status == STATUS_INTERRUPTED || status == STATUS_BUSY) {
			return STATUS_INTERRUPTED;
		}
	}
	return STATUS_OK; /* one that has stopped is for the policy to judge */
}

/* False: nothing waits. */
static bool put_write(struct thread *own, const struct service *audit)
{
	const struct audit_put *batch = event_batch();
	size_t bytes;

	if (batch == NULL) {
		return false;
	}
	bytes = offsetof(struct audit_put, entry) +
		batch->count * sizeof(batch->entry[0]);
	message_begin(&own->message, audit, AUDIT_METHOD_PUT);
	own->message.in_bytes = (uint32_t)bytes;
	memcpy(own->message.data, batch, bytes);
	return true;
}

/* One batch. `more` is false when nothing waits or it cannot be given now. */
static enum status put(struct service *audit, bool *more)
{
	struct thread *own = thread_own(SERVICE_AUDIT);
	bool taken;

	lock_take(&state.lock);
	taken = thread_own_take_locked(own);
	lock_release(&state.lock);
	*more = false;
	if (!taken) {
		return STATUS_OK; /* another CPU is at it */
	}
	if (own->depth == 0 && !put_write(own, audit)) {
		thread_free(own);
		return STATUS_OK;
	}
	*more = true;
	return own_run(own, audit);
}

enum status run_events(void)
{
	struct service *audit = service_find(SERVICE_AUDIT);
	enum status status = STATUS_OK;
	bool more = true;

	for (unsigned i = 0; audit != NULL && more && i < EVENT_BATCHES_MOST;
	     i++) {
		status = run_start(audit);
		if (status == STATUS_OK) {
			status = put(audit, &more);
		}
		if (status != STATUS_OK) {
			break;
		}
	}
	return status == STATUS_INTERRUPTED ? status : STATUS_OK;
}
