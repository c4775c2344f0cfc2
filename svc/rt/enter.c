/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One message, from its arrival to its reply. Called by entry.S on a fresh
 * stack. Nothing but SERVICE_METHOD_START is done before that has been.
 */
#include "svc/rt/enter.h"

#include "lib/bytes.h"
#include "svc/rt/rt.h"
#include "svc/rt/state.h"
#include "svc/rt/syscall.h"

/* The generator first: the heap's key comes from it. */
static enum status enter_start(struct service_buffer *buffer)
{
	struct service_start start;
	enum status status;
	uint64_t key;

	if (rt_state.started || rt_caller(buffer) != RT_FROM_KERNEL) {
		return STATUS_DENIED;
	}
	if (buffer->bytes != sizeof(start)) {
		return STATUS_INVALID;
	}
	memcpy(&start, buffer->data, sizeof(start));
	bytes_zero(buffer->data, sizeof(start));
	drbg_seed(&rt_state.drbg, start.seed, sizeof(start.seed));
	bytes_wipe(start.seed, sizeof(start.seed));
	rt_random(NULL, sizeof(key), (uint8_t *)&key);
	heap_init(&rt_state.heap, (void *)(uintptr_t)SERVICE_HEAP_BASE,
		  SERVICE_HEAP_BYTES, key);
	status = rt_service.start(&start);
	bytes_wipe(start.root, sizeof(start.root));
	rt_state.started = status == STATUS_OK;
	return status;
}

_Noreturn void enter(uint64_t method, struct service_buffer *buffer)
{
	enum status status;

	if (method == SERVICE_METHOD_START) {
		status = enter_start(buffer);
		buffer->bytes = 0;
	} else if (rt_state.started) {
		status = rt_dispatch(&rt_service, method, buffer);
	} else {
		status = STATUS_DENIED;
		buffer->bytes = 0;
	}
	syscall_reply(status, buffer->bytes);
	rt_crash();
}
