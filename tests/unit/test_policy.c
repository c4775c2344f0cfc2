/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The policy's one function, and what is no policy. */
#include <string.h>

#include "lib/policy.h"
#include "tests/unit/unit.h"

static const struct policy good = {
	.magic = POLICY_MAGIC,
	.version = POLICY_VERSION,
	.serial = 7,
	.mode = {[POLICY_VTL1] = POLICY_MODE_ENFORCE,
		 [POLICY_AUDIT] = POLICY_MODE_AUDIT},
};

#define CHECKS(status, change)                                \
	do {                                                  \
		struct policy p = good;                       \
		change;                                       \
		assert_int_equal(policy_check(&p), (status)); \
	} while (0)

static void only_canonical(void **unused)
{
	(void)unused;
	CHECKS(STATUS_OK, p.serial = 0);
	CHECKS(STATUS_OK, p.degraded = POLICY_DEGRADED_HALT);
	CHECKS(STATUS_INVALID, p.magic++);
	CHECKS(STATUS_UNSUPPORTED, p.version = 0);
	CHECKS(STATUS_UNSUPPORTED, p.version++);
	CHECKS(STATUS_INVALID, p.degraded = POLICY_DEGRADED_HALT + 1);
	CHECKS(STATUS_INVALID, p.mode[POLICY_DMA] = POLICY_MODE_ENFORCE + 1);
	for (unsigned i = POLICY_FEATURE_COUNT; i < POLICY_FEATURES_MAX; i++) {
		CHECKS(STATUS_INVALID, p.mode[i] = POLICY_MODE_AUDIT);
	}
	for (unsigned i = 0; i < 3; i++) {
		CHECKS(STATUS_INVALID, p.reserved_zero[i] = 1);
	}
}

struct row {
	uint8_t mode;
	uint32_t degraded;
	bool present;
	struct policy_decision expected;
};

static void decides(void **unused)
{
	static const struct row rows[] = {
		{POLICY_MODE_OFF, 0, false, {POLICY_MODE_OFF, false, false}},
		{POLICY_MODE_OFF, 1, false, {POLICY_MODE_OFF, false, false}},
		{POLICY_MODE_OFF, 1, true, {POLICY_MODE_OFF, false, false}},
		{POLICY_MODE_AUDIT, 0, true, {POLICY_MODE_AUDIT, false, false}},
		{POLICY_MODE_AUDIT, 0, false, {POLICY_MODE_OFF, true, false}},
		{POLICY_MODE_ENFORCE,
		 1,
		 true,
		 {POLICY_MODE_ENFORCE, false, false}},
		{POLICY_MODE_ENFORCE, 0, false, {POLICY_MODE_OFF, true, false}},
		{POLICY_MODE_ENFORCE, 1, false, {POLICY_MODE_OFF, true, true}},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct policy p = good;
		struct policy_decision decision;

		p.mode[POLICY_DMA] = rows[i].mode;
		p.degraded = rows[i].degraded;
		assert_int_equal(policy_decide(&p, POLICY_DMA, rows[i].present,
					       &decision),
				 STATUS_OK);
		assert_int_equal(decision.mode, rows[i].expected.mode);
		assert_int_equal(decision.degraded, rows[i].expected.degraded);
		assert_int_equal(decision.halt, rows[i].expected.halt);
	}
}

static void no_such_feature(void **unused)
{
	struct policy_decision decision;

	(void)unused;
	assert_int_equal(
		policy_decide(&good, (enum policy_feature)POLICY_FEATURE_COUNT,
			      true, &decision),
		STATUS_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_canonical),
		cmocka_unit_test(decides),
		cmocka_unit_test(no_such_feature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
