/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads: interrupted, resumed, helped, cancelled, drained. A second CPU
 * acts while the first is in ring 3 (step p of a script).
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

static uint64_t first;	  /* a handle that steps on CPU 1 work with */
static enum status other; /* what CPU 1 got */

static int start(void **unused)
{
	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	return 0;
}

static enum status call(enum vtl_call number, uint64_t argument)
{
	return sk_fake_call(number, argument, NULL);
}

/* The state of the thread that a handle names. */
static enum thread_state state_of(uint64_t handle)
{
	return state.threads[handle % THREADS_MAX].state;
}

static void interrupted_and_resumed(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);
	uint64_t handle;
	uint64_t again;

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "iii", &handle),
			 STATUS_INTERRUPTED);
	assert_int_not_equal(handle, 0);
	message->service = 0; /* nobody reads the page again */
	sk_fake_cpu(1);
	assert_int_equal(sk_fake_call(VTL_CALL_RESUME, handle, &again),
			 STATUS_INTERRUPTED);
	assert_int_equal(again, handle);
	assert_int_equal(sk_fake_finish(STATUS_INTERRUPTED, handle), STATUS_OK);
	assert_int_equal(message->service, SERVICE_ECHO);
	assert_memory_equal(message->data, "done", 4);
	assert_int_equal(call(VTL_CALL_RESUME, handle), STATUS_NOT_FOUND);
	sk_fake_check_rest();
}

static void handles_that_are_none(void **unused)
{
	uint64_t handle;

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "i", &handle),
			 STATUS_INTERRUPTED);
	for (unsigned i = 0; i < 64; i++) {
		uint64_t wrong = handle ^ UINT64_C(1) << i;

		assert_int_equal(call(VTL_CALL_RESUME, wrong),
				 STATUS_NOT_FOUND);
		assert_int_equal(call(VTL_CALL_CANCEL, wrong),
				 STATUS_NOT_FOUND);
	}
	assert_int_equal(call(VTL_CALL_RESUME, 0), STATUS_NOT_FOUND);
	assert_int_equal(call(VTL_CALL_RESUME, UINT64_MAX), STATUS_NOT_FOUND);
	assert_int_equal(call(VTL_CALL_RESUME, handle), STATUS_OK);
}

static void handles_differ(void **unused)
{
	uint64_t last = 0;

	(void)unused;
	for (unsigned i = 0; i < 100; i++) {
		uint64_t handle;

		assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "i", &handle),
				 STATUS_INTERRUPTED);
		assert_true(handle > last);
		last = handle;
		assert_int_equal(call(VTL_CALL_RESUME, handle), STATUS_OK);
	}
}

/* Never resumed: the bound bites, and the audit service can still start. */
static void bound(void **unused)
{
	uint64_t handle[THREADS_VTL0];
	unsigned count = 0;

	(void)unused;
	sk_fake.put_script = "ii";
	for (; count < THREADS_VTL0; count++) {
		assert_int_equal(
			sk_fake_send(PAGE, SERVICE_ECHO, "i", &handle[count]),
			STATUS_INTERRUPTED);
	}
	/* The service has three places: each newcomer has helped another. */
	assert_int_equal(state_of(handle[0]), THREAD_DONE);
	assert_int_equal(state_of(handle[THREADS_VTL0 - 1]), THREAD_PREEMPTED);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "", NULL),
			 STATUS_BUSY);
	assert_true(state.events.queue[0].kind_count[EVENT_CALLS_BOUND] > 0);
	assert_int_equal(call(VTL_CALL_CANCEL, handle[0]), STATUS_OK);
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_AUDIT, ""), STATUS_OK);
	assert_int_equal(sk_fake_events(EVENT_CALLS_BOUND), 1);
	for (count = 1; count < THREADS_VTL0; count++) {
		assert_int_equal(call(VTL_CALL_RESUME, handle[count]),
				 STATUS_OK);
	}
	sk_fake_check_rest();
}

/* --- helping ---------------------------------------------------------------------- */

