/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ownership and views: every refusal, then what changes and what it costs.
 *
 * Links: hv/core/pool.c hv/core/owner.c hv/core/view.c hv/core/state.c
 * Links: tests/fake/machine.c tests/fake/entry.c
 */
#include <stdlib.h>
#include <string.h>

#include "hv/core/owner.h"
#include "hv/core/protect.h"
#include "hv/core/view.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define FIRST	    UINT64_C(0x80000)
#define COUNT	    64
#define BITS	    40
#define FRAMES_ALL  (UINT64_C(1) << (BITS - PAGE_SHIFT))
#define FRAMES_2MIB UINT64_C(512)
#define FRAMES_1GIB (512 * FRAMES_2MIB)

static struct pool pool;

static enum status start(unsigned bits, uint64_t count)
{
	fake_start((struct frames){FIRST, count});
	pool_init(&pool, (struct frames){FIRST, count});
	return protect_init(&pool, bits);
}

static int setup(void **unused)
{
	(void)unused;
	assert_int_equal(start(BITS, COUNT), STATUS_OK);
	fake_set_root(VIEW_VTL0, protect_root(VIEW_VTL0));
	fake_set_root(VIEW_VTL1, protect_root(VIEW_VTL1));
	fake_set_root(VIEW_PARKED, protect_root(VIEW_PARKED));
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	fake_stop();
	return 0;
}

static enum status own(uint64_t first, uint64_t count, enum owner owner)
{
	return protect_own((struct frames){first, count}, owner);
}

static enum status rights(uint64_t first, uint64_t count, unsigned access)
{
	return protect_access(VIEW_VTL0, (struct frames){first, count}, access);
}

static unsigned vtl0(uint64_t frame)
{
	unsigned access = protect_lookup(VIEW_VTL0, gpa(frame * PAGE_BYTES));

	assert_int_equal(fake_walk(VIEW_VTL0, frame), access);
	return access;
}

static enum owner owner(uint64_t frame)
{
	return protect_owner(frame_spa(frame));
}

/* --- refusals ------------------------------------------------------------- */

static void init_refuses_width(void **unused)
{
	(void)unused;
	assert_int_equal(start(31, COUNT), STATUS_INVALID);
	fake_stop();
	assert_int_equal(start(53, COUNT), STATUS_INVALID);
	fake_stop();
	assert_int_equal(start(49, COUNT), STATUS_UNSUPPORTED);
	fake_stop();
	assert_int_equal(start(52, COUNT), STATUS_UNSUPPORTED);
	fake_stop();
}

static void init_refuses_small_pool(void **unused)
{
	(void)unused;
	/* Three roots; two tables of 512 GiB for 40 bits in two views. */
	for (uint64_t count = 1; count < 7; count++) {
		assert_int_equal(start(40, count), STATUS_NO_MEMORY);
		fake_stop();
	}
	assert_int_equal(start(40, 7), STATUS_OK);
	assert_int_equal(pool_left(&pool), 0);
	fake_stop();
	assert_int_equal(start(48, 1026), STATUS_NO_MEMORY);
	fake_stop();
	assert_int_equal(start(48, 1027), STATUS_OK);
	fake_stop();
}

static void own_refuses_bad_arguments(void **unused)
{
	(void)unused;
	assert_int_equal(own(5, 0, OWNER_HV), STATUS_INVALID);
	assert_int_equal(own(FRAMES_ALL, 1, OWNER_HV), STATUS_INVALID);
	assert_int_equal(own(FRAMES_ALL - 1, 2, OWNER_HV), STATUS_INVALID);
	assert_int_equal(own(5, UINT64_MAX, OWNER_HV), STATUS_INVALID);
	assert_int_equal(own(UINT64_MAX, 2, OWNER_HV), STATUS_INVALID);
	assert_int_equal(own(5, 1, OWNER_COUNT), STATUS_INVALID);
}

static void access_refuses_bad_arguments(void **unused)
{
	(void)unused;
	assert_int_equal(rights(5, 0, ACCESS_NONE), STATUS_INVALID);
	assert_int_equal(rights(FRAMES_ALL, 1, ACCESS_NONE), STATUS_INVALID);
	assert_int_equal(rights(FRAMES_ALL - 1, 2, 0), STATUS_INVALID);
	assert_int_equal(rights(5, UINT64_MAX - 2, 0), STATUS_INVALID);
	assert_int_equal(rights(5, 1, ACCESS_ALL + 1), STATUS_INVALID);
	assert_int_equal(protect_access(VIEW_COUNT, (struct frames){5, 1}, 0),
			 STATUS_INVALID);
}

