/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The call table, the start, and what the secure kernel tells of itself.
 *
 * Links: sk/core tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "lib/policy.h"
#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/unit/unit.h"

#define PAGE SK_FAKE_RAM_FIRST

static int start(void **unused)
{
	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	return 0;
}

static void null_and_version(void **unused)
{
	uint64_t value = 99;

	(void)unused;
	assert_int_equal(sk_fake_call(VTL_CALL_NULL, 5, &value), STATUS_OK);
	assert_int_equal(value, 0);
	assert_int_equal(sk_fake_call(VTL_CALL_VERSION, 0, &value), STATUS_OK);
	assert_int_equal(value, VTL_CALL_VERSION);
}

static void launched_once(void **unused)
{
	(void)unused;
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL), STATUS_OK);
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL),
			 STATUS_CONFLICT);
}

static void echo(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "", NULL), STATUS_OK);
	assert_int_equal(message->status, STATUS_OK);
	assert_int_equal(message->out_bytes, 4);
	assert_memory_equal(message->data, "done", 4);
	sk_fake_check_rest();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(null_and_version, start),
		cmocka_unit_test_setup(launched_once, start),
		cmocka_unit_test_setup(echo, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
