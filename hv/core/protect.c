/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ownership and views, changed together. Called at start-up and by the exits
 * that change who may do what; callers hold the protect lock.
 *
 * Invariant: a frame that is not VTL0's has no rights in VIEW_VTL0, from the
 * moment protect_own returns.
 */
#include "hv/core/protect.h"

#include "hv/core/state.h"

#define PHYSICAL_BITS_LEAST 32u
#define PHYSICAL_BITS_MOST  52u

static struct protect_state *const state = &protect_state;

/* Whether the machine has these frames, and at least one. */
static bool frames_exist(struct frames frames)
{
	return frames.count != 0 && frames.first < state->frame_count &&
	       frames.count <= state->frame_count - frames.first;
}

/* What a view has at first to the frames of an owner. */
static unsigned rights_of(enum view view, enum owner owner)
{
	if (view == VIEW_VTL0) {
		return owner == OWNER_VTL0 ? ACCESS_ALL : ACCESS_NONE;
	}
	if (view == VIEW_VTL1 && owner == OWNER_VTL1) {
		return ACCESS_ALL;
	}
	if (view == VIEW_VTL1 && owner == OWNER_VTL0) {
		return ACCESS_READ | ACCESS_WRITE;
	}
	return ACCESS_NONE;
}

enum status protect_init(struct pool *pool, unsigned physical_bits)
{
	struct view_change everything = {0};

	if (physical_bits < PHYSICAL_BITS_LEAST ||
	    physical_bits > PHYSICAL_BITS_MOST) {
		return STATUS_INVALID;
	}
	if (physical_bits > VIEW_ADDRESS_BITS) {
		return STATUS_UNSUPPORTED;
	}
	*state = (struct protect_state){.pool = pool};
	state->frame_count = UINT64_C(1) << (physical_bits - PAGE_SHIFT);
	everything.frames.count = state->frame_count;
	for (unsigned i = 0; i < VIEW_COUNT; i++) {
		struct view_tree *view = &state->views[i];

		everything.access = rights_of((enum view)i, OWNER_VTL0);
		if (!view_init(view, pool) ||
		    view_pages(view, everything) > pool_left(pool)) {
			return STATUS_NO_MEMORY;
		}
		view_set(view, everything, pool);
	}
	return STATUS_OK;
}

/*
 * What `view` must do about the first run in `rest` whose rights change when
 * it gets owner `to`; takes the run and all before it off `rest`. False when
 * none is left.
 */
static bool next_change(enum view view, struct frames *rest, enum owner to,
			struct view_change *change)
{
	while (rest->count != 0) {
		enum owner from;
		struct frames run = owner_run(&state->owners, *rest, &from);

		rest->first += run.count;
		rest->count -= run.count;
		if (rights_of(view, from) != rights_of(view, to)) {
			change->frames = run;
			change->access = rights_of(view, to);
			return true;
		}
	}
	return false;
}

static uint64_t own_pages(enum view view, struct frames frames, enum owner to)
{
	struct view_change change;
	uint64_t needed = 0;

	while (next_change(view, &frames, to, &change)) {
		needed += view_pages(&state->views[view], change);
	}
	return needed;
}

/* True: a translation is not what it was. */
static bool own_commit(enum view view, struct frames frames, enum owner to,
		       struct pool *pages)
{
	struct view_change change;
	bool changed = false;

	while (next_change(view, &frames, to, &change)) {
		changed =
			view_set(&state->views[view], change, pages) || changed;
	}
	return changed;
}

enum status protect_own(struct frames frames, enum owner owner)
{
	struct pool pages = {0};
	bool vtl0, vtl1;

	if (!frames_exist(frames) || owner >= OWNER_COUNT) {
		return STATUS_INVALID;
	}
	if (!owner_replace(&state->owners, frames, owner,
			   &state->owners_next)) {
		return STATUS_NO_SPACE;
	}
	if (!pool_move(state->pool, &pages,
		       own_pages(VIEW_VTL0, frames, owner) +
			       own_pages(VIEW_VTL1, frames, owner))) {
		return STATUS_NO_MEMORY;
	}
	vtl0 = own_commit(VIEW_VTL0, frames, owner, &pages);
	vtl1 = own_commit(VIEW_VTL1, frames, owner, &pages);
	state->owners = state->owners_next;
	/* Two runs that share a split were counted as two. */
	CHECK(pool_move(&pages, state->pool, pool_left(&pages)));
	if (vtl0) {
		machine_invalidate(VIEW_VTL0);
	}
	if (vtl1) {
		machine_invalidate(VIEW_VTL1);
	}
	return STATUS_OK;
}

/* Whether the vendor's entries hold exactly these rights. */
static bool access_expressible(unsigned access)
{
	return access == ACCESS_NONE ||
	       nested_access(nested_leaf(frame_spa(0), access, 1)) == access;
}

static bool all_vtl0(struct frames frames)
{
	enum owner owner;

	return owner_run(&state->owners, frames, &owner).count ==
		       frames.count &&
	       owner == OWNER_VTL0;
}

enum status protect_access(enum view view, struct frames frames,
			   unsigned access)
{
	struct view_change change = {.frames = frames, .access = access};
	struct pool pages = {0};

	if (!frames_exist(frames) || view >= VIEW_COUNT ||
	    (access & ~ACCESS_ALL) != 0) {
		return STATUS_INVALID;
	}
	if (!access_expressible(access)) {
		return STATUS_UNSUPPORTED;
	}
	if (view == VIEW_VTL0 && !all_vtl0(frames)) {
		return STATUS_DENIED;
	}
	if (!pool_move(state->pool, &pages,
		       view_pages(&state->views[view], change))) {
		return STATUS_NO_MEMORY;
	}
	if (view_set(&state->views[view], change, &pages)) {
		machine_invalidate(view);
	}
	return STATUS_OK;
}

enum owner protect_owner(spa_t address)
{
	enum owner owner;

	owner_run(&state->owners,
		  (struct frames){address.value >> PAGE_SHIFT, 1}, &owner);
	return owner;
}

bool protect_is_vtl0(gpa_t address, uint64_t len_bytes)
{
	uint64_t last = address.value + (len_bytes != 0 ? len_bytes - 1 : 0);
	uint64_t frame = address.value >> PAGE_SHIFT;
	struct frames frames = {frame, (last >> PAGE_SHIFT) - frame + 1};

	return last >= address.value && frames_exist(frames) &&
	       all_vtl0(frames);
}

unsigned protect_lookup(enum view view, gpa_t address)
{
	return view_lookup(&state->views[view], address.value >> PAGE_SHIFT);
}

spa_t protect_root(enum view view)
{
	return state->views[view].root;
}