static void access_refuses_what_entries_cannot_say(void **unused)
{
	(void)unused;
	fake_couple_exec(true);
	assert_int_equal(rights(5, 1, ACCESS_READ | ACCESS_EXEC_USER),
			 STATUS_UNSUPPORTED);
	assert_int_equal(vtl0(5), ACCESS_ALL);
	assert_int_equal(rights(5, 1, ACCESS_READ), STATUS_OK);
	assert_int_equal(rights(5, 1, ACCESS_NONE), STATUS_OK);
}

/* The one that isolation hangs on: no rights on what is not VTL0's. */
static void access_refuses_foreign_frames(void **unused)
{
	(void)unused;
	assert_int_equal(own(100, 10, OWNER_HV), STATUS_OK);
	assert_int_equal(rights(100, 1, ACCESS_READ), STATUS_DENIED);
	assert_int_equal(rights(109, 1, ACCESS_NONE), STATUS_DENIED);
	assert_int_equal(rights(90, 11, ACCESS_ALL), STATUS_DENIED);
	assert_int_equal(rights(109, 11, ACCESS_ALL), STATUS_DENIED);
	assert_int_equal(rights(0, FRAMES_ALL, ACCESS_ALL), STATUS_DENIED);
	for (uint64_t frame = 100; frame < 110; frame++) {
		assert_int_equal(vtl0(frame), ACCESS_NONE);
	}
	assert_int_equal(rights(90, 10, ACCESS_READ), STATUS_OK);
	assert_int_equal(rights(110, 10, ACCESS_READ), STATUS_OK);
}

static void refused_without_memory_changes_nothing(void **unused)
{
	uint64_t len_bytes;
	void *before;
	spa_t page;

	(void)unused;
	while (pool_left(&pool) > 1) {
		assert_true(pool_take(&pool, 1, &page));
	}
	fake_use(VIEW_VTL0, 5);
	fake_memory(&len_bytes);
	before = malloc(len_bytes);
	assert_non_null(before);
	memcpy(before, fake_memory(&len_bytes), len_bytes);
	assert_int_equal(own(5, 1, OWNER_HV), STATUS_NO_MEMORY);
	assert_int_equal(rights(5, 1, ACCESS_READ), STATUS_NO_MEMORY);
	assert_memory_equal(fake_memory(&len_bytes), before, len_bytes);
	free(before);
	assert_int_equal(pool_left(&pool), 1);
	assert_int_equal(owner(5), OWNER_VTL0);
	assert_int_equal(fake_invalidations(VIEW_VTL0), 0);
	/* One page is enough for whole 2 MiB. */
	assert_int_equal(rights(0, FRAMES_2MIB, ACCESS_READ), STATUS_OK);
	assert_int_equal(pool_left(&pool), 0);
}

static void own_refuses_too_many_ranges(void **unused)
{
	uint64_t i;

	(void)unused;
	for (i = 0; i < OWNER_RANGES_MAX; i++) {
		assert_int_equal(own(2 * i, 1, OWNER_HV), STATUS_OK);
	}
	assert_int_equal(own(2 * i, 1, OWNER_HV), STATUS_NO_SPACE);
	assert_int_equal(vtl0(2 * i), ACCESS_ALL);
	assert_int_equal(fake_invalidations(VIEW_VTL0), i);
	assert_int_equal(own(0, 2 * i, OWNER_HV), STATUS_OK);
	assert_int_equal(own(2 * i + 1, 1, OWNER_HV), STATUS_OK);
}

static void is_vtl0_refuses(void **unused)
{
	const uint64_t end = FRAMES_ALL * PAGE_BYTES;

	(void)unused;
	assert_int_equal(own(100, 10, OWNER_HV), STATUS_OK);
	assert_false(protect_is_vtl0(gpa(100 * PAGE_BYTES), 1));
	assert_false(protect_is_vtl0(gpa(100 * PAGE_BYTES - 1), 2));
	assert_false(protect_is_vtl0(gpa(110 * PAGE_BYTES - 1), 2));
	assert_false(protect_is_vtl0(gpa(0), end));
	assert_false(protect_is_vtl0(gpa(end), 0));
	assert_false(protect_is_vtl0(gpa(end), 1));
	assert_false(protect_is_vtl0(gpa(end - 1), 2));
	assert_false(protect_is_vtl0(gpa(UINT64_MAX), 2));
	assert_false(protect_is_vtl0(gpa(1), UINT64_MAX));
	assert_false(protect_is_vtl0(gpa(0), UINT64_MAX));
	assert_false(protect_is_vtl0(gpa(5), UINT64_MAX)); /* wraps */
	assert_true(protect_is_vtl0(gpa(100 * PAGE_BYTES - 1), 1));
	assert_true(protect_is_vtl0(gpa(110 * PAGE_BYTES), 8));
	assert_true(protect_is_vtl0(gpa(end - 1), 1));
	assert_true(protect_is_vtl0(gpa(5), 0));
}

