/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random changes of ownership and views, compared with a model after each:
 * rights and owners agree, a refused change has changed nothing, a change
 * that did something invalidated once, and no cached translation is stale.
 *
 * RANDOM_OPERATIONS and RANDOM_SEED (printed) set length and course.
 *
 * Links: hv/core/pool.c hv/core/owner.c hv/core/view.c hv/core/protect.c
 * Links: hv/core/state.c tests/unit/model.c
 * Links: tests/fake/machine.c tests/fake/entry.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hv/core/owner.h"
#include "tests/fake/fake.h"
#include "tests/unit/model.h"
#include "tests/unit/unit.h"

#define OPERATIONS_DEFAULT   200000u
#define OPERATIONS_PER_WORLD 400u
#define POOL_FIRST	     (UINT64_C(1) << 37) /* outside of every machine */
#define PAGES_MOST	     1200u

static uint64_t random_state;

/* Steele's splitmix: one word of state, any seed will do. */
static uint64_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t below(uint64_t bound)
{
	return random_next() % bound;
}

static bool one_in(uint64_t chances)
{
	return below(chances) == 0;
}

/* One machine: what runs, what should be, and what was before a change. */
static struct {
	struct model model;
	struct pool pool;
	uint64_t frame_count;
	uint8_t before[PAGES_MOST * PAGE_BYTES];
	uint64_t left;
	uint64_t invalidations[VIEW_COUNT];
} world;

/* --- a world -------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Cuts crowd around multiples of 4 KiB, 2 MiB, 1 GiB and 512 GiB. */
static unsigned choose_cuts(uint64_t end, uint64_t *cut)
{
	static const int64_t near[] = {-513, -512, -511, -1, 0, 1, 2, 512, 513};
	unsigned count = 0;
	unsigned unique = 1;

	cut[count++] = 0;
	cut[count++] = end;
	while (count + ARRAY_COUNT(near) <= MODEL_CELLS_MAX / 2) {
		uint64_t size = UINT64_C(1) << (9 * below(4));
		uint64_t middle = size < end ? below(end / size + 1) * size : 0;

		for (size_t i = 0; i < ARRAY_COUNT(near); i++) {
			uint64_t frame = middle + (uint64_t)near[i];

			if (frame < end) {
				cut[count++] = frame;
			}
		}
	}
	qsort(cut, count, sizeof(*cut), by_value);
	for (unsigned i = 1; i < count; i++) {
		if (cut[i] != cut[unique - 1]) {
			cut[unique++] = cut[i];
		}
	}
	return unique;
}

static void world_start(void)
{
	uint64_t cut[MODEL_CELLS_MAX];
	unsigned bits = 32 + (unsigned)below(one_in(8) ? 17 : 9);
	uint64_t end = UINT64_C(1) << (bits - PAGE_SHIFT);
	uint64_t fixed = VIEW_COUNT + 2 * ((end >> 27) + 1);
	uint64_t pages = fixed + (one_in(4) ? below(8) : below(64));
	struct frames frames = {POOL_FIRST, pages};

	world.frame_count = end;
	fake_start(frames);
	pool_init(&world.pool, frames);
	assert_int_equal(protect_init(&world.pool, bits), STATUS_OK);
	for (unsigned view = 0; view < VIEW_COUNT; view++) {
		fake_set_root(view, protect_root(view));
		world.invalidations[view] = 0;
	}
	model_start(&world.model, cut, choose_cuts(end, cut));
	world.model.exec_coupled = fake_couple_exec(one_in(2));
}

/* --- comparison ----------------------------------------------------------- */

static void compare_frame(unsigned cell, uint64_t frame)
{
	gpa_t address = gpa(frame * PAGE_BYTES + below(PAGE_BYTES));
	enum owner owner = world.model.owner[cell];

	assert_int_equal(protect_owner(frame_spa(frame)), owner);
	assert_int_equal(protect_is_vtl0(address, 1), owner == OWNER_VTL0);
	for (unsigned view = 0; view < VIEW_COUNT; view++) {
		unsigned access = world.model.access[view][cell];

		assert_int_equal(protect_lookup(view, address), access);
		assert_int_equal(fake_walk(view, frame), access);
	}
}

static void compare_cell(unsigned cell)
{
	const uint64_t *cut = &world.model.cut[cell];

	compare_frame(cell, cut[0]);
	compare_frame(cell, cut[0] + below(cut[1] - cut[0]));
	compare_frame(cell, cut[1] - 1);
}

static void compare_all(void)
{
	for (unsigned i = 0; i < world.model.cells; i++) {
		compare_cell(i);
	}
}

/* Inside and beside a change. */
static void compare_around(struct span span)
{
	unsigned last = world.model.cells - 1;

	compare_cell(span.first > 0 ? span.first - 1 : 0);
	compare_cell(span.first < last ? span.first : last);
	compare_cell(span.end > 0 ? span.end - 1 : 0);
	compare_cell(span.end < last ? span.end : last);
	compare_cell((unsigned)below(world.model.cells));
}

