/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Services: their memory, their system calls, their crashes, with a second
 * CPU inside when it matters (step p of a script).
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "sk/core/image.h"
#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/fake/sk_user.h"
#include "tests/unit/unit.h"

#define PAGE  SK_FAKE_RAM_FIRST
#define PAGE2 (PAGE + 1)
#define ECHO  (&state.services[SERVICE_ECHO])
#define AUDIT (&state.services[SERVICE_AUDIT])
#define DATA  (SERVICE_IMAGE_BASE + PAGE_BYTES)

static enum status other;
static uint64_t handle;

static int start(void **unused)
{
	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	return 0;
}

static enum status echo(const char *script)
{
	return sk_fake_send(PAGE, SERVICE_ECHO, script, &handle);
}

static uint64_t noted(enum event_kind kind)
{
	return state.events.queue[0].kind_count[kind];
}

static bool has(uint64_t address, unsigned rights)
{
	frame_t frame;

	return machine_space_lookup(&ECHO->space, address, rights, &frame);
}

static uint8_t *byte_at(uint64_t address)
{
	frame_t frame;

	assert_true(machine_space_lookup(&ECHO->space, address, 0, &frame));
	return (uint8_t *)machine_frame(frame) + address % PAGE_BYTES;
}

/* --- memory -------------------------------------------------------------------- */

static void rights_of_memory(void **unused)
{
	uint64_t top = image_stack_top(1);

	(void)unused;
	assert_true(has(SERVICE_IMAGE_BASE, MAP_READ | MAP_EXECUTE));
	assert_false(has(SERVICE_IMAGE_BASE, MAP_WRITE));
	assert_true(has(DATA + PAGE_BYTES, MAP_READ | MAP_WRITE));
	assert_false(has(DATA, MAP_EXECUTE));
	assert_true(has(SERVICE_HEAP_BASE + SERVICE_HEAP_BYTES - 1, MAP_WRITE));
	assert_false(has(SERVICE_HEAP_BASE + SERVICE_HEAP_BYTES, MAP_READ));
	assert_true(has(top - 1, MAP_READ | MAP_WRITE));
	assert_false(has(top - 1, MAP_EXECUTE));
	assert_false(has(top, MAP_READ));
	assert_false(has(top - (IMAGE_STACK_PAGES + 1) * PAGE_BYTES, MAP_READ));
	assert_true(has(image_canary(1), MAP_READ));
	assert_false(has(image_canary(1), MAP_WRITE));
	assert_false(has(image_canary(1) + PAGE_BYTES, MAP_READ));
	assert_true(has(image_buffer(1), MAP_READ | MAP_WRITE));
	assert_false(has(image_buffer(1), MAP_EXECUTE));
	assert_false(has(image_buffer(1) + PAGE_BYTES, MAP_READ));
	assert_false(has(image_buffer(3), MAP_READ)); /* three places */
	assert_false(has(0, MAP_READ));
}

static void canaries_differ(void **unused)
{
	uint64_t canary[2];

	(void)unused;
	for (uint32_t i = 0; i < 2; i++) {
		memcpy(&canary[i], byte_at(image_canary(i) + IMAGE_CANARY_AT),
		       sizeof(canary[i]));
	}
	assert_true(canary[0] != canary[1]);
	assert_true(canary[0] != 0);
}

/* All that a service could have written is as at first; nothing leaks. */
static void rebuilt_from_the_image(void **unused)
{
	const uint64_t written[] = {DATA + 100, SERVICE_HEAP_BASE + 5,
				    SERVICE_HEAP_BASE + SERVICE_HEAP_BYTES - 1,
				    image_stack_top(2) - 1,
				    image_buffer(2) + 4000};
	uint64_t free = frame_free_bytes();
	uint8_t canary = *byte_at(image_canary(0) + IMAGE_CANARY_AT);
	unsigned same = 0;

	(void)unused;
	for (unsigned round = 0; round < 3; round++) {
		*byte_at(DATA) = 1;
		for (size_t i = 0; i < ARRAY_COUNT(written); i++) {
			*byte_at(written[i]) = 1;
		}
		assert_int_equal(echo("f"), STATUS_CRASHED);
		assert_int_equal(*byte_at(DATA), SK_USER_DATA_BYTE);
		for (size_t i = 0; i < ARRAY_COUNT(written); i++) {
			assert_int_equal(*byte_at(written[i]), 0);
		}
		same += canary == *byte_at(image_canary(0) + IMAGE_CANARY_AT);
	}
	assert_true(same < 3);
	assert_int_equal(frame_free_bytes(), free);
}

/* --- system calls ----------------------------------------------------------------- */

static void answers(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);

	(void)unused;
	assert_int_equal(echo("xeEv"), STATUS_OK);
	assert_int_equal(echo("r"), STATUS_OK);
	assert_int_equal(message->status, STATUS_CONFLICT);
	assert_int_equal(state.events.queue[SERVICE_ECHO].count, 1);
	assert_int_equal(state.events.queue[SERVICE_ECHO].event[0].a, 77);
	assert_int_equal(ECHO->calls, 3); /* and START */
	sk_fake_check_rest();
}

