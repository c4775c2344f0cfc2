/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test image: VTL0 itself asks VTL1 to protect something from it. Called with
 * the copy of a message. Never part of a shipped image.
 */
#include "abi/service.h"
#include "lib/bytes.h"
#include "sk/core/intercept.h"
#include "sk/core/method.h"

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

bool method_test(struct vtl_message *message)
{
	switch (message->method) {
	case SK_METHOD_TEST_RESTRICT:
		message->status = restrict_frame(message);
		return true;
	case SK_METHOD_TEST_WATCH:
		message->status = watch(message);
		return true;
	default:
		return false;
	}
}
