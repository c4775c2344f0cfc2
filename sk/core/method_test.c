/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test image: VTL0 itself asks VTL1 to protect something from it. Called with
 * the copy of a message. Never part of a shipped image.
 */
#include "abi/service.h"
#include "lib/bytes.h"
#include "sk/core/intercept.h"
#include "sk/core/method.h"
#include "sk/core/state.h"

static enum status restrict_frame(const struct vtl_message *message)
{
	struct sk_test_restrict what;

	if (message->in_bytes != sizeof(what)) {
		return STATUS_INVALID;
	}
	memcpy(&what, message->data, sizeof(what));
	return intercept_restrict((vtl0_frame_t){what.frame},
				  (unsigned)what.rights);
}

static enum status watch(const struct vtl_message *message)
{
	struct sk_test_watch what;
	struct machine_watch watch;

	if (message->in_bytes != sizeof(what)) {
		return STATUS_INVALID;
	}
	memcpy(&what, message->data, sizeof(what));
	watch = (struct machine_watch){.control = what.control,
				       .cr0_mask = what.cr0_mask,
				       .cr4_mask = what.cr4_mask};
	return intercept_watch(&watch, what.quiet != 0);
}

/* As if it had done wrong by itself. */
static enum status crash(const struct vtl_message *message)
{
	struct activation activation;
	uint32_t id;

	if (message->in_bytes != sizeof(id)) {
		return STATUS_INVALID;
	}
	memcpy(&id, message->data, sizeof(id));
	activation.service = service_find(id);
	if (activation.service == NULL) {
		return STATUS_NOT_FOUND;
	}
	lock_take(&state.lock);
	activation.epoch = activation.service->epoch;
	lock_release(&state.lock);
	if (!service_enter(&activation)) {
		return STATUS_BUSY;
	}
	service_crash(&activation, SERVICE_REASON_SYSCALL);
	service_leave(&activation);
	return STATUS_OK;
}

bool method_test(struct vtl_message *message)
{
	switch (message->method) {
	case SK_METHOD_TEST_RESTRICT:
		message->status = restrict_frame(message);
		return true;
	case SK_METHOD_TEST_WATCH:
		message->status = watch(message);
		return true;
	case SK_METHOD_TEST_CRASH:
		message->status = crash(message);
		return true;
	default:
		return false;
	}
}