static void random_fills(void **unused)
{
	static const uint8_t zero[SERVICE_RANDOM_MAX];
	uint8_t *at = byte_at(image_buffer(0) + PAGE_BYTES / 2);

	(void)unused;
	assert_int_equal(echo("x"), STATUS_OK);
	assert_memory_not_equal(at, zero, sizeof(zero));
	assert_memory_equal(at + sizeof(zero), zero, sizeof(zero));
}

/* What no working service asks ends it. */
static void bad_calls_crash(void **unused)
{
	static const char *const scripts[] = {"s", "w", "X", "y", "d1", "l1"};

	(void)unused;
	for (unsigned i = 0; i < ARRAY_COUNT(scripts); i++) {
		uint64_t before = noted(EVENT_SERVICE_CRASHED);

		assert_int_equal(echo(scripts[i]), STATUS_CRASHED);
		assert_int_equal(noted(EVENT_SERVICE_CRASHED), before + 1);
		assert_int_equal(ECHO->restarts, i + 1);
		sk_fake_check_rest();
		assert_int_equal(echo(""), STATUS_OK);
	}
}

static void calls_between_services(void **unused)
{
	(void)unused;
	assert_int_equal(echo("c1(e)e"), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_OK);
	assert_int_equal(sk_fake.seen_from, SERVICE_ECHO);
	assert_memory_equal(byte_at(SERVICE_HEAP_BASE +
				    offsetof(struct service_buffer, data)),
			    "done", 4);
	assert_int_equal(echo("c1(r)"), STATUS_OK); /* its status is a reply */
	assert_int_equal(sk_fake.last_rax, STATUS_OK);
	sk_fake_check_rest();
}

/* Itself, a larger number, none at all, the secure kernel. */
static void calls_upwards_are_refused(void **unused)
{
	static const char *const scripts[] = {"c3()", "c4()", "c9()", "c0()"};

	(void)unused;
	for (unsigned i = 0; i < ARRAY_COUNT(scripts); i++) {
		sk_fake.last_rax = 99;
		assert_int_equal(echo(scripts[i]), STATUS_OK);
		assert_int_equal(sk_fake.last_rax, STATUS_DENIED);
	}
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "c1()", NULL),
			 STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_DENIED);
	sk_fake_check_rest();
}

/* --- crashes ------------------------------------------------------------------------ */

static void crash_and_restart(void **unused)
{
	(void)unused;
	assert_int_equal(noted(EVENT_SERVICE_STARTED), 3);
	assert_int_equal(echo("f"), STATUS_CRASHED);
	assert_int_equal(noted(EVENT_SERVICE_CRASHED), 1);
	assert_int_equal(noted(EVENT_SERVICE_STARTED), 4);
	assert_int_equal(ECHO->state, SERVICE_STATE_RUNNING);
	assert_int_equal(echo(""), STATUS_OK);
	assert_int_equal(AUDIT->restarts, 0);
	sk_fake_check_rest();
}

/* Whatever was inside ends with it, handles included. */
static void crash_ends_all_inside(void **unused)
{
	uint64_t inside[2];

	(void)unused;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(echo("iii"), STATUS_INTERRUPTED);
		inside[i] = handle;
	}
	assert_int_equal(echo("f"), STATUS_CRASHED);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(sk_fake_call(VTL_CALL_RESUME, inside[i], NULL),
				 STATUS_CRASHED);
	}
	assert_int_equal(ECHO->restarts, 1);
	sk_fake_check_rest();
}

static void crash_too_often(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < SERVICE_CRASHES_MAX - 1; i++) {
		assert_int_equal(echo("f"), STATUS_CRASHED);
	}
	assert_int_equal(echo(""), STATUS_OK); /* counts from here again */
	for (unsigned i = 0; i < SERVICE_CRASHES_MAX; i++) {
		assert_int_equal(ECHO->state, SERVICE_STATE_RUNNING);
		assert_int_equal(echo("f"), STATUS_CRASHED);
	}
	assert_int_equal(ECHO->state, SERVICE_STATE_STOPPED);
	assert_int_equal(echo(""), STATUS_NOT_FOUND);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "", NULL),
			 STATUS_OK);
	sk_fake_check_rest();
}

/* A callee's crash is a status for its caller, which lives on. */
static void callee_crashes(void **unused)
{
	(void)unused;
	assert_int_equal(echo("c1(f)e"), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_CRASHED);
	assert_int_equal(AUDIT->restarts, 1);
	assert_int_equal(ECHO->restarts, 0);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "", NULL),
			 STATUS_OK);
	sk_fake_check_rest();
}

