/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page pool: what it refuses, then what it gives.
 *
 * Links: tests/fake/machine.c tests/fake/entry.c
 */
#include <string.h>

#include "hv/core/pool.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define FIRST 1000
#define COUNT 8

static struct pool pool;

static int setup(void **unused)
{
	(void)unused;
	fake_start((struct frames){FIRST, COUNT});
	pool_init(&pool, (struct frames){FIRST, COUNT});
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	fake_stop();
	return 0;
}

static void refuses_frame_zero(void **unused)
{
	(void)unused;
	expect_assert_failure(pool_init(&pool, (struct frames){0, COUNT}));
	expect_assert_failure(pool_give(&pool, spa(FIRST * PAGE_BYTES + 8)));
}

static void refuses_too_much(void **unused)
{
	struct pool before = pool;
	struct pool none = {0};
	struct pool to = {0};
	spa_t page = spa(1);

	(void)unused;
	assert_false(pool_take(&pool, COUNT + 1, &page));
	assert_false(pool_take(&pool, UINT64_MAX, &page));
	assert_false(pool_take(&pool, 0, &page));
	assert_false(pool_take(&none, 1, &page));
	assert_false(pool_move(&pool, &to, COUNT + 1));
	assert_int_equal(page.value, 1);
	assert_memory_equal(&pool, &before, sizeof(pool));
	assert_int_equal(pool_left(&to), 0);
}

/* Returned pages need not be adjacent, so they never serve a run. */
static void refuses_run_from_returned(void **unused)
{
	spa_t page[COUNT];

	(void)unused;
	for (unsigned i = 0; i < COUNT; i++) {
		assert_true(pool_take(&pool, 1, &page[i]));
	}
	pool_give(&pool, page[3]);
	pool_give(&pool, page[4]);
	assert_int_equal(pool_left(&pool), 2);
	assert_false(pool_take(&pool, 2, &page[0]));
	assert_int_equal(pool_left(&pool), 2);
}

static void pages_are_zero_and_apart(void **unused)
{
	static const uint8_t zero[2 * PAGE_BYTES];
	bool seen[COUNT] = {false};
	spa_t page;

	(void)unused;
	assert_true(pool_take(&pool, 2, &page));
	assert_memory_equal(machine_frame(page), zero, sizeof(zero));
	memset(machine_frame(page), 1, PAGE_BYTES);
	pool_give(&pool, page);
	pool_give(&pool, spa(page.value + PAGE_BYTES));
	for (unsigned left = COUNT; left > 0; left--) {
		assert_int_equal(pool_left(&pool), left);
		assert_true(pool_take(&pool, 1, &page));
		assert_memory_equal(machine_frame(page), zero, PAGE_BYTES);
		assert_false(seen[page.value / PAGE_BYTES - FIRST]);
		seen[page.value / PAGE_BYTES - FIRST] = true;
	}
	assert_false(pool_take(&pool, 1, &page));
}

static void moves_there_and_back(void **unused)
{
	struct pool aside = {0};

	(void)unused;
	assert_true(pool_move(&pool, &aside, 3));
	assert_int_equal(pool_left(&pool), COUNT - 3);
	assert_int_equal(pool_left(&aside), 3);
	assert_true(pool_move(&aside, &pool, 3));
	assert_int_equal(pool_left(&pool), COUNT);
	assert_true(pool_move(&pool, &aside, 0));
	assert_int_equal(pool_left(&aside), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(refuses_frame_zero, setup,
						teardown),
		cmocka_unit_test_setup_teardown(refuses_too_much, setup,
						teardown),
		cmocka_unit_test_setup_teardown(refuses_run_from_returned,
						setup, teardown),
		cmocka_unit_test_setup_teardown(pages_are_zero_and_apart, setup,
						teardown),
		cmocka_unit_test_setup_teardown(moves_there_and_back, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
