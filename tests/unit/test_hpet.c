/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stores to the HPET: no timer gets a route, all else is VTL0's. */
#include "hv/core/hpet.h"
#include "tests/unit/unit.h"

#define ALL_BUT_FSB UINT64_C(0xffffffffffffbfff)

static void nobody_gets_a_route(void **unused)
{
	(void)unused;
	for (uint32_t timer = 0x100; timer < 0x1000; timer += 0x20) {
		for (uint32_t at = 0; at < 0x20; at++) {
			bool route = at >= 0x10 && at < 0x18;

			assert_int_equal(hpet_allows(timer + at, 1, 0), !route);
		}
		assert_false(hpet_allows(timer, 4, 0x4000));
		assert_false(hpet_allows(timer, 8, 0x4000));
		assert_false(hpet_allows(timer + 1, 1, 0x40));
		assert_false(hpet_allows(timer, 2, 0x4004));
		assert_false(hpet_allows(timer - 3, 8, UINT64_C(0x4000000000)));
		assert_false(hpet_allows(timer + 0xd, 4, 0));
		assert_false(hpet_allows(timer + 0x17, 4, 0));
		assert_true(hpet_allows(timer, 8, ALL_BUT_FSB));
		assert_true(hpet_allows(timer + 8, 8, UINT64_MAX));
		assert_true(hpet_allows(timer + 0x18, 8, UINT64_MAX));
	}
}

static void the_rest_is_free(void **unused)
{
	(void)unused;
	for (uint32_t offset = 0; offset < 0x100; offset += 8) {
		assert_true(hpet_allows(offset, 8, UINT64_MAX));
	}
	assert_true(hpet_allows(0xfd, 4, UINT64_MAX & ~UINT64_C(0x40000000)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_gets_a_route),
		cmocka_unit_test(the_rest_is_free),
	};

	return cmocka_run_group_tests_name("hpet", tests, NULL, NULL);
}
