/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random calls against a model, first on one CPU, then on four threads at
 * once. The model knows for each handle whether it is good, whether its
 * service has crashed since, and that its page changes only with STATUS_OK.
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle -lpthread
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/unit/unit.h"

#define OPERATIONS 15000u
#define SENTINEL   0x5eed5eedu
#define RACERS	   4u
#define RACES	   400u

struct call {
	uint64_t handle; /* 0: nothing is under way with this page */
	uint32_t service;
	bool cancelled;
	uint64_t restarts; /* of the service when it was sent */
};

static struct call calls[SK_FAKE_RAM_COUNT];
static uint64_t chance;

static const char *const scripts[] = {"",     "i",    "ii",	"iiii",
				      "e",    "ixe",  "c1(i)",	"ic1(ii)i",
				      "c2()", "c1()", "c1(e)i", "r"};
static const char *const crashes[] = {"f", "if", "s", "iw", "c1(if)"};

static uint64_t below(uint64_t bound)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance % bound;
}

static uint64_t environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

static struct vtl_message *page_of(const struct call *call)
{
	return sk_fake_page(SK_FAKE_RAM_FIRST + (uint64_t)(call - calls));
}

static unsigned threads_taken(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < THREADS_VTL0; i++) {
		count += state.threads[i].state != THREAD_FREE;
	}
	return count;
}

/* What came of a message or of its resumption. */
static void judge(struct call *call, enum status status, uint64_t handle)
{
	const struct vtl_message *page = page_of(call);

	if (status == STATUS_INTERRUPTED) {
		assert_true(call->handle == 0 || call->handle == handle);
		call->handle = handle;
		assert_int_equal(page->status, SENTINEL);
		return;
	}
	call->handle = 0;
	if (status == STATUS_OK) {
		assert_true(page->status == STATUS_OK ||
			    page->status == STATUS_CONFLICT);
		assert_memory_equal(page->data, "done", 4);
		return;
	}
	assert_int_equal(page->status, SENTINEL);
	if (status == STATUS_CRASHED) {
		assert_true(state.services[call->service].restarts >
			    call->restarts);
	} else if (status == STATUS_NOT_FOUND) {
		assert_int_equal(state.services[call->service].state,
				 SERVICE_STATE_STOPPED);
	} else {
		assert_int_equal(status, STATUS_BUSY);
	}
}

static void send(struct call *call)
{
	const char *script = below(12) == 0
				     ? crashes[below(ARRAY_COUNT(crashes))]
				     : scripts[below(ARRAY_COUNT(scripts))];
	bool full = threads_taken() == THREADS_VTL0;
	enum status status;
	uint64_t handle;

	*call = (struct call){.service = below(4) == 0 ? SERVICE_AUDIT
						       : SERVICE_ECHO};
	call->restarts = state.services[call->service].restarts;
	sk_fake_message(SK_FAKE_RAM_FIRST + (uint64_t)(call - calls),
			call->service, script)
		->status = SENTINEL;
	status = sk_fake_call(VTL_CALL_MESSAGE,
			      (SK_FAKE_RAM_FIRST + (uint64_t)(call - calls)) *
				      PAGE_BYTES,
			      &handle);
	assert_true(!full || status == STATUS_BUSY);
	judge(call, status, handle);
}

static void resume(struct call *call)
{
	uint64_t handle;
	enum status status;

	status = sk_fake_call(VTL_CALL_RESUME, call->handle, &handle);
	if (call->cancelled) {
		assert_int_equal(status, STATUS_NOT_FOUND);
		assert_int_equal(page_of(call)->status, SENTINEL);
		call->handle = 0;
	} else {
		judge(call, status, handle);
	}
}

static void cancel(struct call *call)
{
	assert_int_equal(sk_fake_call(VTL_CALL_CANCEL, call->handle, NULL),
			 call->cancelled ? STATUS_NOT_FOUND : STATUS_OK);
	call->cancelled = true;
}

static void adopt(void)
{
	uint64_t expected = 0;
	uint64_t count;

	for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
		expected += calls[i].handle != 0 && !calls[i].cancelled;
		calls[i].cancelled = calls[i].handle != 0;
	}
	assert_int_equal(sk_fake_call(VTL_CALL_ADOPT, 0, &count), STATUS_OK);
	assert_int_equal(count, expected);
}

static void drain_all(void)
{
	enum status status;

	do {
		status = sk_fake_call(VTL_CALL_DRAIN, 0, NULL);
	} while (status == STATUS_INTERRUPTED);
	assert_int_equal(status, STATUS_OK);
}

