/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The window: every page that VTL0 must not name, and every message that is
 * not one.
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "abi/vtl.h"
#include "sk/core/state.h"
#include "sk/core/window.h"
#include "tests/fake/sk_machine.h"
#include "tests/unit/unit.h"

#define PAGE SK_FAKE_RAM_FIRST

static struct vtl_message copy;

static int start(void **unused)
{
	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	return 0;
}

/* Both directions, and as the argument of a call, with its event. */
static void refuses(uint64_t address, enum status status)
{
	uint64_t denied = state.events.queue[0].kind_count[EVENT_CALL_DENIED] +
			  state.events.queue[0].dropped;
	unsigned runs = sk_fake.user_runs;

	assert_int_equal(window_copy_in(address, &copy), status);
	copy.out_bytes = 0;
	assert_int_equal(window_copy_out(address, &copy), status);
	assert_int_equal(sk_fake_call(VTL_CALL_MESSAGE, address, NULL), status);
	assert_int_equal(state.events.queue[0].kind_count[EVENT_CALL_DENIED] +
				 state.events.queue[0].dropped,
			 denied + 1);
	assert_int_equal(sk_fake.user_runs, runs);
	sk_fake_check_rest();
}

static void every_frame_that_is_not_ram(void **unused)
{
	static const uint64_t frames[] = {
		0,
		SK_FAKE_RAM_FIRST - 1,
		SK_FAKE_RAM_FIRST + SK_FAKE_RAM_COUNT,
		SK_FAKE_HIGH_FIRST - 1,
		SK_FAKE_HIGH_FIRST + SK_FAKE_HIGH_COUNT,
		SK_FAKE_DEVICE_FIRST, /* VTL0 may read and write it */
		SK_FAKE_VTL1_FIRST,
		SK_FAKE_VTL1_FIRST + SK_FAKE_VTL1_COUNT - 1,
		SK_FAKE_HV_FIRST,
		UINT64_MAX / PAGE_BYTES,
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(frames); i++) {
		refuses(frames[i] * PAGE_BYTES, STATUS_DENIED);
	}
}

static void every_frame_of_ram(void **unused)
{
	(void)unused;
	for (uint64_t i = 0; i < SK_FAKE_RAM_COUNT; i++) {
		assert_int_equal(sk_fake_send(SK_FAKE_RAM_FIRST + i,
					      SERVICE_ECHO, "", NULL),
				 STATUS_OK);
	}
	for (uint64_t i = 0; i < SK_FAKE_HIGH_COUNT; i++) {
		assert_int_equal(sk_fake_send(SK_FAKE_HIGH_FIRST + i,
					      SERVICE_ECHO, "", NULL),
				 STATUS_OK);
	}
}

static void unaligned(void **unused)
{
	(void)unused;
	refuses(PAGE * PAGE_BYTES + 1, STATUS_INVALID);
	refuses(PAGE * PAGE_BYTES + 8, STATUS_INVALID);
	refuses((PAGE + 1) * PAGE_BYTES - 1, STATUS_INVALID);
	refuses(UINT64_MAX, STATUS_INVALID);
}

static void rights_of_vtl0(void **unused)
{
	(void)unused;
	sk_fake_rights(PAGE, 0);
	refuses(PAGE * PAGE_BYTES, STATUS_DENIED);
	sk_fake_rights(PAGE, HV_MAP_GPA_WRITABLE);
	sk_fake_message(PAGE, SERVICE_ECHO, "");
	assert_int_equal(window_copy_in(PAGE * PAGE_BYTES, &copy),
			 STATUS_DENIED);
	sk_fake_rights(PAGE,
		       HV_MAP_GPA_READABLE | HV_MAP_GPA_KERNEL_EXECUTABLE);
	assert_int_equal(window_copy_in(PAGE * PAGE_BYTES, &copy), STATUS_OK);
	assert_int_equal(window_copy_out(PAGE * PAGE_BYTES, &copy),
			 STATUS_DENIED);
}

static void withdraw(void)
{
	sk_fake_rights(PAGE, HV_MAP_GPA_READABLE);
}