/* --- what is granted ------------------------------------------------------ */

static unsigned vtl1(uint64_t frame)
{
	return protect_lookup(VIEW_VTL1, gpa(frame * PAGE_BYTES));
}

static void owners_decide_what_vtl1_sees(void **unused)
{
	const unsigned data = ACCESS_READ | ACCESS_WRITE;

	(void)unused;
	assert_int_equal(vtl1(5), data);
	assert_int_equal(own(5, 2, OWNER_VTL1), STATUS_OK);
	assert_int_equal(vtl1(5), ACCESS_ALL);
	assert_int_equal(vtl0(5), ACCESS_NONE);
	assert_int_equal(own(6, 2, OWNER_HV), STATUS_OK);
	assert_int_equal(vtl1(6), ACCESS_NONE);
	assert_int_equal(vtl0(6), ACCESS_NONE);
	assert_int_equal(vtl1(5), ACCESS_ALL);
	assert_int_equal(own(5, 3, OWNER_VTL0), STATUS_OK);
	assert_int_equal(vtl1(6), data);
	assert_int_equal(vtl0(6), ACCESS_ALL);
	assert_int_equal(rights(5, 1, ACCESS_NONE), STATUS_OK);
	assert_int_equal(vtl1(5), data);
}

static void starts_with_everything(void **unused)
{
	(void)unused;
	assert_int_equal(vtl0(0), ACCESS_ALL);
	assert_int_equal(vtl0(FRAMES_ALL - 1), ACCESS_ALL);
	assert_int_equal(vtl0(FRAMES_ALL), ACCESS_NONE);
	assert_int_equal(protect_lookup(VIEW_VTL0, gpa(UINT64_MAX)), 0);
	assert_int_equal(fake_level(VIEW_VTL0, 0), 3);
	assert_int_equal(fake_level(VIEW_VTL0, FRAMES_ALL - 1), 3);
	assert_int_equal(protect_lookup(VIEW_PARKED, gpa(0)), ACCESS_NONE);
	assert_int_equal(owner(FRAMES_ALL), OWNER_VTL0);
	assert_int_equal(fake_invalidations(VIEW_VTL0), 0);
}

static void large_pages_stay_large(void **unused)
{
	uint64_t left = pool_left(&pool);

	(void)unused;
	assert_int_equal(own(FRAMES_1GIB, FRAMES_1GIB, OWNER_HV), STATUS_OK);
	assert_int_equal(pool_left(&pool), left);
	assert_int_equal(own(4 * FRAMES_1GIB, FRAMES_2MIB, OWNER_HV),
			 STATUS_OK);
	assert_int_equal(pool_left(&pool), left - 2); /* one a view */
	assert_int_equal(fake_level(VIEW_VTL0, 4 * FRAMES_1GIB + FRAMES_2MIB),
			 2);
	assert_int_equal(own(6 * FRAMES_1GIB + 1, 1, OWNER_HV), STATUS_OK);
	assert_int_equal(pool_left(&pool), left - 6);
	assert_int_equal(fake_level(VIEW_VTL0, 6 * FRAMES_1GIB), 1);
	assert_int_equal(fake_level(VIEW_VTL0, 6 * FRAMES_1GIB + FRAMES_2MIB),
			 2);
	assert_int_equal(fake_level(VIEW_VTL0, 7 * FRAMES_1GIB), 3);
}

/* A split links a table that already holds everything but the change. */
static void split_links_complete_tables(void **unused)
{
	(void)unused;
	assert_int_equal(own(FRAMES_1GIB - 1, 2, OWNER_HV), STATUS_OK);
	assert_int_equal(fake_linked_least(), 511);
	assert_int_equal(vtl0(FRAMES_1GIB - 2), ACCESS_ALL);
	assert_int_equal(vtl0(FRAMES_1GIB - 1), ACCESS_NONE);
	assert_int_equal(vtl0(FRAMES_1GIB), ACCESS_NONE);
	assert_int_equal(vtl0(FRAMES_1GIB + 1), ACCESS_ALL);
}

