/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test image: VTL0 itself asks VTL1 to protect something from it, to fail, and
 * to draw random numbers that a test can compute. Called with the copy of a
 * message. Never part of a shipped image.
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

/* Who knows the state knows what services are started with. */
static enum status seed(const struct vtl_message *message)
{
	struct random_state *random = &state.random;
	struct sk_test_seed what;

	_Static_assert(sizeof(what.key) == sizeof(random->key) &&
			       sizeof(what.value) == sizeof(random->value),
		       "the same state");
	if (message->in_bytes != sizeof(what)) {
		return STATUS_INVALID;
	}
	memcpy(&what, message->data, sizeof(what));
	lock_take(&random->lock);
	memcpy(random->key, what.key, sizeof(random->key));
	memcpy(random->value, what.value, sizeof(random->value));
	lock_release(&random->lock);
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
	case SK_METHOD_TEST_SEED:
		message->status = seed(message);
		return true;
	default:
		return false;
	}
}
