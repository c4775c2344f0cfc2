/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of VTL0. Called from the call table.
 *
 * Invariant: a request is copied into the thread before anything is looked
 * at, and the reply is copied out once, by the call that gets STATUS_OK.
 */
#include "sk/core/message.h"

#include "abi/vtl_call.h"
#include "lib/bytes.h"
#include "sk/core/event.h"
#include "sk/core/frame.h"
#include "sk/core/method.h"
#include "sk/core/run.h"
#include "sk/core/state.h"
#include "sk/core/window.h"

_Static_assert(SERVICE_COUNT * sizeof(struct sk_service) <=
		       VTL_MESSAGE_DATA_BYTES,
	       "one message");

/* What belongs to the launch, and what waits for its end. */
static bool is_time_for(const struct service *service)
{
	bool launched = atomic_load(&state.launched);

	return launched ? !service->row->sets_root : !service->row->has_root;
}

static enum status check(const struct vtl_message *message)
{
	const struct service *service = service_find(message->service);

	if (message->version != VTL_MESSAGE_VERSION) {
		return STATUS_UNSUPPORTED;
	}
	if (message->reserved_zero != 0 ||
	    message->in_bytes > VTL_MESSAGE_DATA_BYTES ||
	    message->out_bytes_max > VTL_MESSAGE_DATA_BYTES) {
		return STATUS_INVALID;
	}
	/* What only VTL1 says to a service. */
	if (message->method == SERVICE_METHOD_START ||
	    message->caller == SERVICE_CALLER_VTL1) {
		return STATUS_DENIED;
	}
	if (message->service == SERVICE_SECURE_KERNEL) {
		return STATUS_OK;
	}
	if (service == NULL) {
		return STATUS_NOT_FOUND;
	}
	return is_time_for(service) ? STATUS_OK : STATUS_DENIED;
}

/* --- the secure kernel's own methods ---------------------------------------- */

static uint32_t describe(struct sk_status *to)
{
	*to = (struct sk_status){
		.version = VTL_CALL_INTERFACE,
		.cpu_count = state.boot.cpu_count,
		.facts = state.boot.facts,
		.launched = atomic_load(&state.launched),
		.random_seeded = state.random.sources,
		.root = state.root.verdict,
		.calls = atomic_load(&state.calls),
		.events_lost = event_lost(),
		.memory_free_bytes = frame_free_bytes(),
	};
	for (uint32_t i = 1; i < SERVICE_COUNT; i++) {
		to->service_count += service_find(i) != NULL;
	}
	memcpy(to->policy_digest, state.policy.digest,
	       sizeof(to->policy_digest));
	memcpy(to->openvbs_version, state.boot.openvbs_version,
	       sizeof(to->openvbs_version));
	return sizeof(*to);
}

/* Writes a reply into the thread's copy of the message. */
static void answer(struct vtl_message *message)
{
	union {
		struct sk_status status;
		struct sk_service services[SERVICE_COUNT];
	} to;
	const void *from = &to;
	uint32_t bytes = 0;

	message->status = STATUS_OK;
	message->out_bytes = 0;
	if (method_test(message)) {
		return;
	}
	if (message->in_bytes != 0) {
		message->status = STATUS_INVALID;
	} else if (message->method == SK_METHOD_STATUS) {
		bytes = describe(&to.status);
	} else if (message->method == SK_METHOD_SERVICES) {
		bytes = service_describe(to.services);
		bytes *= (uint32_t)sizeof(struct sk_service);
	} else if (message->method == SK_METHOD_POLICY) {
		from = &state.policy.policy;
		bytes = sizeof(state.policy.policy);
	} else {
		message->status = STATUS_NOT_FOUND;
	}
	if (bytes > message->out_bytes_max) {
		message->status = STATUS_NO_SPACE;
		return;
	}
	memcpy(message->data, from, bytes);
	message->out_bytes = bytes;
}

/* --- to services -------------------------------------------------------------- */

static enum status deliver(struct thread *thread)
{
	struct service *service = service_find(thread->message.service);
	enum status status = STATUS_OK;

	if (service->id == SERVICE_AUDIT) {
		status = run_events();
	}
	if (status == STATUS_OK) {
		status = run_start(service);
	}
	if (status == STATUS_OK) {
		status = run_deliver(thread, service);
	}
	return status;
}