/* The right to write goes while the service works: no reply is written. */
static void right_withdrawn(void **unused)
{
	uint8_t before[PAGE_BYTES];

	(void)unused;
	sk_fake.pause = withdraw;
	sk_fake_message(PAGE, SERVICE_ECHO, "p");
	memcpy(before, sk_fake_page(PAGE), sizeof(before));
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_DENIED);
	assert_memory_equal(sk_fake_page(PAGE), before, sizeof(before));
	sk_fake_check_rest();
}

static void rewrite(void)
{
	struct vtl_message *message = sk_fake_page(PAGE);

	memset(message, 0xff, sizeof(*message));
}

/* VTL0 overwrites the request while it is worked on: nobody notices. */
static void request_overwritten(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);

	(void)unused;
	sk_fake.pause = rewrite;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "pe", NULL),
			 STATUS_OK);
	assert_int_equal(message->service, SERVICE_ECHO);
	assert_int_equal(message->out_bytes, 4);
	assert_memory_equal(message->data, "done", 4);
	assert_int_equal(message->data[4], 0xff); /* not ours to write */
}

#define MESSAGE(answer, change)                                        \
	do {                                                           \
		struct vtl_message *m =                                \
			sk_fake_message(PAGE, SERVICE_ECHO, "");       \
		unsigned runs = sk_fake.user_runs;                     \
		change;                                                \
		assert_int_equal(sk_fake_call(VTL_CALL_MESSAGE,        \
					      PAGE *PAGE_BYTES, NULL), \
				 (answer));                            \
		assert_int_equal(sk_fake.user_runs, runs);             \
		sk_fake_check_rest();                                  \
	} while (0)

static void messages_that_are_none(void **unused)
{
	(void)unused;
	MESSAGE(STATUS_UNSUPPORTED, m->version = 0);
	MESSAGE(STATUS_UNSUPPORTED, m->version++);
	MESSAGE(STATUS_INVALID, m->reserved_zero = 1);
	MESSAGE(STATUS_INVALID, m->in_bytes = VTL_MESSAGE_DATA_BYTES + 1);
	MESSAGE(STATUS_INVALID, m->in_bytes = UINT32_MAX);
	MESSAGE(STATUS_INVALID, m->out_bytes_max = VTL_MESSAGE_DATA_BYTES + 1);
	MESSAGE(STATUS_NOT_FOUND, m->service = SERVICE_COUNT);
	MESSAGE(STATUS_NOT_FOUND, m->service = UINT32_MAX);
	MESSAGE(STATUS_DENIED, m->method = SERVICE_METHOD_START);
	MESSAGE(STATUS_DENIED, m->caller = SERVICE_CALLER_VTL1);
	MESSAGE(STATUS_DENIED, m->caller = SERVICE_CALLER_VTL1;
		m->service = SERVICE_AUDIT; m->method = AUDIT_METHOD_PUT);
}

static void longest_message(void **unused)
{
	struct vtl_message *message = sk_fake_message(PAGE, SERVICE_ECHO, "");

	(void)unused;
	message->in_bytes = VTL_MESSAGE_DATA_BYTES;
	message->caller = 1000;
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_OK);
	assert_int_equal(sk_fake.seen_caller, 1000);
	assert_int_equal(sk_fake.seen_from, SERVICE_SECURE_KERNEL);
	message = sk_fake_message(PAGE, SERVICE_ECHO, "");
	message->out_bytes_max = 2;
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_OK);
	assert_int_equal(message->out_bytes, 2);
	assert_memory_equal(message->data, "do\0", 3);
}

/* No RAM at all: nothing is reachable. */
static void no_ram(void **unused)
{
	(void)unused;
	sk_fake_reset();
	sk_fake.boot.ram_count = 0;
	assert_int_equal(sk_fake_start(), STATUS_OK);
	refuses(PAGE * PAGE_BYTES, STATUS_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_frame_that_is_not_ram, start),
		cmocka_unit_test_setup(every_frame_of_ram, start),
		cmocka_unit_test_setup(unaligned, start),
		cmocka_unit_test_setup(rights_of_vtl0, start),
		cmocka_unit_test_setup(right_withdrawn, start),
		cmocka_unit_test_setup(request_overwritten, start),
		cmocka_unit_test_setup(messages_that_are_none, start),
		cmocka_unit_test_setup(longest_message, start),
		cmocka_unit_test(no_ram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
