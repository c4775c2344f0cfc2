/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VTL1 answers when VTL0 touches what it protects, and how a test image
 * is told to protect something.
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "sk/core/intercept.h"
#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/unit/unit.h"

#define PAGE	SK_FAKE_RAM_FIRST
#define FRAME	(SK_FAKE_RAM_FIRST + 3)
#define RIP	UINT64_C(0xffffffff81000000)
#define LENGTH	3
#define CR0	UINT64_C(0x80050033)
#define CR0_WP	UINT64_C(0x10000)
#define CR0_TS	UINT64_C(8)
#define CR4	UINT64_C(0x3006f0)
#define SMEP	UINT64_C(0x100000)
#define KERNEL	UINT64_C(0xffffffff81a00000)
#define GP	(UINT64_C(13) << 16 | 0x101)
#define WATCHED (HV_CR_INTERCEPT_CR0 | HV_CR_INTERCEPT_CR4)

static int start(void **unused)
{
	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	sk_fake_register(HV_REGISTER_CR0)->low = CR0;
	sk_fake_register(HV_REGISTER_CR4)->low = CR4;
	sk_fake_register(HV_REGISTER_LSTAR)->low = KERNEL;
	sk_fake_register(HV_REGISTER_IDTR)->table.base = KERNEL;
	sk_fake_register(HV_REGISTER_IDTR)->table.limit = 0xfff;
	return 0;
}

static const struct event *last_event(void)
{
	static const struct event none;
	const struct event_queue *queue = &state.events.queue[0];
	uint32_t at = queue->first + queue->count - 1;

	if (queue->count == 0) {
		return &none;
	}
	return &queue->event[at % EVENT_QUEUE_SIZE];
}

static void watch(uint64_t control, bool quiet)
{
	const struct machine_watch what = {
		.control = control, .cr0_mask = CR0_WP, .cr4_mask = SMEP};

	assert_int_equal(intercept_watch(&what, quiet), STATUS_OK);
}

static void expect_denied(uint64_t what, uint64_t value, bool gp)
{
	assert_int_equal(last_event()->kind, EVENT_INTERCEPT_DENIED);
	assert_true(last_event()->a == what);
	assert_true(last_event()->b == value);
	assert_int_equal(sk_fake_register(HV_REGISTER_PENDING_EVENT0)->low,
			 gp ? GP : 0);
	assert_true(sk_fake_register(HV_REGISTER_RIP)->low ==
		    (gp ? 0 : RIP + LENGTH));
}

static void expect_allowed(void)
{
	assert_int_not_equal(last_event()->kind, EVENT_INTERCEPT_DENIED);
	assert_int_equal(sk_fake_register(HV_REGISTER_PENDING_EVENT0)->low, 0);
	assert_true(sk_fake_register(HV_REGISTER_RIP)->low == RIP + LENGTH);
}

static void write_register(uint32_t name, uint64_t low, uint64_t high)
{
	struct hv_message message = {.type = HV_MESSAGE_REGISTER_INTERCEPT};

	message.payload.reg.header.rip = RIP;
	message.payload.reg.header.instruction_length = LENGTH;
	message.payload.reg.name = name;
	message.payload.reg.value.both.low = low;
	message.payload.reg.value.both.high = high;
	entry_intercept(&message);
}

static void write_lstar(uint64_t value)
{
	struct hv_message message = {.type = HV_MESSAGE_MSR_INTERCEPT};

	message.payload.msr.header.rip = RIP;
	message.payload.msr.header.instruction_length = LENGTH;
	message.payload.msr.number = SK_FAKE_MSR_LSTAR;
	message.payload.msr.rax = (uint32_t)value;
	message.payload.msr.rdx = value >> 32;
	entry_intercept(&message);
}

static void memory_is_refused(void **unused)
{
	struct hv_message message = {.type = HV_MESSAGE_GPA_INTERCEPT};

	(void)unused;
	watch(WATCHED, true); /* quiet: not for memory, of unknown length */
	message.payload.memory.gpa = 4096;
	message.payload.memory.header.rip = RIP;
	message.payload.memory.header.access_type = HV_INTERCEPT_WRITE;
	entry_intercept(&message);
	expect_denied(4096, HV_INTERCEPT_WRITE, true);
}

static void masked_bits_are_kept(void **unused)
{
	(void)unused;
	watch(WATCHED, false);
	write_register(HV_REGISTER_CR0, CR0 & ~CR0_WP, 0);
	expect_denied(HV_REGISTER_CR0, CR0 & ~CR0_WP, true);
	assert_true(sk_fake_register(HV_REGISTER_CR0)->low == CR0);
	write_register(HV_REGISTER_CR4, CR4 & ~SMEP, 0);
	expect_denied(HV_REGISTER_CR4, CR4 & ~SMEP, true);
}

/* A processor that has been started again gets back what is kept. */
static void what_restores_is_allowed(void **unused)
{
	(void)unused;
	watch(WATCHED, false);
	sk_fake_register(HV_REGISTER_CR0)->low = 0;
	write_register(HV_REGISTER_CR0, CR0 | CR0_TS, 0);
	expect_allowed();
	assert_true(sk_fake_register(HV_REGISTER_CR0)->low == (CR0 | CR0_TS));
}

static void allowed_but_impossible_is_gp(void **unused)
{
	(void)unused;
	watch(WATCHED, false);
	sk_fake.register_bad = HV_REGISTER_CR0;
	write_register(HV_REGISTER_CR0, CR0 | CR0_TS, 0);
	expect_denied(HV_REGISTER_CR0, CR0 | CR0_TS, true);
}