/* A caller's crash ends the thread only after the callee has answered. */
static void caller_crashes_meanwhile(void **unused)
{
	uint64_t inside;

	(void)unused;
	assert_int_equal(echo("c1(i)"), STATUS_INTERRUPTED);
	inside = handle;
	assert_int_equal(echo("f"), STATUS_CRASHED);
	assert_int_equal(sk_fake_call(VTL_CALL_RESUME, inside, NULL),
			 STATUS_CRASHED);
	assert_int_equal(AUDIT->restarts, 0);
	/* the answer did not go to the memory of the next one */
	assert_int_equal(*byte_at(SERVICE_HEAP_BASE +
				  offsetof(struct service_buffer, data)),
			 0);
	sk_fake_check_rest();
}

static void crash_on_other_cpu(void)
{
	sk_fake_cpu(1);
	*byte_at(SERVICE_HEAP_BASE) = 1;
	other = sk_fake_send(PAGE2, SERVICE_ECHO, "f", NULL);
	/* the first CPU is inside still: nothing is rebuilt, nobody enters */
	assert_int_equal(ECHO->state, SERVICE_STATE_CRASHED);
	assert_int_equal(*byte_at(SERVICE_HEAP_BASE), 1);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_ECHO, "", NULL),
			 STATUS_BUSY);
	sk_fake_cpu(0);
}

/* The last CPU to leave rebuilds, however it leaves. */
static void crash_with_two_inside(void **unused)
{
	static const char *const scripts[] = {"p", "pf", "ps", "pe", "pc1()"};

	(void)unused;
	sk_fake.pause = crash_on_other_cpu;
	for (unsigned i = 0; i < ARRAY_COUNT(scripts); i++) {
		uint64_t before = noted(EVENT_SERVICE_CRASHED);

		assert_int_equal(echo(scripts[i]), STATUS_CRASHED);
		assert_int_equal(other, STATUS_CRASHED);
		assert_int_equal(noted(EVENT_SERVICE_CRASHED), before + 1);
		assert_int_equal(ECHO->restarts, i + 1);
		assert_int_equal(ECHO->state, SERVICE_STATE_RUNNING);
		assert_int_equal(*byte_at(SERVICE_HEAP_BASE), 0);
		sk_fake_check_rest();
		assert_int_equal(echo(""), STATUS_OK);
	}
	assert_int_equal(echo("pi"), STATUS_INTERRUPTED);
	assert_int_equal(*byte_at(SERVICE_HEAP_BASE), 0);
	assert_int_equal(sk_fake_call(VTL_CALL_RESUME, handle, NULL),
			 STATUS_CRASHED);
	sk_fake_check_rest();
}

/* START after a crash is interrupted: whoever comes next finishes it. */
static void restart_interrupted(void **unused)
{
	(void)unused;
	sk_fake.start_script[SERVICE_ECHO] = "ii";
	assert_int_equal(echo("f"), STATUS_CRASHED);
	assert_int_equal(ECHO->state, SERVICE_STATE_STARTING);
	assert_int_equal(echo(""), STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_call(VTL_CALL_RESUME, handle, NULL),
			 STATUS_OK);
	sk_fake_check_rest();
	assert_int_equal(echo("f"), STATUS_CRASHED);
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL), STATUS_OK);
	assert_int_equal(ECHO->state, SERVICE_STATE_RUNNING);
	sk_fake_check_rest();
}

static void restart_crashes(void **unused)
{
	(void)unused;
	sk_fake.start_script[SERVICE_ECHO] = "f";
	assert_int_equal(echo("f"), STATUS_CRASHED);
	assert_int_equal(ECHO->state, SERVICE_STATE_STOPPED);
	assert_int_equal(ECHO->restarts, SERVICE_CRASHES_MAX);
	sk_fake_check_rest();
}

/* What a callee answers meanwhile is no answer to START. */
static void start_calls_and_is_refused(void **unused)
{
	(void)unused;
	sk_fake.start_script[SERVICE_ECHO] = "c1(r)";
	assert_int_equal(echo("f"), STATUS_CRASHED);
	assert_int_equal(sk_fake.last_rax, STATUS_OK);
	assert_int_equal(AUDIT->restarts, 0);
	assert_int_equal(ECHO->state, SERVICE_STATE_RUNNING);
	sk_fake_check_rest();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rights_of_memory, start),
		cmocka_unit_test_setup(canaries_differ, start),
		cmocka_unit_test_setup(rebuilt_from_the_image, start),
		cmocka_unit_test_setup(answers, start),
		cmocka_unit_test_setup(random_fills, start),
		cmocka_unit_test_setup(bad_calls_crash, start),
		cmocka_unit_test_setup(calls_between_services, start),
		cmocka_unit_test_setup(calls_upwards_are_refused, start),
		cmocka_unit_test_setup(crash_and_restart, start),
		cmocka_unit_test_setup(crash_ends_all_inside, start),
		cmocka_unit_test_setup(crash_too_often, start),
		cmocka_unit_test_setup(callee_crashes, start),
		cmocka_unit_test_setup(caller_crashes_meanwhile, start),
		cmocka_unit_test_setup(crash_with_two_inside, start),
		cmocka_unit_test_setup(restart_interrupted, start),
		cmocka_unit_test_setup(restart_crashes, start),
		cmocka_unit_test_setup(start_calls_and_is_refused, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
