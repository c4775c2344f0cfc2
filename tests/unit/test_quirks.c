/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Oddities of the emulator's SVM that are mended in one place. */
#include "hv/svm/svm.h"
#include "hv/x86/registers.h"
#include "tests/unit/unit.h"

static uint64_t event(uint64_t type, uint64_t vector)
{
	return field_put(EVENT_VALID | vector, EVENT_TYPE, type);
}

/* EXITINTINFO calls everything an exception. */
static void exit_event_type_quirk(void **unused)
{
	(void)unused;
	assert_int_equal(svm_quirk_exit_event(event(EVENT_TYPE_EXCEPTION, 2)),
			 event(EVENT_TYPE_NMI, 2));
	assert_int_equal(svm_quirk_exit_event(event(EVENT_TYPE_EXCEPTION, 32)),
			 event(EVENT_TYPE_EXTERNAL, 32));
	assert_int_equal(svm_quirk_exit_event(event(EVENT_TYPE_EXCEPTION, 255)),
			 event(EVENT_TYPE_EXTERNAL, 255));
}

/* What real processors report stays as it is. */
static void exit_event_type_right(void **unused)
{
	(void)unused;
	for (uint64_t vector = 0; vector < 32; vector++) {
		uint64_t right = event(EVENT_TYPE_EXCEPTION, vector);

		if (vector != VECTOR_NMI) {
			assert_int_equal(svm_quirk_exit_event(right), right);
		}
	}
	assert_int_equal(svm_quirk_exit_event(event(EVENT_TYPE_EXTERNAL, 33)),
			 event(EVENT_TYPE_EXTERNAL, 33));
	assert_int_equal(svm_quirk_exit_event(event(EVENT_TYPE_SOFTWARE, 128)),
			 event(EVENT_TYPE_SOFTWARE, 128));
	assert_int_equal(svm_quirk_exit_event(event(EVENT_TYPE_NMI, 2)),
			 event(EVENT_TYPE_NMI, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exit_event_type_quirk),
		cmocka_unit_test(exit_event_type_right),
	};

	return cmocka_run_group_tests_name("quirks", tests, NULL, NULL);
}