static void others_are_kept_whole(void **unused)
{
	const uint64_t limit = UINT64_C(0xfff) << 48;

	(void)unused;
	watch(HV_CR_INTERCEPT_IDTR | HV_CR_INTERCEPT_LSTAR, false);
	write_register(HV_REGISTER_IDTR, limit, KERNEL);
	expect_allowed();
	write_lstar(KERNEL);
	expect_allowed();
	sk_fake_register(HV_REGISTER_RIP)->low = 0;
	write_lstar(KERNEL + 1);
	expect_denied(SK_FAKE_MSR_LSTAR, KERNEL + 1, true);
	write_register(HV_REGISTER_IDTR, limit, KERNEL + 4096);
	expect_denied(HV_REGISTER_IDTR, KERNEL + 4096, true);
	write_register(HV_REGISTER_IDTR, limit + (UINT64_C(1) << 48), KERNEL);
	expect_denied(HV_REGISTER_IDTR, KERNEL, true);
	/* What nobody has asked to keep is refused too. */
	write_register(HV_REGISTER_CR0, CR0, 0);
	expect_denied(HV_REGISTER_CR0, CR0, true);
}

static void quiet_steps_over(void **unused)
{
	(void)unused;
	watch(HV_CR_INTERCEPT_LSTAR, true);
	write_lstar(KERNEL + 1);
	expect_denied(SK_FAKE_MSR_LSTAR, KERNEL + 1, false);
	assert_true(sk_fake_register(HV_REGISTER_LSTAR)->low == KERNEL);
}

static void each_cpu_has_its_own(void **unused)
{
	(void)unused;
	watch(WATCHED, false);
	sk_fake_cpu(1);
	watch(HV_CR_INTERCEPT_LSTAR, false);
	assert_true(sk_fake.watch[0].control == WATCHED);
	assert_true(sk_fake.watch[0].cr0_mask == CR0_WP);
	assert_true(sk_fake.watch[1].control == HV_CR_INTERCEPT_LSTAR);
	write_register(HV_REGISTER_CR0, CR0, 0);
	expect_denied(HV_REGISTER_CR0, CR0, true);
	sk_fake_cpu(0);
	write_register(HV_REGISTER_CR0, CR0, 0);
	assert_true(sk_fake_register(HV_REGISTER_RIP)->low == RIP + LENGTH);
}

static void what_cannot_be_watched_is_refused(void **unused)
{
	const struct machine_watch what = {.control = WATCHED | 4};

	(void)unused;
	assert_int_equal(intercept_watch(&what, false), STATUS_UNSUPPORTED);
	assert_int_equal(sk_fake.watch[0].control, 0);
}

/* Sends a method of the test image; its own status. */
static uint32_t send(uint32_t method, const void *data, uint32_t bytes)
{
	struct vtl_message *message =
		sk_fake_message(PAGE, SERVICE_SECURE_KERNEL, "");

	message->method = method;
	message->in_bytes = bytes;
	memcpy(message->data, data, bytes);
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_OK);
	return message->status;
}

static void tests_restrict_frames(void **unused)
{
	struct sk_test_restrict what = {.frame = FRAME,
					.rights = HV_MAP_GPA_READABLE};

	(void)unused;
	assert_int_equal(send(SK_METHOD_TEST_RESTRICT, &what, 8),
			 STATUS_INVALID);
	assert_int_not_equal(machine_vtl0_rights((vtl0_frame_t){FRAME}),
			     HV_MAP_GPA_READABLE);
	assert_int_equal(send(SK_METHOD_TEST_RESTRICT, &what, sizeof(what)),
			 STATUS_OK);
	assert_int_equal(machine_vtl0_rights((vtl0_frame_t){FRAME}),
			 HV_MAP_GPA_READABLE);
	what.frame = SK_FAKE_HV_FIRST;
	assert_int_equal(send(SK_METHOD_TEST_RESTRICT, &what, sizeof(what)),
			 STATUS_DENIED);
}

static void tests_watch_registers(void **unused)
{
	struct sk_test_watch what = {.control = WATCHED, .cr0_mask = CR0_WP};

	(void)unused;
	assert_int_equal(send(SK_METHOD_TEST_WATCH, &what, 31), STATUS_INVALID);
	assert_int_equal(sk_fake.watch[0].control, 0);
	assert_int_equal(send(SK_METHOD_TEST_WATCH, &what, sizeof(what)),
			 STATUS_OK);
	assert_true(sk_fake.watch[0].control == WATCHED);
	what.control = 4;
	assert_int_equal(send(SK_METHOD_TEST_WATCH, &what, sizeof(what)),
			 STATUS_UNSUPPORTED);
	what.control = 0;
	assert_int_equal(send(SK_METHOD_TEST_WATCH, &what, sizeof(what)),
			 STATUS_OK);
	assert_int_equal(sk_fake.watch[0].control, 0);
	assert_int_equal(send(SK_METHOD_TEST_SEED + 1, &what, 0),
			 STATUS_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory_is_refused),
		TEST(masked_bits_are_kept),
		TEST(what_restores_is_allowed),
		TEST(allowed_but_impossible_is_gp),
		TEST(others_are_kept_whole),
		TEST(quiet_steps_over),
		TEST(each_cpu_has_its_own),
		TEST(what_cannot_be_watched_is_refused),
		TEST(tests_restrict_frames),
		TEST(tests_watch_registers),
	};

	return cmocka_run_group_tests_name("sk_intercept", tests, NULL, NULL);
}
