/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The call table, the start, and what the secure kernel tells of itself.
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

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

/* The newest event of our own. */
static const struct event *last_event(void)
{
	const struct event_queue *queue = &state.events.queue[0];

	return &queue->event[(queue->first + queue->count - 1) %
			     EVENT_QUEUE_SIZE];
}

static void null_and_version(void **unused)
{
	uint64_t value = 99;
	uint64_t events = state.events.queue[0].number;

	(void)unused;
	assert_int_equal(sk_fake_call(VTL_CALL_NULL, 5, &value), STATUS_OK);
	assert_int_equal(value, 0);
	assert_int_equal(sk_fake_call(VTL_CALL_VERSION, 0, &value), STATUS_OK);
	assert_int_equal(value, VTL_CALL_INTERFACE);
	assert_int_equal(state.events.queue[0].number, events);
}

static void unknown_numbers(void **unused)
{
	static const uint64_t numbers[] = {VTL_CALL_COUNT, VTL_CALL_COUNT + 1,
					   UINT32_MAX, UINT64_C(1) << 32,
					   UINT64_MAX};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		struct vtl_call_frame frame = {.rdx = numbers[i], .r8 = 7};

		entry_vtl_call(&frame);
		assert_int_equal(frame.rax, STATUS_UNSUPPORTED);
		assert_int_equal(frame.rdx, 0);
		assert_int_equal(last_event()->kind, EVENT_CALL_DENIED);
		assert_true(last_event()->a == numbers[i]);
		assert_int_equal(last_event()->b, 7);
	}
}

static void launched_once(void **unused)
{
	(void)unused;
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL), STATUS_OK);
	assert_int_equal(last_event()->kind, EVENT_LAUNCHED);
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL),
			 STATUS_CONFLICT);
	assert_int_equal(last_event()->kind, EVENT_CALL_DENIED);
}

/* The built-in policy runs without an IOMMU; another may not. */
static void launched_as_the_policy_says(void **unused)
{
	(void)unused;
	state.policy.policy.degraded = POLICY_DEGRADED_HALT;
	state.boot.facts = 0;
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL),
			 STATUS_DENIED);
	assert_int_equal(last_event()->kind, EVENT_CALL_DENIED);
	state.boot.facts = VTL1_FACT_IOMMU;
	state.policy.policy.mode[POLICY_KEYRING] = POLICY_MODE_OFF;
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL), STATUS_OK);
}

/* --- the start ------------------------------------------------------------------ */

#define START(status, change)                                \
	do {                                                 \
		sk_fake_reset();                             \
		change;                                      \
		assert_int_equal(sk_fake_start(), (status)); \
	} while (0)

static void start_refuses(void **unused)
{
	(void)unused;
	START(STATUS_UNSUPPORTED, sk_fake.boot.magic++);
	START(STATUS_UNSUPPORTED, sk_fake.boot.version++);
	START(STATUS_UNSUPPORTED, sk_fake.boot.size_bytes--);
	START(STATUS_INVALID, sk_fake.boot.ram_count = VTL1_RAM_MAX + 1);
	START(STATUS_INVALID, sk_fake.boot.seed_bytes = VTL1_SEED_BYTES + 1);
	START(STATUS_INVALID, sk_fake.boot.memory_size_bytes = PAGE_BYTES);
	START(STATUS_INVALID,
	      sk_fake.boot.memory_base =
		      (SK_FAKE_VTL1_FIRST + SK_FAKE_IMAGE) * PAGE_BYTES);
	START(STATUS_NO_MEMORY, sk_fake.boot.memory_size_bytes =
					(SK_FAKE_IMAGE + 300) * PAGE_BYTES);
}

static void start_wants_randomness(void **unused)
{
	(void)unused;
	START(STATUS_UNSUPPORTED, sk_fake.rdseed = sk_fake.rdrand = false;
	      sk_fake.boot.seed_bytes = 0);
	START(STATUS_UNSUPPORTED, sk_fake.rdseed = sk_fake.rdrand = false;
	      sk_fake.boot.seed_bytes = 31);
	START(STATUS_OK, sk_fake.rdseed = sk_fake.rdrand = false;
	      sk_fake.boot.seed_bytes = 32);
	assert_int_equal(state.random.sources, RANDOM_FROM_FIRMWARE);
	START(STATUS_OK, sk_fake.rdrand = false; sk_fake.boot.seed_bytes = 0);
	assert_int_equal(state.random.sources, RANDOM_FROM_RDSEED);
	START(STATUS_OK, sk_fake.rdseed = false; sk_fake.boot.seed_bytes = 0);
	assert_int_equal(state.random.sources, RANDOM_FROM_RDRAND);
}

static void start_wipes_the_seed(void **unused)
{
	static const uint8_t zero[VTL1_SEED_BYTES];
	frame_t page = {SK_FAKE_VTL1_FIRST};
	const struct vtl1_boot *boot = machine_frame(page);

	(void)unused;
	assert_memory_equal(boot->seed, zero, sizeof(zero));
	assert_memory_equal(state.boot.seed, zero, sizeof(zero));
}

