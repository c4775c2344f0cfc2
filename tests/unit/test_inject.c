/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An exception in the delivery of another: APM vol. 2, 8.2.9, as a table. */
#include "hv/core/inject.h"
#include "tests/unit/unit.h"

#define DE 0
#define DB 1
#define UD 6
#define DF 8
#define TS 10
#define NP 11
#define SS 12
#define GP 13
#define PF 14
#define AC 17

static const uint8_t contributory[] = {DE, TS, NP, SS, GP};

static void contributory_pairs(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(contributory); i++) {
		uint8_t one = contributory[i];

		for (size_t j = 0; j < ARRAY_COUNT(contributory); j++) {
			assert_int_equal(inject_combine(one, contributory[j]),
					 INJECT_DOUBLE_FAULT);
		}
		assert_int_equal(inject_combine(one, PF), INJECT_SECOND);
		assert_int_equal(inject_combine(PF, one), INJECT_DOUBLE_FAULT);
		assert_int_equal(inject_combine(DF, one), INJECT_SHUTDOWN);
		assert_int_equal(inject_combine(DB, one), INJECT_SECOND);
		assert_int_equal(inject_combine(one, UD), INJECT_SECOND);
		assert_int_equal(inject_combine(INJECT_NOT_EXCEPTION, one),
				 INJECT_SECOND);
	}
}

static void page_faults(void **unused)
{
	(void)unused;
	assert_int_equal(inject_combine(PF, PF), INJECT_DOUBLE_FAULT);
	assert_int_equal(inject_combine(DF, PF), INJECT_SHUTDOWN);
	assert_int_equal(inject_combine(UD, PF), INJECT_SECOND);
	assert_int_equal(inject_combine(INJECT_NOT_EXCEPTION, PF),
			 INJECT_SECOND);
}

static void benign_ones_never_add_up(void **unused)
{
	(void)unused;
	for (unsigned first = 0; first < 32; first++) {
		assert_int_equal(inject_combine((uint8_t)first, DB),
				 INJECT_SECOND);
		assert_int_equal(inject_combine((uint8_t)first, AC),
				 INJECT_SECOND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contributory_pairs),
		cmocka_unit_test(page_faults),
		cmocka_unit_test(benign_ones_never_add_up),
	};

	return cmocka_run_group_tests_name("inject", tests, NULL, NULL);
}