static void remember(void)
{
	uint64_t len_bytes;
	const void *memory = fake_memory(&len_bytes);

	memcpy(world.before, memory, len_bytes);
	world.left = pool_left(&world.pool);
}

static void compare_untouched(void)
{
	uint64_t len_bytes;
	const void *memory = fake_memory(&len_bytes);

	assert_int_equal(memcmp(memory, world.before, len_bytes), 0);
	assert_int_equal(pool_left(&world.pool), world.left);
}

/* --- changes -------------------------------------------------------------- */

struct operation {
	bool own; /* else access */
	enum view view;
	struct span span;
	struct frames frames;
	enum owner owner;
	unsigned access;
};

/* Now and then frames that do not exist: an empty span for the model. */
static void spoil(struct operation *op)
{
	op->span.end = op->span.first;
	switch (below(3)) {
	case 0:
		op->frames.count = 0;
		break;
	case 1:
		op->frames.count =
			world.frame_count - op->frames.first + 1 + below(1000);
		break;
	default:
		op->frames.count = UINT64_MAX - below(1000);
		break;
	}
}

static struct operation choose(void)
{
	static const unsigned rights[] = {ACCESS_NONE, ACCESS_READ, 3, 13,
					  ACCESS_ALL,  5,	    16};
	unsigned cells = world.model.cells;
	struct operation op = {
		.own = one_in(2),
		.view = one_in(2) ? VIEW_VTL0 : (enum view)below(VIEW_COUNT),
		.owner = one_in(64) ? OWNER_COUNT
				    : (enum owner)below(OWNER_COUNT),
		.access = rights[below(ARRAY_COUNT(rights))],
	};
	uint64_t longest;

	op.span.first = (unsigned)below(cells);
	longest = one_in(8) ? cells - op.span.first : 3;
	op.span.end = op.span.first + 1 + (unsigned)below(longest);
	if (op.span.end > cells) {
		op.span.end = cells;
	}
	op.frames.first = world.model.cut[op.span.first];
	op.frames.count = world.model.cut[op.span.end] - op.frames.first;
	if (one_in(16)) {
		spoil(&op);
	}
	return op;
}

/*
 * No change needs more in a view: two ends of three tables, and one per 512
 * GiB. An owner changes two views.
 */
static uint64_t pages_most(const struct operation *op)
{
	uint64_t runs = op->own ? op->span.end - op->span.first : 1;
	uint64_t views = op->own ? 2 : 1;

	return views * (6 * runs + (world.frame_count >> 27));
}

static void judge(const struct operation *op, enum status expected,
		  enum status result, const bool changes[VIEW_COUNT])
{
	if (result == STATUS_NO_MEMORY && expected == STATUS_OK) {
		assert_true(world.left < pages_most(op));
		expected = STATUS_NO_MEMORY;
	}
	assert_int_equal(result, expected);
	if (result != STATUS_OK) {
		compare_untouched();
	} else if (op->own) {
		model_own(&world.model, op->span, op->owner);
	} else {
		model_access(&world.model, op->view, op->span, op->access);
	}
	for (unsigned view = 0; view < VIEW_COUNT; view++) {
		if (result == STATUS_OK && changes[view]) {
			world.invalidations[view]++;
		}
		assert_int_equal(fake_invalidations(view),
				 world.invalidations[view]);
		assert_false(fake_stale(view));
	}
	assert_true(world.left - pool_left(&world.pool) <= pages_most(op));
}

static void step(void)
{
	struct operation op = choose();
	enum status expected;
	enum status result;
	bool changes[VIEW_COUNT] = {false};

	remember();
	if (op.own) {
		expected =
			model_try_own(&world.model, op.span, op.owner, changes);
		result = protect_own(op.frames, op.owner);
	} else {
		expected = model_try_access(&world.model, op.view, op.span,
					    op.access, &changes[op.view]);
		result = protect_access(op.view, op.frames, op.access);
	}
	judge(&op, expected, result, changes);
	compare_around(op.span);
}

/* Processors go on using memory between two changes. */
static void use_some(void)
{
	for (unsigned i = 0; i < 4; i++) {
		unsigned cell = (unsigned)below(world.model.cells);

		for (unsigned view = 0; view < VIEW_COUNT; view++) {
			assert_int_equal(fake_use(view, world.model.cut[cell]),
					 world.model.access[view][cell]);
		}
	}
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

static void random_changes_follow_the_model(void **unused)
{
	uint64_t seed = number_from("RANDOM_SEED", (uint64_t)time(NULL));
	uint64_t count = number_from("RANDOM_OPERATIONS", OPERATIONS_DEFAULT);

	(void)unused;
	random_state = seed;
	printf("RANDOM_SEED=%llu RANDOM_OPERATIONS=%llu\n",
	       (unsigned long long)seed, (unsigned long long)count);
	for (uint64_t done = 0; done < count; done += OPERATIONS_PER_WORLD) {
		world_start();
		for (unsigned i = 0; i < OPERATIONS_PER_WORLD; i++) {
			step();
			use_some();
		}
		compare_all();
		fake_stop();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_changes_follow_the_model),
	};

	return cmocka_run_group_tests_name("protect_random", tests, NULL, NULL);
}