/* The audit service has one place, and a preempted thread in it. */
static void helped_to_its_end(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);

	(void)unused;
	assert_int_equal(sk_fake_ask(PAGE, SERVICE_AUDIT, ""), STATUS_OK);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "i", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_AUDIT, "", NULL),
			 STATUS_OK);
	assert_int_equal(state_of(first), THREAD_DONE);
	assert_int_equal(message->out_bytes, 0); /* its owner gets it */
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_OK);
	assert_int_equal(message->out_bytes, 4);
	sk_fake_check_rest();
}

/* The helper is interrupted itself; both go on. */
static void helper_interrupted(void **unused)
{
	uint64_t second;

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "iii", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_AUDIT, "", &second),
			 STATUS_INTERRUPTED);
	assert_int_equal(state_of(first), THREAD_PREEMPTED);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_RESUME, second), STATUS_OK);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_OK);
	sk_fake_check_rest();
}

static void send_on_other_cpu(void)
{
	sk_fake_cpu(1);
	other = sk_fake_send(PAGE2, SERVICE_AUDIT, "", NULL);
	sk_fake_cpu(0);
}

/* The holder runs on another CPU: nothing to help. */
static void busy(void **unused)
{
	(void)unused;
	sk_fake.pause = send_on_other_cpu;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "p", NULL),
			 STATUS_OK);
	assert_int_equal(other, STATUS_BUSY);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_AUDIT, "", NULL),
			 STATUS_OK);
	sk_fake_check_rest();
}

static void resume_on_other_cpu(void)
{
	sk_fake_cpu(1);
	other = sk_fake_call(VTL_CALL_RESUME, first, NULL);
	sk_fake_cpu(0);
}

/* Resumed twice at once: the second is refused. Helped: to be asked again. */
static void resumed_twice(void **unused)
{
	(void)unused;
	sk_fake.pause = resume_on_other_cpu;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "ip", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_OK);
	assert_int_equal(other, STATUS_CONFLICT);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "ip", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_AUDIT, "", NULL),
			 STATUS_OK);
	assert_int_equal(other, STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_OK);
	sk_fake_check_rest();
}

/* A call of a service waits for a place, over several interrupts. */
static void nested_call_helps(void **unused)
{
	uint64_t second;

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "iii", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_ECHO, "c1(i)", &second),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_finish(STATUS_INTERRUPTED, second), STATUS_OK);
	assert_int_equal(sk_fake.last_rax, STATUS_OK);
	assert_int_equal(state_of(first), THREAD_DONE);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_OK);
	sk_fake_check_rest();
}

/* Help ends where the service is left: what follows is not the helper's. */
static void help_ends_early(void **unused)
{
	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "c1(i)i", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_AUDIT, "", NULL),
			 STATUS_OK);
	assert_int_equal(state_of(first), THREAD_PREEMPTED);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_OK);
	sk_fake_check_rest();
}

/* --- cancelled ---------------------------------------------------------------------- */

static void cancelled(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);

	(void)unused;
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_OK);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "ii", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_CANCEL, first), STATUS_OK);
	assert_int_equal(call(VTL_CALL_CANCEL, first), STATUS_NOT_FOUND);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_NOT_FOUND);
	memset(message, 0, sizeof(*message));
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_OK);
	assert_int_equal(message->out_bytes, 0);
	sk_fake_check_rest();
}

static void cancel_on_other_cpu(void)
{
	sk_fake_cpu(1);
	other = sk_fake_call(VTL_CALL_CANCEL, first, NULL);
	sk_fake_cpu(0);
}

/* Cancelled while it runs: its reply goes nowhere. */
static void cancelled_while_running(void **unused)
{
	struct vtl_message *message = sk_fake_page(PAGE);

	(void)unused;
	sk_fake.pause = cancel_on_other_cpu;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "ip", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_NOT_FOUND);
	assert_int_equal(other, STATUS_OK);
	assert_int_equal(message->out_bytes, 0);
	sk_fake_check_rest();
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "ipi", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_RESUME, first), STATUS_NOT_FOUND);
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_OK);
	sk_fake_check_rest();
}

static void drain_on_other_cpu(void)
{
	sk_fake_cpu(1);
	other = sk_fake_call(VTL_CALL_DRAIN, 0, NULL);
	sk_fake_cpu(0);
}

static void drained_elsewhere(void **unused)
{
	(void)unused;
	sk_fake.pause = drain_on_other_cpu;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "ip", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_CANCEL, first), STATUS_OK);
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_OK);
	assert_int_equal(other, STATUS_BUSY);
}

