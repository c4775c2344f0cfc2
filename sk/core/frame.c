/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame allocator. Called when services are built. Frames given back form
 * a list through their own first bytes.
 *
 * Invariant: a frame has one owner at most; it holds nothing of its last one.
 */
#include "sk/core/frame.h"

#include "lib/bytes.h"
#include "sk/core/state.h"

void frame_init(uint64_t first, uint64_t end)
{
	struct frame_state *frames = &state.frames;

	CHECK(first != 0 && first <= end);
	frames->first = first;
	frames->next = first;
	frames->end = end;
	frames->returned = 0;
	frames->returned_count = 0;
}

/* Under the lock. */
static bool frame_find(struct frame_state *frames, frame_t *frame)
{
	if (frames->returned != 0) {
		frame->number = frames->returned;
		frames->returned = bytes_load64(machine_frame(*frame));
		frames->returned_count--;
		return true;
	}
	if (frames->next == frames->end) {
		return false;
	}
	frame->number = frames->next;
	frames->next++;
	return true;
}

bool frame_take(frame_t *frame)
{
	bool found;

	lock_take(&state.frames.lock);
	found = frame_find(&state.frames, frame);
	lock_release(&state.frames.lock);
	if (found) {
		bytes_zero(machine_frame(*frame), PAGE_BYTES);
	}
	return found;
}

void frame_give(frame_t frame)
{
	struct frame_state *frames = &state.frames;
	uint64_t *link = machine_frame(frame);

	bytes_zero(link, PAGE_BYTES);
	lock_take(&frames->lock);
	CHECK(frame.number >= frames->first && frame.number < frames->next);
	*link = frames->returned;
	frames->returned = frame.number;
	frames->returned_count++;
	lock_release(&frames->lock);
}

uint64_t frame_free_bytes(void)
{
	uint64_t count;

	lock_take(&state.frames.lock);
	count = state.frames.end - state.frames.next +
		state.frames.returned_count;
	lock_release(&state.frames.lock);
	return count * PAGE_BYTES;
}
