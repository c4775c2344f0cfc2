/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What services ask of a TPM through VTL0's hands, and the root secret that
 * comes of it: answered, refused, forgotten, too late.
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

#define PAGE  SK_FAKE_RAM_FIRST
#define PAGE2 (PAGE + 1)

static int start(void **unused)
{
	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	return 0;
}

static enum status resume(uint64_t handle)
{
	return sk_fake_call(VTL_CALL_RESUME, handle, NULL);
}

/* A call that waits for an answer; its handle. */
static uint64_t asked(uint64_t page, const char *script)
{
	const struct vtl_message *message = sk_fake_page(page);
	uint64_t handle;

	assert_int_equal(sk_fake_send(page, SERVICE_ECHO, script, &handle),
			 STATUS_OUTSIDE);
	assert_int_equal(message->status, STATUS_OUTSIDE);
	assert_int_equal(message->out_bytes, 4);
	assert_string_equal((const char *)message->data, "ask");
	return handle;
}

static void answer(uint64_t page, const char *words)
{
	struct vtl_message *message = sk_fake_page(page);

	message->in_bytes = (uint32_t)strlen(words) + 1;
	strcpy((char *)message->data, words);
}

static void answered(void **unused)
{
	const struct vtl_message *message = sk_fake_page(PAGE);
	uint64_t handle = asked(PAGE, "t");

	(void)unused;
	answer(PAGE, "yes");
	assert_int_equal(resume(handle), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_OK);
	assert_int_equal(sk_fake.answer_bytes, 4);
	assert_string_equal((const char *)sk_fake.answer, "yes");
	assert_int_equal(message->status, STATUS_OK);
	assert_memory_equal(message->data, "done", 4);
	assert_int_equal(resume(handle), STATUS_NOT_FOUND);
	sk_fake_check_rest();
}

/* The head is VTL0's again while it answers: nothing of it is read. */
static void nothing_but_the_answer_is_read(void **unused)
{
	uint64_t handle = asked(PAGE, "ti");
	struct vtl_message *message = sk_fake_page(PAGE);
	struct vtl_message *thread =
		&state.threads[handle % THREADS_MAX].message;

	(void)unused;
	memset(message, 0xff, offsetof(struct vtl_message, data));
	answer(PAGE, "yes");
	assert_int_equal(resume(handle), STATUS_INTERRUPTED);
	assert_int_equal(thread->service, SERVICE_ECHO);
	assert_int_equal(thread->method, SK_FAKE_METHOD);
	assert_int_equal(resume(handle), STATUS_OK);
	sk_fake_check_rest();
}

static void asked_twice_and_within_a_call(void **unused)
{
	uint64_t handle = asked(PAGE, "tc2(t)t");

	(void)unused;
	for (unsigned i = 0; i < 2; i++) {
		answer(PAGE, i == 0 ? "one" : "two");
		assert_int_equal(resume(handle), STATUS_OUTSIDE);
		assert_string_equal((const char *)sk_fake.answer,
				    i == 0 ? "one" : "two");
	}
	answer(PAGE, "end");
	assert_int_equal(resume(handle), STATUS_OK);
	assert_string_equal((const char *)sk_fake.answer, "end");
	sk_fake_check_rest();
}

static void an_answer_that_is_none(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);
	uint64_t handle;

	(void)unused;
	handle = asked(PAGE, "t");
	message->in_bytes = VTL_MESSAGE_DATA_BYTES + 1;
	assert_int_equal(resume(handle), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_BUSY);

	handle = asked(PAGE, "t");
	message->in_bytes = 0;
	assert_int_equal(resume(handle), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_BUSY);

	handle = asked(PAGE, "t");
	sk_fake_rights(PAGE, 0);
	assert_int_equal(resume(handle), STATUS_DENIED);
	assert_int_equal(sk_fake.last_rax, STATUS_BUSY);
	sk_fake_rights(PAGE, HV_MAP_GPA_READABLE | HV_MAP_GPA_WRITABLE);
	sk_fake_check_rest();
}

/* VTL0 takes its own page away before it can be asked. */
static void page_lost(void)
{
	sk_fake_rights(PAGE, HV_MAP_GPA_READABLE);
}

static void a_page_that_cannot_be_written(void **unused)
{
	(void)unused;
	sk_fake.pause = page_lost;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "pt", NULL),
			 STATUS_DENIED);
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_BUSY);
	sk_fake_check_rest();
}

/* The driver is gone before VTL1 can ask it. */
static void adopted(void)
{
	sk_fake_cpu(1);
	(void)sk_fake_call(VTL_CALL_ADOPT, 0, NULL);
	sk_fake_cpu(0);
}

static void cancelled_before_it_asks(void **unused)
{
	struct vtl_message *message = sk_fake_message(PAGE, SERVICE_ECHO, "pt");
	struct vtl_message before = *message;

	(void)unused;
	sk_fake.pause = adopted;
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_NOT_FOUND);
	assert_memory_equal(message, &before, sizeof(before));
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_BUSY);
	sk_fake_check_rest();
}

