/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one method. Called by the runtime, before the launch is over. */
#include "abi/events.h"
#include "lib/bytes.h"
#include "svc/root/ferry.h"
#include "svc/root/launch.h"
#include "svc/root/state.h"
#include "svc/rt/rt.h"
#include "svc/rt/syscall.h"

static enum status root_start(const struct service_start *start)
{
	(void)start;
	return STATUS_OK;
}

/* Says it to the secure kernel, and to the log. */
static void publish(uint32_t verdict, const uint8_t *secret)
{
	if (syscall_root_set(secret, verdict) != STATUS_OK) {
		rt_crash(); /* asked a second time */
	}
	if (verdict == ROOT_VERDICT_MADE) {
		(void)syscall_event(EVENT_ROOT_MADE, 0, 0);
	} else if (verdict == ROOT_VERDICT_UNSEALED) {
		(void)syscall_event(EVENT_ROOT_UNSEALED, 0, 0);
	} else {
		(void)syscall_event(EVENT_ROOT_DENIED, verdict, 0);
	}
}

/* What a second attempt comes to, with what the first one has made. */
static uint32_t verdict_kept(uint32_t verdict)
{
	return verdict == ROOT_VERDICT_UNSEALED ? ROOT_VERDICT_MADE
						: ROOT_VERDICT_UNKEPT;
}

static enum status method_launch(struct service_buffer *buffer)
{
	_Alignas(struct root_blob) uint8_t blob[ROOT_BLOB_BYTES_MAX];
	/* Within one page: the secure kernel reads it there. */
	static uint8_t secret[SERVICE_ROOT_BYTES]
		__attribute__((aligned(SERVICE_ROOT_BYTES)));
	struct root_launch reply = {0};
	uint32_t bytes = buffer->bytes;

	memcpy(blob, buffer->data, bytes);
	root_launch(ferry_send, (const void *)blob, bytes, secret, &reply);
	if (root_made) {
		reply.verdict = verdict_kept(reply.verdict);
		publish(reply.verdict, secret);
	} else if (reply.verdict == ROOT_VERDICT_MADE) {
		root_made = true; /* to come back */
	} else {
		publish(reply.verdict, secret);
	}
	bytes_wipe(secret, sizeof(secret));
	memcpy(buffer->data, &reply, sizeof(reply));
	buffer->bytes = sizeof(reply);
	return STATUS_OK;
}

static const struct rt_method methods[] = {
	{ROOT_METHOD_LAUNCH, RT_FROM_VTL0, 0, ROOT_BLOB_BYTES_MAX,
	 sizeof(struct root_launch), method_launch},
};

const struct rt_service rt_service = {
	.method = methods,
	.method_count = sizeof(methods) / sizeof(methods[0]),
	.start = root_start,
};
