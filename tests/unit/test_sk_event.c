/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events: in order and whole to the audit service, counted when they are not,
 * and the first of each kind in any flood.
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "sk/core/run.h"
#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/unit/unit.h"

#define PAGE	 SK_FAKE_RAM_FIRST
#define AT_START 4u /* VTL1, and three services */

static int start(void **unused)
{
	(void)unused;
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	return 0;
}

static enum status audit(void)
{
	return sk_fake_ask(PAGE, SERVICE_AUDIT, "");
}

static void of_the_start(void **unused)
{
	(void)unused;
	assert_int_equal(sk_fake.put_count, 0);
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake.put_count, AT_START);
	assert_int_equal(sk_fake.put[0].kind, EVENT_VTL1_STARTED);
	assert_int_equal(sk_fake.put[0].a, SK_FAKE_CPUS);
	assert_int_equal(sk_fake.put[0].number, 1);
	assert_int_equal(sk_fake.put[1].kind, EVENT_SERVICE_STARTED);
	assert_int_equal(sk_fake.put[1].a, SERVICE_AUDIT);
	assert_int_equal(sk_fake.put_source[1], AUDIT_SOURCE_SECURE_KERNEL);
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake.put_count, AT_START);
}

static void of_the_hypervisor(void **unused)
{
	(void)unused;
	assert_int_equal(audit(), STATUS_OK);
	sk_fake.pending[0] = (struct event){.number = 9, .kind = EVENT_RESET};
	sk_fake.pending_count = 1;
	sk_fake.pending_lost = 4;
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake.put_count, AT_START + 2);
	assert_int_equal(sk_fake.put[AT_START].kind, EVENT_RING_LOST);
	assert_int_equal(sk_fake.put[AT_START].b, 4);
	assert_int_equal(sk_fake.put_source[AT_START], AUDIT_SOURCE_HYPERVISOR);
	assert_int_equal(sk_fake.put[AT_START + 1].number, 9);
	assert_int_equal(event_lost(), 4);
}

/* As many as one call of the hypervisor gives. */
static void many_of_the_hypervisor(void **unused)
{
	(void)unused;
	assert_int_equal(audit(), STATUS_OK);
	for (unsigned i = 0; i < HV_EVENTS_MAX; i++) {
		sk_fake.pending[i] =
			(struct event){.number = i, .kind = EVENT_RESET};
	}
	sk_fake.pending_count = HV_EVENTS_MAX;
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake.put_count, AT_START + HV_EVENTS_MAX);
	for (unsigned i = 0; i < HV_EVENTS_MAX; i++) {
		assert_int_equal(sk_fake.put[AT_START + i].number, i);
	}
}

static void of_services(void **unused)
{
	(void)unused;
	assert_int_equal(sk_fake_send(PAGE, SERVICE_ECHO, "ee", NULL),
			 STATUS_OK);
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake_events(EVENT_INTERCEPT), 2);
	assert_int_equal(sk_fake.put_source[sk_fake.put_count - 1],
			 AUDIT_SOURCE_SERVICE + SERVICE_ECHO);
}

/* More than a batch holds arrives in several. */
static void several_batches(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < EVENT_QUEUE_SHARED - AT_START; i++) {
		event_note(EVENT_INTERCEPT, i, 0);
		event_put(SERVICE_ECHO, EVENT_INTERCEPT, i, 0);
	}
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake.put_count,
			 AT_START + 2 * (EVENT_QUEUE_SHARED - AT_START));
	assert_int_equal(event_lost(), 0);
	for (unsigned i = 0; i + 1 < EVENT_QUEUE_SHARED; i++) {
		assert_int_equal(sk_fake.put[i].number, i + 1);
	}
}

/* A flood: counted, and every kind that had not been told still is. */
static void flood(void **unused)
{
	uint64_t told = 0;

	(void)unused;
	for (unsigned i = 0; i < 1000; i++) {
		event_note(EVENT_CALL_DENIED, i, 0);
	}
	event_note(EVENT_LAUNCHED, 0, 0);
	event_put(SERVICE_ECHO, EVENT_INTERCEPT, 0, 0);
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake_events(EVENT_LAUNCHED), 1);
	assert_int_equal(sk_fake_events(EVENT_INTERCEPT), 1);
	assert_int_equal(sk_fake_events(EVENT_RING_LOST), 1);
	for (unsigned i = 0; i < sk_fake.put_count; i++) {
		if (sk_fake.put[i].kind == EVENT_RING_LOST) {
			told = sk_fake.put[i].b;
		}
	}
	assert_int_equal(sk_fake_events(EVENT_CALL_DENIED) + told, 1000);
	assert_int_equal(event_lost(), told);
}

/* A batch that did not arrive is given again. */
static void audit_crashes_on_it(void **unused)
{
	(void)unused;
	sk_fake.put_script = "f";
	assert_int_equal(audit(), STATUS_NOT_FOUND);
	assert_int_equal(state.services[SERVICE_AUDIT].state,
			 SERVICE_STATE_STOPPED);
	assert_int_equal(sk_fake.put_count, 0);
	/* stopped: what happens waits, the first of each kind for certain */
	for (unsigned i = 0; i < 200; i++) {
		event_note(EVENT_CALL_DENIED, i, 0);
	}
	assert_true(state.events.queue[0].kind_count[EVENT_SERVICE_CRASHED] >
		    0);
	assert_int_equal(state.events.batch.entry[0].event.kind,
			 EVENT_VTL1_STARTED);
}

static void audit_refuses_it(void **unused)
{
	(void)unused;
	sk_fake.put_script = "r";
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake.put_count, 0);
	sk_fake.put_script = "";
	assert_int_equal(audit(), STATUS_OK);
	assert_int_equal(sk_fake.put_count, AT_START);
}

/* PUT is interrupted: the caller's message waits behind it. */
static void put_interrupted(void **unused)
{
	uint64_t handle;

	(void)unused;
	sk_fake.put_script = "ii";
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "", &handle),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_call(VTL_CALL_RESUME, handle, NULL),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_call(VTL_CALL_RESUME, handle, NULL),
			 STATUS_OK);
	assert_int_equal(sk_fake.put_count, AT_START);
	sk_fake_check_rest();
	event_note(EVENT_INTERCEPT, 0, 0);
	assert_int_equal(sk_fake_send(PAGE, SERVICE_AUDIT, "", &handle),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_call(VTL_CALL_CANCEL, handle, NULL),
			 STATUS_OK);
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL),
			 STATUS_INTERRUPTED);
	assert_int_equal(sk_fake_call(VTL_CALL_DRAIN, 0, NULL), STATUS_OK);
	assert_int_equal(sk_fake.put_count, AT_START + 1);
	sk_fake_check_rest();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(of_the_start, start),
		cmocka_unit_test_setup(of_the_hypervisor, start),
		cmocka_unit_test_setup(many_of_the_hypervisor, start),
		cmocka_unit_test_setup(of_services, start),
		cmocka_unit_test_setup(several_batches, start),
		cmocka_unit_test_setup(flood, start),
		cmocka_unit_test_setup(audit_crashes_on_it, start),
		cmocka_unit_test_setup(audit_refuses_it, start),
		cmocka_unit_test_setup(put_interrupted, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