static void cancelled(void **unused)
{
	uint64_t handle = asked(PAGE, "t");

	(void)unused;
	assert_int_equal(sk_fake_call(VTL_CALL_CANCEL, handle, NULL),
			 STATUS_OK);
	assert_int_equal(resume(handle), STATUS_NOT_FOUND);
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_BUSY);
	sk_fake_check_rest();
}

/* All places are taken by calls that wait: a newcomer does not. */
static void helped(void **unused)
{
	uint64_t handle[3];

	(void)unused;
	for (unsigned i = 0; i < ARRAY_COUNT(handle); i++) {
		handle[i] = asked(PAGE + i, "t");
	}
	assert_int_equal(sk_fake_ask(PAGE + 3, SERVICE_ECHO, ""), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_BUSY);
	for (unsigned i = 0; i < ARRAY_COUNT(handle); i++) {
		answer(PAGE + i, "yes");
		assert_int_equal(resume(handle[i]), STATUS_OK);
	}
	sk_fake_check_rest();
}

static void who_may_not_ask(void **unused)
{
	(void)unused;
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_AUDIT, "t"), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_DENIED);
	sk_fake_reset();
	sk_fake.start_script[SERVICE_ECHO] = "t"; /* there is no VTL0 */
	assert_int_equal(sk_fake_start(), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_DENIED);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_ECHO, "T"), STATUS_CRASHED);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_ECHO, "u"), STATUS_CRASHED);
	sk_fake_check_rest();
}

static void a_crash_while_it_waits(void **unused)
{
	uint64_t handle = asked(PAGE, "t");

	(void)unused;
	assert_int_equal(sk_fake_ask(PAGE2, SERVICE_ECHO, "f"), STATUS_CRASHED);
	answer(PAGE, "yes");
	assert_int_equal(resume(handle), STATUS_CRASHED);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_ECHO, ""), STATUS_OK);
	sk_fake_check_rest();
}

/* --- the root secret -------------------------------------------------------------- */

static void anchored_once(void **unused)
{
	uint8_t before[SERVICE_ROOT_BYTES], after[SERVICE_ROOT_BYTES];

	(void)unused;
	root_derive(SERVICE_KEYRING, before);
	assert_int_equal(state.root.verdict, ROOT_VERDICT_NONE);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_ECHO, "o"), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_DENIED);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_ROOT, "o"), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_OK);
	assert_int_equal(state.root.verdict, ROOT_VERDICT_MADE);
	root_derive(SERVICE_KEYRING, after);
	assert_memory_not_equal(before, after, sizeof(before));
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_ROOT, "o"), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_CONFLICT);
}

/* Nobody gets a secret too early, nobody sets the root too late. */
static void each_at_its_time(void **unused)
{
	struct service *keyring = service_find(SERVICE_KEYRING);
	uint64_t handle;

	(void)unused;
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_KEYRING, ""), STATUS_DENIED);
	assert_int_equal(keyring->state, SERVICE_STATE_LOADED);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ROOT, "to", &handle),
			 STATUS_OUTSIDE);
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL), STATUS_OK);
	assert_int_equal(keyring->state, SERVICE_STATE_RUNNING);
	answer(PAGE, "yes");
	assert_int_equal(resume(handle), STATUS_NOT_FOUND);
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_CONFLICT);
	assert_int_equal(state.root.verdict, ROOT_VERDICT_NONE);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_ROOT, ""), STATUS_DENIED);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_KEYRING, ""), STATUS_OK);
	sk_fake_check_rest();
}

static void the_launch_ends_between_interrupts(void **unused)
{
	(void)unused;
	sk_fake_reset();
	sk_fake.start_script[SERVICE_KEYRING] = "ii";
	assert_int_equal(sk_fake_start(), STATUS_OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL),
				 STATUS_INTERRUPTED);
		assert_false(atomic_load(&state.launched));
	}
	assert_int_equal(sk_fake_call(VTL_CALL_LAUNCHED, 0, NULL), STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(answered, start),
		cmocka_unit_test_setup(nothing_but_the_answer_is_read, start),
		cmocka_unit_test_setup(asked_twice_and_within_a_call, start),
		cmocka_unit_test_setup(an_answer_that_is_none, start),
		cmocka_unit_test_setup(a_page_that_cannot_be_written, start),
		cmocka_unit_test_setup(cancelled, start),
		cmocka_unit_test_setup(cancelled_before_it_asks, start),
		cmocka_unit_test_setup(helped, start),
		cmocka_unit_test_setup(who_may_not_ask, start),
		cmocka_unit_test_setup(a_crash_while_it_waits, start),
		cmocka_unit_test_setup(anchored_once, start),
		cmocka_unit_test_setup(each_at_its_time, start),
		cmocka_unit_test_setup(the_launch_ends_between_interrupts,
				       start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