/* Cancelled before its delivery, or when it is done: nothing is left. */
/*
 * Of threads that nobody resumes each gets its turn: one that spins in ring 3
 * until another lets go of a lock would never end otherwise.
 */
static void drained_in_turn(void **unused)
{
	uint64_t spinner;
	uint64_t holder;

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "iiiiiiii", &spinner),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_ECHO, "ii", &holder),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_ADOPT, 0), STATUS_OK);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_INTERRUPTED);
	}
	assert_int_equal(state_of(holder), THREAD_FREE);
	assert_int_equal(state_of(spinner), THREAD_PREEMPTED);
	while (call(VTL_CALL_DRAIN, 0) == STATUS_INTERRUPTED) {
	}
	sk_fake_check_rest();
}

/* The same of those that are in a newcomer's way. */
static void helped_in_turn(void **unused)
{
	uint64_t spinner;
	uint64_t others[2];
	uint64_t handle;

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "iiiiiiii", &spinner),
			 STATUS_INTERRUPTED);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(
			sk_fake_send(PAGE, SERVICE_ECHO, "i", &others[i]),
			STATUS_INTERRUPTED);
	}
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_ECHO, "", &handle),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_RESUME, handle), STATUS_OK);
	assert_int_equal(state_of(spinner), THREAD_PREEMPTED);
	assert_int_equal(state_of(others[0]), THREAD_DONE);
	assert_int_equal(sk_fake_finish(STATUS_INTERRUPTED, spinner),
			 STATUS_OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(call(VTL_CALL_RESUME, others[i]), STATUS_OK);
	}
	sk_fake_check_rest();
}

static void cancelled_outside(void **unused)
{
	uint64_t second;

	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "ii", &first),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_AUDIT, "", &second),
			 STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_CANCEL, second), STATUS_OK);
	assert_int_equal(state_of(second), THREAD_FREE);
	assert_int_equal(sk_fake_send(PAGE2, SERVICE_AUDIT, "", NULL),
			 STATUS_OK);
	assert_int_equal(state_of(first), THREAD_DONE);
	assert_int_equal(call(VTL_CALL_CANCEL, first), STATUS_OK);
	sk_fake_check_rest();
}

static void adopted(void **unused)
{
	uint64_t handle[3];
	uint64_t count;

	(void)unused;
	for (unsigned i = 0; i < ARRAY_COUNT(handle); i++) {
		assert_int_equal(
			sk_fake_send(PAGE, SERVICE_ECHO, "i", &handle[i]),
			STATUS_INTERRUPTED);
	}
	assert_int_equal(sk_fake_call(VTL_CALL_ADOPT, 0, &count), STATUS_OK);
	assert_int_equal(count, 3);
	for (unsigned i = 0; i < ARRAY_COUNT(handle); i++) {
		assert_int_equal(call(VTL_CALL_RESUME, handle[i]),
				 STATUS_NOT_FOUND);
	}
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_INTERRUPTED);
	assert_int_equal(call(VTL_CALL_DRAIN, 0), STATUS_OK);
	sk_fake_check_rest();
	assert_int_equal(sk_fake_call(VTL_CALL_ADOPT, 0, &count), STATUS_OK);
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(interrupted_and_resumed, start),
		cmocka_unit_test_setup(handles_that_are_none, start),
		cmocka_unit_test_setup(handles_differ, start),
		cmocka_unit_test_setup(bound, start),
		cmocka_unit_test_setup(helped_to_its_end, start),
		cmocka_unit_test_setup(helper_interrupted, start),
		cmocka_unit_test_setup(busy, start),
		cmocka_unit_test_setup(resumed_twice, start),
		cmocka_unit_test_setup(nested_call_helps, start),
		cmocka_unit_test_setup(help_ends_early, start),
		cmocka_unit_test_setup(cancelled, start),
		cmocka_unit_test_setup(cancelled_while_running, start),
		cmocka_unit_test_setup(drained_elsewhere, start),
		cmocka_unit_test_setup(drained_in_turn, start),
		cmocka_unit_test_setup(helped_in_turn, start),
		cmocka_unit_test_setup(cancelled_outside, start),
		cmocka_unit_test_setup(adopted, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
