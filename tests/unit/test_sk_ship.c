/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The secure kernel of the shipped image: the methods for tests are not there,
 * whatever comes with them.
 *
 * Links: sk/core sk/core/method_ship.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/unit/unit.h"

#define PAGE SK_FAKE_RAM_FIRST

/* Every length that a method for tests might take. */
static void try_method(uint32_t method)
{
	for (uint32_t bytes = 0; bytes <= sizeof(struct sk_test_seed);
	     bytes += sizeof(uint32_t)) {
		struct vtl_message *message =
			sk_fake_message(PAGE, SERVICE_SECURE_KERNEL, "");

		message->method = method;
		message->in_bytes = bytes;
		memset(message->data, SERVICE_ECHO, 1);
		assert_int_equal(
			sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
			STATUS_OK);
		assert_int_equal(message->status, bytes == 0 ? STATUS_NOT_FOUND
							     : STATUS_INVALID);
	}
}

static void no_method_for_tests(void **unused)
{
	struct random_state before;

	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	before = state.random;
	for (uint32_t i = SK_METHOD_TEST_RESTRICT; i <= SK_METHOD_TEST_SEED + 1;
	     i++) {
		try_method(i);
	}
	assert_memory_equal(&state.random, &before, sizeof(before));
	assert_int_equal(service_find(SERVICE_ECHO)->crashes, 0);
	assert_int_equal(sk_fake.watch[0].control, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_method_for_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