static void step(void)
{
	struct call *call = &calls[below(ARRAY_COUNT(calls))];
	uint64_t choice = below(100);

	sk_fake_cpu((uint32_t)below(SK_FAKE_CPUS));
	if (call->handle == 0) {
		send(call);
	} else if (choice < 70) {
		resume(call);
	} else if (choice < 80) {
		cancel(call);
	} else if (choice == 99) {
		adopt();
	} else {
		assert_true(sk_fake_call(VTL_CALL_DRAIN, 0, NULL) !=
			    STATUS_BUSY);
	}
}

/* Now and then everything is finished, and a stopped service begun anew. */
static void begin_anew(void)
{
	adopt();
	drain_all();
	sk_fake_check_rest();
	memset(calls, 0, sizeof(calls));
	sk_fake_reset();
	sk_fake.start_script[SERVICE_ECHO] = below(2) == 0 ? "i" : "";
	sk_fake.put_script = below(2) == 0 ? "i" : "";
	assert_int_equal(sk_fake_start(), STATUS_OK);
}

static void random_calls(void **unused)
{
	uint64_t count = environment("RANDOM_OPERATIONS", OPERATIONS);

	(void)unused;
	chance = environment("RANDOM_SEED", 20231) | 1;
	print_message("seed %llu\n", (unsigned long long)chance);
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	for (uint64_t i = 0; i < count; i++) {
		if (i % 500 == 499) {
			begin_anew();
		}
		step();
	}
	begin_anew();
}

/* --- four at once ---------------------------------------------------------------- */

static void yield(void)
{
	sched_yield();
}

struct racer {
	pthread_t thread;
	uint32_t cpu;
	unsigned good;
	unsigned wrong;
};

static void race_once(struct racer *racer, unsigned round)
{
	static const char *const racing[] = {
		"p", "ip", "c1(p)", "pe", "ic1(i)p", "px", "pf", "",
	};
	uint64_t page = SK_FAKE_RAM_FIRST + racer->cpu;
	/* a crash is rare, and never five times in a row without a reply */
	unsigned which = round % 97 == racer->cpu ? 6 : round % 6;
	const struct vtl_message *message = sk_fake_page(page);
	uint64_t handle;
	enum status status;

	do {
		/* as a driver does: or the cancelled ones fill the table */
		(void)sk_fake_call(VTL_CALL_DRAIN, 0, NULL);
		sched_yield();
		status = sk_fake_send(
			page, round % 5 == 0 ? SERVICE_AUDIT : SERVICE_ECHO,
			round % 5 == 0 ? "p" : racing[which], &handle);
	} while (status == STATUS_BUSY);
	if (status == STATUS_INTERRUPTED && round % 11 == 0) {
		status = sk_fake_call(VTL_CALL_CANCEL, handle, NULL);
		racer->wrong += status != STATUS_OK;
		(void)sk_fake_call(VTL_CALL_DRAIN, 0, NULL);
		return;
	}
	status = sk_fake_finish(status, handle);
	if (status == STATUS_OK) {
		racer->good++;
		racer->wrong += memcmp(message->data, "done", 4) != 0;
	} else {
		racer->wrong += status != STATUS_BUSY &&
				status != STATUS_CRASHED &&
				status != STATUS_NOT_FOUND;
	}
}

static void *race(void *argument)
{
	struct racer *racer = argument;

	sk_fake_cpu(racer->cpu);
	for (unsigned round = 0; round < RACES; round++) {
		race_once(racer, round);
	}
	return NULL;
}

static void random_races(void **unused)
{
	struct racer racers[RACERS] = {0};

	(void)unused;
	sk_fake_reset();
	sk_fake.pause = yield;
	assert_int_equal(sk_fake_start(), STATUS_OK);
	for (uint32_t i = 0; i < RACERS; i++) {
		racers[i].cpu = i;
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race,
						&racers[i]),
				 0);
	}
	for (uint32_t i = 0; i < RACERS; i++) {
		pthread_join(racers[i].thread, NULL);
		assert_int_equal(racers[i].wrong, 0);
		assert_true(racers[i].good > RACES / 10);
	}
	(void)sk_fake_call(VTL_CALL_ADOPT, 0, NULL);
	drain_all();
	sk_fake_check_rest();
	assert_true(sk_fake.deepest > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_calls),
		cmocka_unit_test(random_races),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