static void one_invalidation_per_change(void **unused)
{
	(void)unused;
	assert_int_equal(own(100, 100, OWNER_HV), STATUS_OK);
	assert_int_equal(own(300, 100, OWNER_HV), STATUS_OK);
	assert_int_equal(fake_invalidations(VIEW_VTL0), 2);
	/* Three runs become VTL0's at once. */
	assert_int_equal(own(0, 1000, OWNER_VTL0), STATUS_OK);
	assert_int_equal(fake_invalidations(VIEW_VTL0), 3);
	assert_int_equal(own(0, 1000, OWNER_VTL0), STATUS_OK);
	assert_int_equal(rights(0, FRAMES_ALL, ACCESS_ALL), STATUS_OK);
	assert_int_equal(fake_invalidations(VIEW_VTL0), 3);
	assert_int_equal(fake_invalidations(VIEW_PARKED), 0);
}

static void mark_of_use_is_no_change(void **unused)
{
	(void)unused;
	assert_int_equal(rights(5, 1, ACCESS_READ), STATUS_OK);
	assert_int_equal(fake_use(VIEW_VTL0, 5), ACCESS_READ);
	assert_int_equal(rights(5, 1, ACCESS_READ), STATUS_OK);
	assert_int_equal(fake_invalidations(VIEW_VTL0), 1);
}

static void owned_keep_rights_gained_get_all(void **unused)
{
	(void)unused;
	assert_int_equal(rights(10, 10, ACCESS_READ), STATUS_OK);
	assert_int_equal(own(15, 10, OWNER_HV), STATUS_OK);
	assert_int_equal(vtl0(15), ACCESS_NONE);
	assert_int_equal(own(10, 15, OWNER_VTL0), STATUS_OK);
	assert_int_equal(vtl0(14), ACCESS_READ);
	assert_int_equal(vtl0(15), ACCESS_ALL);
	assert_int_equal(vtl0(24), ACCESS_ALL);
	assert_int_equal(owner(15), OWNER_VTL0);
}

/* Prepare counts the split of one large page twice; nothing is lost. */
static void pages_set_aside_come_back(void **unused)
{
	uint64_t left = pool_left(&pool);

	(void)unused;
	assert_int_equal(rights(0, FRAMES_1GIB, ACCESS_NONE), STATUS_OK);
	assert_int_equal(own(5, 1, OWNER_HV), STATUS_OK);
	assert_int_equal(own(9, 1, OWNER_HV), STATUS_OK);
	assert_int_equal(pool_left(&pool), left - 2); /* for VTL1's view */
	assert_int_equal(own(0, 20, OWNER_VTL0), STATUS_OK);
	assert_int_equal(pool_left(&pool), left - 4);
	assert_int_equal(vtl0(5), ACCESS_ALL);
	assert_int_equal(vtl0(6), ACCESS_NONE);
	assert_int_equal(vtl0(9), ACCESS_ALL);
}

static void parked_view_maps_our_frame(void **unused)
{
	const struct frames halt = {100, 1};

	(void)unused;
	assert_int_equal(own(100, 1, OWNER_HV), STATUS_OK);
	assert_int_equal(protect_access(VIEW_PARKED, halt,
					ACCESS_READ | ACCESS_EXEC_KERNEL),
			 STATUS_OK);
	assert_int_equal(fake_walk(VIEW_PARKED, 100),
			 ACCESS_READ | ACCESS_EXEC_KERNEL);
	assert_int_equal(fake_walk(VIEW_PARKED, 99), ACCESS_NONE);
	assert_int_equal(fake_walk(VIEW_PARKED, 101), ACCESS_NONE);
	assert_int_equal(fake_invalidations(VIEW_PARKED), 1);
	assert_int_equal(vtl0(100), ACCESS_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_refuses_width),
		cmocka_unit_test(init_refuses_small_pool),
		TEST(own_refuses_bad_arguments),
		TEST(access_refuses_bad_arguments),
		TEST(access_refuses_what_entries_cannot_say),
		TEST(access_refuses_foreign_frames),
		TEST(refused_without_memory_changes_nothing),
		TEST(own_refuses_too_many_ranges),
		TEST(is_vtl0_refuses),
		TEST(starts_with_everything),
		TEST(owners_decide_what_vtl1_sees),
		TEST(large_pages_stay_large),
		TEST(split_links_complete_tables),
		TEST(one_invalidation_per_change),
		TEST(mark_of_use_is_no_change),
		TEST(owned_keep_rights_gained_get_all),
		TEST(pages_set_aside_come_back),
		TEST(parked_view_maps_our_frame),
	};

	return cmocka_run_group_tests_name("protect", tests, NULL, NULL);
}