/* A service whose START fails for ever: VTL1 runs without it. */
static void start_without_a_service(void **unused)
{
	(void)unused;
	START(STATUS_OK, sk_fake.start_script[SERVICE_ECHO] = "f");
	assert_int_equal(state.services[SERVICE_ECHO].state,
			 SERVICE_STATE_STOPPED);
	assert_int_equal(state.services[SERVICE_AUDIT].state,
			 SERVICE_STATE_RUNNING);
	START(STATUS_OK, sk_fake.start_script[SERVICE_ECHO] = "r");
	assert_int_equal(state.services[SERVICE_ECHO].state,
			 SERVICE_STATE_STOPPED);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "", NULL),
			 STATUS_NOT_FOUND);
	sk_fake_check_rest();
}

/* There is no VTL0 to go back to: an interrupted START goes on. */
static void start_is_interrupted(void **unused)
{
	(void)unused;
	START(STATUS_OK, sk_fake.start_script[SERVICE_ECHO] = "iii");
	assert_int_equal(state.services[SERVICE_ECHO].state,
			 SERVICE_STATE_RUNNING);
}

/* --- what it tells ----------------------------------------------------------------- */

static struct vtl_message *ask(uint32_t method, enum status status)
{
	struct vtl_message *message =
		sk_fake_message(PAGE, SERVICE_SECURE_KERNEL, "");

	message->method = method;
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_OK);
	assert_int_equal(message->status, status);
	return message;
}

static void tells_status(void **unused)
{
	const struct vtl_message *message = ask(SK_METHOD_STATUS, STATUS_OK);
	struct sk_status told;
	uint8_t digest[32];

	(void)unused;
	assert_int_equal(message->out_bytes, sizeof(told));
	memcpy(&told, message->data, sizeof(told));
	assert_int_equal(told.version, VTL_CALL_INTERFACE);
	assert_int_equal(told.cpu_count, SK_FAKE_CPUS);
	assert_int_equal(told.service_count, 4);
	assert_int_equal(told.launched, 0);
	assert_int_equal(told.calls, 1);
	assert_int_equal(told.random_seeded, RANDOM_FROM_FIRMWARE |
						     RANDOM_FROM_RDSEED |
						     RANDOM_FROM_RDRAND);
	assert_int_equal(told.memory_free_bytes, frame_free_bytes());
	assert_string_equal(told.openvbs_version, "fake");
	machine_sha256(&state.policy.policy, sizeof(struct policy), digest);
	assert_memory_equal(told.policy_digest, digest, sizeof(digest));
	sk_fake_check_rest();
}

static void tells_services(void **unused)
{
	const struct vtl_message *message = ask(SK_METHOD_SERVICES, STATUS_OK);
	struct sk_service told[4];

	(void)unused;
	assert_int_equal(message->out_bytes, sizeof(told));
	memcpy(told, message->data, sizeof(told));
	assert_string_equal(told[0].name, "audit");
	assert_int_equal(told[0].id, SERVICE_AUDIT);
	assert_int_equal(told[2].id, SERVICE_ECHO);
	assert_int_equal(told[2].state, SK_SERVICE_RUNNING);
	assert_int_equal(told[2].restarts, 0);
}

static void tells_policy(void **unused)
{
	const struct vtl_message *message = ask(SK_METHOD_POLICY, STATUS_OK);

	(void)unused;
	assert_int_equal(message->out_bytes, sizeof(struct policy));
	assert_memory_equal(message->data, &state.policy.policy,
			    sizeof(struct policy));
	assert_int_equal(state.policy.policy.mode[POLICY_AUDIT],
			 POLICY_MODE_ENFORCE);
	assert_int_equal(state.policy.policy.mode[POLICY_DMA],
			 POLICY_MODE_ENFORCE);
	assert_int_equal(state.policy.policy.mode[POLICY_KERNEL_INTEGRITY],
			 POLICY_MODE_OFF);
}

static void tells_no_more_than_asked(void **unused)
{
	struct vtl_message *message;

	(void)unused;
	message = ask(SK_METHOD_POLICY + 1, STATUS_NOT_FOUND);
	assert_int_equal(message->out_bytes, 0);
	message = sk_fake_message(PAGE, SERVICE_SECURE_KERNEL, "x");
	message->method = SK_METHOD_STATUS;
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_OK);
	assert_int_equal(message->status, STATUS_INVALID);
	message = sk_fake_message(PAGE, SERVICE_SECURE_KERNEL, "");
	message->method = SK_METHOD_STATUS;
	message->out_bytes_max = sizeof(struct sk_status) - 1;
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_OK);
	assert_int_equal(message->status, STATUS_NO_SPACE);
	assert_int_equal(message->out_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(null_and_version, start),
		cmocka_unit_test_setup(unknown_numbers, start),
		cmocka_unit_test_setup(launched_once, start),
		cmocka_unit_test_setup(launched_as_the_policy_says, start),
		cmocka_unit_test(start_refuses),
		cmocka_unit_test(start_wants_randomness),
		cmocka_unit_test_setup(start_wipes_the_seed, start),
		cmocka_unit_test(start_without_a_service),
		cmocka_unit_test(start_is_interrupted),
		cmocka_unit_test_setup(tells_status, start),
		cmocka_unit_test_setup(tells_services, start),
		cmocka_unit_test_setup(tells_policy, start),
		cmocka_unit_test_setup(tells_no_more_than_asked, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
