/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The call table. Called by the entry code for each VTL call of VTL0. Order
 * and numbers come from abi/vtl_call.h; a row without a handler does not link.
 *
 * Invariant: every refusal is a status and an event.
 */
#include "abi/vtl_call.h"
#include "sk/core/entry.h"
#include "sk/core/event.h"
#include "sk/core/index.h"
#include "sk/core/message.h"
#include "sk/core/run.h"
#include "sk/core/state.h"

typedef enum status (*call_t)(uint64_t argument, uint64_t *value);

static enum status call_null(uint64_t unused, uint64_t *value)
{
	(void)unused;
	(void)value;
	return STATUS_OK;
}

static enum status call_version(uint64_t unused, uint64_t *value)
{
	(void)unused;
	*value = VTL_CALL_INTERFACE;
	return STATUS_OK;
}

static enum status call_launched(uint64_t unused, uint64_t *value)
{
	enum status status;

	(void)unused;
	(void)value;
	if (atomic_load(&state.launched)) {
		return STATUS_CONFLICT;
	}
	thread_cancel_all();
	status = run_start_all();
	if (status != STATUS_OK) {
		return status;
	}
	if (!policy_allows_launch()) {
		return STATUS_DENIED;
	}
	if (atomic_exchange(&state.launched, true)) {
		return STATUS_CONFLICT;
	}
	event_note(EVENT_LAUNCHED, 0, 0);
	return STATUS_OK;
}

#define call_message message_send
#define call_resume  message_resume
#define call_cancel  message_cancel
#define call_drain   message_drain
#define call_adopt   message_adopt

static const call_t calls[VTL_CALL_COUNT] = {
#define CALL_ROW(name, number, handler) [number] = call_##handler,
	VTL_CALL_LIST(CALL_ROW)
#undef CALL_ROW
};

_Static_assert((VTL_CALL_COUNT & (VTL_CALL_COUNT - 1)) == 0, "masked");

/* What VTL0 should not have asked, as opposed to what may happen to it. */
static bool is_refusal(enum status status)
{
	switch (status) {
	case STATUS_OK:
	case STATUS_BUSY:
	case STATUS_INTERRUPTED:
	case STATUS_OUTSIDE:
	case STATUS_CRASHED:
		return false;
	default:
		return true;
	}
}

void entry_vtl_call(struct vtl_call_frame *frame)
{
	uint64_t number = frame->rdx;
	enum status status = STATUS_UNSUPPORTED;

	frame->rdx = 0;
	atomic_fetch_add_explicit(&state.calls, 1, memory_order_relaxed);
	if (number < VTL_CALL_COUNT) {
		call_t call = calls[index_mask(number, VTL_CALL_COUNT)];

		status = call(frame->r8, &frame->rdx);
	}
	if (is_refusal(status)) {
		event_note(EVENT_CALL_DENIED, number, frame->r8);
	}
	frame->rax = status;
}