/* A service that has crashed is started again before anybody asks for it. */
static void revive(const struct thread *thread)
{
	struct service *service = service_find(thread->message.service);

	(void)run_start(service); /* if not now: whoever asks next goes on */
}

/* What comes of a thread that this CPU has. */
static enum status work(struct thread *thread)
{
	enum status status = STATUS_OK;

	if (thread->done) {
		return STATUS_OK; /* somebody has helped it to its end */
	}
	if (thread->message.service == SERVICE_SECURE_KERNEL) {
		answer(&thread->message);
		thread->done = true;
		thread->result = STATUS_OK;
		return STATUS_OK;
	}
	if (thread->depth == 0) {
		status = deliver(thread);
	}
	if (status == STATUS_OK) {
		status = run_thread(thread);
	}
	if (status == STATUS_OK && thread->result == STATUS_CRASHED) {
		revive(thread);
	}
	return status;
}

/* The end of a call: its reply, if somebody still waits for it. */
static enum status finish(struct thread *thread)
{
	if (!thread_reply_begin(thread)) {
		return STATUS_NOT_FOUND;
	}
	if (thread->result != STATUS_OK) {
		return thread->result;
	}
	return window_copy_out(thread->page, &thread->message);
}

/*
 * Asks VTL0 for what a service wants of a TPM, if somebody still waits for the
 * call. STATUS_OUTSIDE: it is to be parked.
 */
static enum status ask(struct thread *thread)
{
	enum status status;

	if (!thread_reply_begin(thread)) {
		return STATUS_OUTSIDE;
	}
	status = window_copy_out(thread->page, &thread->message);
	if (status == STATUS_OK) {
		return STATUS_OUTSIDE;
	}
	thread_forget(thread);
	(void)thread_park(thread);
	return status;
}

static enum status go(struct thread *thread, uint64_t *value)
{
	uint64_t handle = thread_handle(thread);
	enum status status = work(thread);

	if (status == STATUS_OUTSIDE) {
		status = ask(thread);
		if (status != STATUS_OUTSIDE) {
			return status;
		}
	}
	if (status == STATUS_INTERRUPTED || status == STATUS_OUTSIDE) {
		*value = handle;
		return thread_park(thread) ? status : STATUS_NOT_FOUND;
	}
	if (status == STATUS_OK) {
		status = finish(thread);
	}
	thread_free(thread);
	return status;
}

enum status message_send(uint64_t address, uint64_t *value)
{
	struct thread *thread;
	enum status status = thread_take(&thread);

	if (status != STATUS_OK) {
		return status;
	}
	thread->page = address;
	status = window_copy_in(address, &thread->message);
	if (status == STATUS_OK) {
		status = check(&thread->message);
	}
	if (status != STATUS_OK) {
		thread_free(thread);
		return status;
	}
	return go(thread, value);
}

/* VTL0 resumes what waits for an answer: this is the answer. */
static void answer_take(struct thread *thread)
{
	if (thread->depth == 0 ||
	    !thread->activation[thread->depth - 1].in_outside) {
		return;
	}
	thread->answer =
		window_data_in(thread->page, &thread->message) == STATUS_OK &&
				thread->message.in_bytes != 0
			? THREAD_ANSWER_HERE
			: THREAD_ANSWER_NONE;
}

enum status message_resume(uint64_t handle, uint64_t *value)
{
	struct thread *thread;
	enum status status = thread_resume(handle, &thread);

	if (status == STATUS_OK) {
		answer_take(thread);
		return go(thread, value);
	}
	if (status == STATUS_INTERRUPTED) {
		*value = handle;
	}
	return status;
}

enum status message_cancel(uint64_t handle, uint64_t *value)
{
	(void)value;
	return thread_cancel(handle);
}

enum status message_drain(uint64_t unused, uint64_t *value)
{
	struct thread *thread;

	(void)unused;
	(void)value;
	if (thread_forgotten(&thread)) {
		if (run_other(thread) == STATUS_INTERRUPTED ||
		    thread_any_forgotten()) {
			return STATUS_INTERRUPTED;
		}
		return STATUS_OK;
	}
	return thread_any_forgotten() ? STATUS_BUSY : STATUS_OK;
}

enum status message_adopt(uint64_t unused, uint64_t *value)
{
	(void)unused;
	*value = thread_cancel_all();
	event_note(EVENT_DRIVER_BOUND, *value, 0);
	return STATUS_OK;
}
