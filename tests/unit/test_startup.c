/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INIT and start-up IPIs in every short order, as hardware would take them. */
#include "hv/core/startup.h"
#include "tests/unit/unit.h"

static _Atomic uint32_t request;

static int setup(void **unused)
{
	(void)unused;
	request = 0;
	return 0;
}

static void start_without_init_is_lost(void **unused)
{
	(void)unused;
	assert_int_equal(startup_step(0, false), STARTUP_NOTHING);
	assert_int_equal(startup_step(0, true), STARTUP_NOTHING);
	startup_post_start(&request, 0x10);
	assert_int_equal(startup_step(request, false), STARTUP_NOTHING);
	assert_int_equal(startup_step(request, true), STARTUP_RUN);
}

static void second_start_is_lost(void **unused)
{
	(void)unused;
	startup_post_start(&request, 0x10);
	startup_post_start(&request, 0xff);
	assert_int_equal(request & REQUEST_VECTOR, 0x10);
}

/* No delay between the two: the start-up waits behind the INIT. */
static void start_right_after_init_is_kept(void **unused)
{
	(void)unused;
	startup_post_init(&request);
	assert_int_equal(startup_step(request, false), STARTUP_WAIT);
	startup_post_start(&request, 0xff);
	assert_int_equal(startup_step(request, false), STARTUP_WAIT_AND_RUN);
	assert_int_equal(startup_step(request, true), STARTUP_WAIT_AND_RUN);
	assert_int_equal(request & REQUEST_VECTOR, 0xff);
}

static void init_cancels_an_earlier_start(void **unused)
{
	(void)unused;
	startup_post_start(&request, 0xff);
	startup_post_init(&request);
	assert_int_equal(request, REQUEST_INIT);
	startup_post_start(&request, 0x01);
	assert_int_equal(request & REQUEST_VECTOR, 0x01);
	startup_post_init(&request);
	startup_post_init(&request);
	assert_int_equal(request, REQUEST_INIT);
}

/* A flood of INIT and start-up IPIs does not wash out a flush. */
static void other_requests_stay(void **unused)
{
	(void)unused;
	request = REQUEST_FLUSH | REQUEST_STOP;
	for (unsigned i = 0; i < 1000; i++) {
		startup_post_start(&request, (uint8_t)i);
		startup_post_init(&request);
	}
	assert_int_equal(request, REQUEST_FLUSH | REQUEST_STOP | REQUEST_INIT);
	assert_int_equal(startup_step(REQUEST_FLUSH | REQUEST_STOP, true),
			 STARTUP_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(start_without_init_is_lost, setup),
		cmocka_unit_test_setup(second_start_is_lost, setup),
		cmocka_unit_test_setup(start_right_after_init_is_kept, setup),
		cmocka_unit_test_setup(init_cancels_an_earlier_start, setup),
		cmocka_unit_test_setup(other_requests_stay, setup),
	};

	return cmocka_run_group_tests_name("startup", tests, NULL, NULL);
}
