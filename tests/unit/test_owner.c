/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sparse ownership: when it is full, how ranges melt and break. */
#include "hv/core/owner.h"
#include "tests/unit/unit.h"

static struct owner_map map;

static bool set(uint64_t first, uint64_t count, enum owner owner)
{
	struct owner_map next;
	bool done = owner_replace(&map, (struct frames){first, count}, owner,
				  &next);

	if (done) {
		map = next;
	}
	return done;
}

static enum owner at(uint64_t frame)
{
	enum owner owner;
	struct frames run = owner_run(&map, (struct frames){frame, 1}, &owner);

	assert_int_equal(run.first, frame);
	assert_int_equal(run.count, 1);
	return owner;
}

static int setup(void **unused)
{
	(void)unused;
	map.count = 0;
	return 0;
}

static void fill(void)
{
	for (uint64_t i = 0; i < OWNER_RANGES_MAX; i++) {
		assert_true(set(2 * i, 1, OWNER_HV));
	}
	assert_int_equal(map.count, OWNER_RANGES_MAX);
}

static void refuses_when_full(void **unused)
{
	(void)unused;
	fill();
	/* One range more, before, behind, and by breaking one in two. */
	assert_false(set(2 * OWNER_RANGES_MAX + 1, 1, OWNER_HV));
	assert_true(set(0, 1, OWNER_VTL0));
	assert_true(set(10, 5, OWNER_HV));
	assert_true(set(1000, 1, OWNER_HV));
	assert_true(set(1002, 1, OWNER_HV));
	assert_true(set(1004, 1, OWNER_HV));
	assert_int_equal(map.count, OWNER_RANGES_MAX);
	assert_false(set(12, 1, OWNER_VTL0));
	assert_int_equal(at(12), OWNER_HV);
	assert_false(set(0, 1, OWNER_HV));
	assert_int_equal(at(0), OWNER_VTL0);
}

static void full_still_shrinks_and_melts(void **unused)
{
	(void)unused;
	fill();
	assert_true(set(1, 1, OWNER_HV)); /* melts three into one */
	assert_int_equal(map.count, OWNER_RANGES_MAX - 1);
	assert_true(set(0, 4 * OWNER_RANGES_MAX, OWNER_VTL0));
	assert_int_equal(map.count, 0);
}

static void breaks_and_melts(void **unused)
{
	(void)unused;
	assert_true(set(10, 10, OWNER_HV));
	assert_true(set(14, 2, OWNER_VTL0));
	assert_int_equal(map.count, 2);
	assert_int_equal(at(9), OWNER_VTL0);
	assert_int_equal(at(10), OWNER_HV);
	assert_int_equal(at(13), OWNER_HV);
	assert_int_equal(at(14), OWNER_VTL0);
	assert_int_equal(at(15), OWNER_VTL0);
	assert_int_equal(at(16), OWNER_HV);
	assert_int_equal(at(19), OWNER_HV);
	assert_int_equal(at(20), OWNER_VTL0);
	assert_true(set(14, 2, OWNER_HV));
	assert_int_equal(map.count, 1);
	assert_int_equal(map.range[0].first, 10);
	assert_int_equal(map.range[0].end, 20);
	assert_true(set(5, 5, OWNER_HV));
	assert_true(set(20, 5, OWNER_HV));
	assert_int_equal(map.count, 1);
}

static void runs_end_where_the_owner_does(void **unused)
{
	enum owner owner;
	struct frames all = {0, 100};
	struct frames run;

	(void)unused;
	assert_true(set(10, 10, OWNER_HV));
	run = owner_run(&map, all, &owner);
	assert_int_equal(run.count, 10);
	assert_int_equal(owner, OWNER_VTL0);
	run = owner_run(&map, (struct frames){12, 88}, &owner);
	assert_int_equal(run.count, 8);
	assert_int_equal(owner, OWNER_HV);
	run = owner_run(&map, (struct frames){20, 80}, &owner);
	assert_int_equal(run.count, 80);
	assert_int_equal(owner, OWNER_VTL0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(refuses_when_full, setup),
		cmocka_unit_test_setup(full_still_shrinks_and_melts, setup),
		cmocka_unit_test_setup(breaks_and_melts, setup),
		cmocka_unit_test_setup(runs_end_where_the_owner_does, setup),
	};

	return cmocka_run_group_tests_name("owner", tests, NULL, NULL);
}
