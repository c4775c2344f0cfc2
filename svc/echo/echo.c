/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The methods of echo.h. Called by the runtime. What each does wrong is on
 * purpose, and in assembly where a compiler would see through it.
 */
#include "svc/echo/echo.h"

#include <stdatomic.h>

#include "lib/bytes.h"
#include "svc/echo/state.h"
#include "svc/rt/rt.h"
#include "svc/rt/syscall.h"

#define STACK_FRAME_BYTES 1024
#define RET_BYTES	  1

static struct echo_request request_of(const struct service_buffer *buffer)
{
	struct echo_request request;

	memcpy(&request, buffer->data, sizeof(request));
	atomic_fetch_add(&echo_messages, 1);
	return request;
}

static enum status reply(struct service_buffer *buffer, const void *from,
			 uint32_t len_bytes)
{
	memcpy(buffer->data, from, len_bytes);
	buffer->bytes = len_bytes;
	return STATUS_OK;
}

static enum status echo_start(const struct service_start *start)
{
	(void)start;
	return STATUS_OK;
}

static enum status echo_echo(struct service_buffer *buffer)
{
	atomic_fetch_add(&echo_messages, 1);
	return buffer->bytes <= buffer->bytes_max ? STATUS_OK : STATUS_NO_SPACE;
}

static enum status echo_null(struct service_buffer *buffer)
{
	buffer->bytes = 0;
	return STATUS_OK;
}

static enum status echo_spin(struct service_buffer *buffer)
{
	struct echo_request request = request_of(buffer);

	for (uint64_t i = 0; i < request.a; i++) {
		__asm__ volatile("" : : "r"(i));
	}
	buffer->bytes = 0;
	return STATUS_OK;
}

static uint64_t load(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("movq (%1), %0"
			 : "=r"(value)
			 : "r"(address)
			 : "memory");
	return value;
}

static void store(uint64_t address, uint64_t value)
{
	__asm__ volatile("movq %0, (%1)"
			 :
			 : "r"(value), "r"(address)
			 : "memory");
}

static void stack_execute(void)
{
	uint8_t code[RET_BYTES] = {ECHO_RET};

	__asm__ volatile("call *%0" : : "r"(code) : "memory");
}

/* Each frame is used behind the deeper one, so that none is given up. */
static uint64_t stack_overflow(uint64_t depth)
{
	volatile uint8_t frame[STACK_FRAME_BYTES];

	frame[depth % STACK_FRAME_BYTES] = (uint8_t)depth;
	if (depth == UINT64_MAX) {
		return 0;
	}
	return stack_overflow(depth + 1) + frame[depth % STACK_FRAME_BYTES];
}

static enum status echo_crash(struct service_buffer *buffer)
{
	struct echo_request request = request_of(buffer);

	buffer->bytes = 0;
	switch (request.a) {
	case ECHO_CRASH_NULL:
		load(0);
		break;
	case ECHO_CRASH_TEXT:
		store(SERVICE_IMAGE_BASE, 0);
		break;
	case ECHO_CRASH_STACK:
		stack_execute();
		break;
	case ECHO_CRASH_RING0:
		__asm__ volatile("hlt");
		break;
	case ECHO_CRASH_DEEP:
		stack_overflow(request.b);
		break;
	case ECHO_CRASH_SYSCALL:
		syscall_raw(SERVICE_SYSCALL_COUNT, 0, 0, 0);
		break;
	case ECHO_CRASH_CANARY:
		__asm__ volatile("movq $0, %%fs:(%0)" : : "r"(UINT64_C(0)));
		break;
	default:
		break;
	}
	return STATUS_INVALID; /* it lives: the attack has worked */
}

/* What a search of all memory must not find. */
static enum status echo_canary(struct service_buffer *buffer)
{
	uint64_t state = request_of(buffer).a;

	for (uint32_t i = 0; i < ECHO_CANARIES; i++) {
		state += ECHO_CANARY_STEP;
		echo_canaries[i] = (state ^ state >> 30) * ECHO_CANARY_FACTOR;
	}
	buffer->bytes = 0;
	return STATUS_OK;
}

static enum status echo_read(struct service_buffer *buffer)
{
	uint64_t value = load(request_of(buffer).a);

	return reply(buffer, &value, sizeof(value));
}

static enum status echo_call(struct service_buffer *buffer)
{
	struct echo_request request = request_of(buffer);
	struct service_buffer *to = &echo_call_buffer;
	uint64_t result[2];

	if (atomic_flag_test_and_set(&echo_call_taken)) {
		return STATUS_BUSY;
	}
	bytes_zero(to, sizeof(*to));
	to->bytes_max = sizeof(to->data);
	result[0] = syscall_call((uint32_t)request.a, (uint32_t)request.b, to);
	result[1] = to->status;
	atomic_flag_clear(&echo_call_taken);
	return reply(buffer, result, sizeof(result));
}

static enum status echo_events(struct service_buffer *buffer)
{
	struct echo_request request = request_of(buffer);
	enum status status = STATUS_OK;

	for (uint64_t i = 0; i < request.a && status == STATUS_OK; i++) {
		status = syscall_event((uint32_t)request.b, i, 0);
	}
	buffer->bytes = 0;
	return status;
}

static enum status echo_count(struct service_buffer *buffer)
{
	uint64_t count = atomic_load(&echo_messages);

	return reply(buffer, &count, sizeof(count));
}

#define REQUEST_BYTES sizeof(struct echo_request)

static const struct rt_method methods[] = {
	{ECHO_METHOD_ECHO, RT_FROM_VTL0, 0, SERVICE_BUFFER_BYTES, 0, echo_echo},
	{ECHO_METHOD_NULL, RT_FROM_VTL0, 0, 0, 0, echo_null},
	{ECHO_METHOD_SPIN, RT_FROM_VTL0, REQUEST_BYTES, REQUEST_BYTES, 0,
	 echo_spin},
	{ECHO_METHOD_CRASH, RT_FROM_VTL0, REQUEST_BYTES, REQUEST_BYTES, 0,
	 echo_crash},
	{ECHO_METHOD_READ, RT_FROM_VTL0, REQUEST_BYTES, REQUEST_BYTES,
	 sizeof(uint64_t), echo_read},
	{ECHO_METHOD_CALL, RT_FROM_VTL0, REQUEST_BYTES, REQUEST_BYTES,
	 2 * sizeof(uint64_t), echo_call},
	{ECHO_METHOD_EVENTS, RT_FROM_VTL0, REQUEST_BYTES, REQUEST_BYTES, 0,
	 echo_events},
	{ECHO_METHOD_COUNT, RT_FROM_VTL0, 0, 0, sizeof(uint64_t), echo_count},
	{ECHO_METHOD_CANARY, RT_FROM_VTL0, REQUEST_BYTES, REQUEST_BYTES, 0,
	 echo_canary},
};

const struct rt_service rt_service = {
	.method = methods,
	.method_count = sizeof(methods) / sizeof(methods[0]),
	.start = echo_start,
};
