/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls of services (abi/service.h). Called by run.c while the service
 * is entered. A refused argument is a status; what no working service does
 * (an unknown number, a bad address, a reply that is too long) is a crash.
 */
#include "lib/bytes.h"
#include "sk/core/event.h"
#include "sk/core/random.h"
#include "sk/core/root.h"
#include "sk/core/run.h"

static void caller_answer(const struct activation *caller,
			  const struct activation *callee, uint32_t status,
			  uint32_t bytes)
{
	struct service_buffer *to = machine_frame(callee->reply);

	if (!service_enter(caller)) {
		return; /* its memory is another one's now */
	}
	to->status = status;
	to->bytes = bytes;
	memcpy(to->data, service_buffer(callee)->data, bytes);
	service_leave(caller);
}

static bool reply(struct thread *thread, struct activation *top)
{
	uint64_t status = top->user.rdi;
	uint64_t bytes = top->user.rsi;
	struct vtl_message *message = &thread->message;

	if (status > STATUS_CRASHED || bytes > top->bytes_max) {
		return false;
	}
	if (thread->depth == 1 && message->method == SERVICE_METHOD_START &&
	    status != STATUS_OK) {
		return false;
	}
	if (thread->depth == 1) {
		message->status = (uint32_t)status;
		message->out_bytes = (uint32_t)bytes;
		memcpy(message->data, service_buffer(top)->data, bytes);
	} else {
		caller_answer(top - 1, top, (uint32_t)status, (uint32_t)bytes);
	}
	service_succeed(top);
	service_slot_give(top);
	run_pop(thread, STATUS_OK);
	return true;
}

/* What can be refused at once; run.c does the rest, perhaps several times. */
static enum status call(const struct thread *thread, struct activation *top)
{
	uint64_t callee = top->user.rdi;

	if (thread->depth == THREAD_DEPTH_MAX) {
		return STATUS_NO_SPACE;
	}
	if (callee >= top->service->id ||
	    !(top->service->row->callees >> callee & 1)) {
		return STATUS_DENIED;
	}
	if (top->user.rsi == SERVICE_METHOD_START ||
	    top->user.rsi > UINT32_MAX) {
		return STATUS_INVALID;
	}
	top->in_call = true;
	return STATUS_OK;
}

static enum status event(const struct activation *top)
{
	if (top->user.rdi == 0 || top->user.rdi >= EVENT_KIND_END) {
		return STATUS_INVALID;
	}
	event_put(top->service->id, (enum event_kind)top->user.rdi,
		  top->user.rsi, top->user.rdx);
	return STATUS_OK;
}

/* Copies to a service's memory, by its page tables. */
static bool copy_to(const struct service *service, uint64_t address,
		    const uint8_t *from, uint64_t len_bytes)
{
	while (len_bytes != 0) {
		uint64_t offset = address % PAGE_BYTES;
		uint64_t count = PAGE_BYTES - offset;
		frame_t frame;

		count = count < len_bytes ? count : len_bytes;
		if (!machine_space_lookup(&service->space, address - offset,
					  MAP_READ | MAP_WRITE, &frame)) {
			return false;
		}
		memcpy((uint8_t *)machine_frame(frame) + offset, from, count);
		address += count;
		from += count;
		len_bytes -= count;
	}
	return true;
}

static bool random(struct activation *top)
{
	uint8_t bytes[SERVICE_RANDOM_MAX];
	bool copied;

	if (top->user.rsi > SERVICE_RANDOM_MAX) {
		top->user.rax = STATUS_INVALID;
		return true;
	}
	random_take(bytes, sizeof(bytes));
	copied = copy_to(top->service, top->user.rdi, bytes, top->user.rsi);
	bytes_wipe(bytes, sizeof(bytes));
	top->user.rax = STATUS_OK;
	return copied;
}

/* The command goes into the thread's message, whose request is long read. */
static bool outside(struct thread *thread, struct activation *top)
{
	struct vtl_message *message = &thread->message;
	const struct service_buffer *from;
	uint32_t bytes;

	if (!top->service->row->asks_tpm || thread_is_own(thread)) {
		top->user.rax = STATUS_DENIED;
		return true;
	}
	if (top->user.rdi % PAGE_BYTES != 0 ||
	    !machine_space_lookup(&top->service->space, top->user.rdi,
				  MAP_READ | MAP_WRITE, &top->answer)) {
		return false;
	}
	from = machine_frame(top->answer);
	memcpy(&bytes, &from->bytes, sizeof(bytes));
	atomic_signal_fence(memory_order_seq_cst); /* the copy is what counts */
	if (bytes > VTL_MESSAGE_DATA_BYTES) {
		return false;
	}
	memcpy(message->data, from->data, bytes);
	message->out_bytes = bytes;
	message->status = STATUS_OUTSIDE;
	thread->answer = THREAD_ANSWER_WANTED;
	top->in_outside = true;
	return true;
}

static bool root(struct activation *top)
{
	uint64_t offset = top->user.rdi % PAGE_BYTES;
	frame_t frame;

	if (!top->service->row->sets_root) {
		top->user.rax = STATUS_DENIED;
		return true;
	}
	if (offset > PAGE_BYTES - SERVICE_ROOT_BYTES ||
	    !machine_space_lookup(&top->service->space, top->user.rdi - offset,
				  MAP_READ | MAP_WRITE, &frame)) {
		return false;
	}
	top->user.rax = root_set((const uint8_t *)machine_frame(frame) + offset,
				 top->user.rsi);
	return true;
}

static bool dispatch(struct thread *thread, struct activation *top)
{
	switch (top->user.rax) {
	case SERVICE_REPLY:
		return reply(thread, top);
	case SERVICE_CALL:
		top->user.rax = call(thread, top);
		return true;
	case SERVICE_EVENT:
		top->user.rax = event(top);
		return true;
	case SERVICE_RANDOM:
		return random(top);
	case SERVICE_EPOCH:
		top->user.rax = service_epoch_next(top, top->user.rdi)
					? STATUS_OK
					: STATUS_CONFLICT;
		return true;
	case SERVICE_OUTSIDE:
		return outside(thread, top);
	case SERVICE_ROOT_SET:
		return root(top);
	default:
		return false;
	}
}

void syscall_handle(struct thread *thread)
{
	struct activation *top = &thread->activation[thread->depth - 1];
	uint64_t number = top->user.rax;

	/* What a crashed service still says counts for nothing. */
	if (service_alive(top) && !dispatch(thread, top)) {
		service_crash(top, SERVICE_REASON_SYSCALL + number);
	}
}
