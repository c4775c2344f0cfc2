/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The window. Called with what VTL0 named, before and after a message. The
 * window lock is also taken by whoever changes VTL0's rights, so that a right
 * holds from its check until the copy is done.
 *
 * Invariant: between two calls nothing of VTL0 is mapped.
 */
#include "sk/core/window.h"

#include "abi/vtl.h"
#include "lib/bytes.h"
#include "sk/core/machine.h"
#include "sk/core/state.h"

#define HEAD_BYTES offsetof(struct vtl_message, data)

/* Whether the firmware's map calls this frame memory. */
static bool is_ram(uint64_t frame)
{
	const struct vtl1_boot *boot = &state.boot;
	uint32_t low = 0;
	uint32_t high = boot->ram_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct vtl1_ram *run = &boot->ram[middle];

		if (frame < run->first) {
			high = middle;
		} else if (frame - run->first < run->count) {
			return true;
		} else {
			low = middle + 1;
		}
	}
	return false;
}

/* Under the window lock, which stays held while the page is mapped. */
static enum status window_open(uint64_t address, unsigned right, uint8_t **page)
{
	vtl0_frame_t frame = {address >> PAGE_SHIFT};

	if (address % PAGE_BYTES != 0) {
		return STATUS_INVALID;
	}
	if (!is_ram(frame.number) ||
	    (machine_vtl0_rights(frame) & right) == 0) {
		return STATUS_DENIED;
	}
	*page = machine_window(&frame);
	return STATUS_OK;
}

/*
 * Copies bytes that VTL0 may be changing. The compiler must not look at the
 * source again for what it finds in the copy.
 */
static void copy_once(void *to, const void *from, size_t len_bytes)
{
	memcpy(to, from, len_bytes);
	atomic_signal_fence(memory_order_seq_cst);
}

static enum status data_copy(const uint8_t *page, struct vtl_message *to)
{
	if (to->in_bytes > VTL_MESSAGE_DATA_BYTES) {
		to->in_bytes = 0;
		return STATUS_INVALID;
	}
	copy_once(to->data, page + HEAD_BYTES, to->in_bytes);
	return STATUS_OK;
}

enum status window_copy_in(uint64_t address, struct vtl_message *to)
{
	enum status status;
	uint8_t *page;

	lock_take(&state.window_lock);
	status = window_open(address, HV_MAP_GPA_READABLE, &page);
	if (status == STATUS_OK) {
		copy_once(to, page, HEAD_BYTES);
		status = data_copy(page, to);
		machine_window(NULL);
	}
	lock_release(&state.window_lock);
	return status;
}

enum status window_data_in(uint64_t address, struct vtl_message *to)
{
	enum status status;
	uint8_t *page;

	lock_take(&state.window_lock);
	status = window_open(address, HV_MAP_GPA_READABLE, &page);
	if (status == STATUS_OK) {
		copy_once(&to->in_bytes,
			  page + offsetof(struct vtl_message, in_bytes),
			  sizeof(to->in_bytes));
		status = data_copy(page, to);
		machine_window(NULL);
	}
	lock_release(&state.window_lock);
	return status;
}

enum status window_copy_out(uint64_t address, const struct vtl_message *from)
{
	enum status status;
	uint8_t *page;

	CHECK(from->out_bytes <= VTL_MESSAGE_DATA_BYTES);
	lock_take(&state.window_lock);
	status = window_open(address, HV_MAP_GPA_WRITABLE, &page);
	if (status == STATUS_OK) {
		memcpy(page, from, HEAD_BYTES + from->out_bytes);
		machine_window(NULL);
	}
	lock_release(&state.window_lock);
	return status;
}
