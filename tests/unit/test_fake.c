/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge judged: the fake machine must notice what it is there to notice.
 *
 * Links: hv/core/pool.c hv/core/owner.c hv/core/view.c hv/core/protect.c
 * Links: hv/core/state.c tests/fake/machine.c tests/fake/entry.c
 */
#include "hv/core/protect.h"
#include "hv/core/state.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define FIRST UINT64_C(0x80000)
#define COUNT 16

static struct pool pool;

static int setup(void **unused)
{
	(void)unused;
	fake_start((struct frames){FIRST, COUNT});
	pool_init(&pool, (struct frames){FIRST, COUNT});
	assert_int_equal(protect_init(&pool, 36), STATUS_OK);
	fake_set_root(VIEW_VTL0, protect_root(VIEW_VTL0));
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	fake_stop();
	return 0;
}

/* The bug that both emulators hide: tables changed, nothing invalidated. */
static void sees_missing_invalidation(void **unused)
{
	struct view_change change = {{7, 1}, ACCESS_NONE};

	(void)unused;
	assert_int_equal(fake_use(VIEW_VTL0, 7), ACCESS_ALL);
	assert_true(view_set(&protect_state.views[VIEW_VTL0], change, &pool));
	assert_int_equal(fake_walk(VIEW_VTL0, 7), ACCESS_NONE);
	assert_int_equal(fake_use(VIEW_VTL0, 7), ACCESS_ALL);
	assert_true(fake_stale(VIEW_VTL0));
	machine_invalidate(VIEW_VTL0);
	assert_false(fake_stale(VIEW_VTL0));
	assert_int_equal(fake_use(VIEW_VTL0, 7), ACCESS_NONE);
}

/* A large page cached before the split covers what was taken out of it. */
static void sees_stale_large_page(void **unused)
{
	struct view_change change = {{700, 1}, ACCESS_NONE};

	(void)unused;
	assert_int_equal(fake_use(VIEW_VTL0, 3), ACCESS_ALL);
	assert_true(view_set(&protect_state.views[VIEW_VTL0], change, &pool));
	assert_int_equal(fake_use(VIEW_VTL0, 700), ACCESS_ALL);
	assert_true(fake_stale(VIEW_VTL0));
}

/* Commit without the pages that prepare counted is our bug. */
static void sees_unprepared_commit(void **unused)
{
	struct view_change change = {{7, 1}, ACCESS_NONE};
	struct pool none = {0};

	(void)unused;
	expect_assert_failure(
		view_set(&protect_state.views[VIEW_VTL0], change, &none));
}

static void sees_foreign_frame(void **unused)
{
	(void)unused;
	assert_non_null(machine_frame(frame_spa(FIRST + COUNT - 1)));
	assert_int_equal(fake_level(VIEW_VTL0, 3), 3);
	assert_int_equal(fake_invalidations(VIEW_VTL0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sees_missing_invalidation,
						setup, teardown),
		cmocka_unit_test_setup_teardown(sees_stale_large_page, setup,
						teardown),
		cmocka_unit_test_setup_teardown(sees_unprepared_commit, setup,
						teardown),
		cmocka_unit_test_setup_teardown(sees_foreign_frame, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("fake", tests, NULL, NULL);
}
