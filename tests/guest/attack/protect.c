// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protection that changes while CPUs run, by the test image's calls:
 * "protect_race CPU ROUNDS". A thread on that CPU writes to a page without
 * pause; once the call has returned no further write may land. Called by
 * main.c.
 */
#include "attack.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "hv/x86/call_test.h"

/* enum of hv/core/machine.h */
#define ACCESS_NONE 0
#define ACCESS_READ 1
#define ACCESS_ALL  15
#define PATIENCE_MS 5000

static u64 *page;
static u64 landed, refused;

static int write_on(void *unused)
{
	while (!kthread_should_stop()) {
		int fault;

		asm volatile(TRY("lock incq (%[at])")
			     : "=a"(fault)
			     : [at] "r"(page)
			     : "memory", "cc");
		if (fault == NO_FAULT) {
			WRITE_ONCE(landed, landed + 1);
		} else {
			WRITE_ONCE(refused, refused + 1);
		}
		cond_resched();
	}
	return 0;
}

static bool try_read(u64 *value)
{
	int fault;

	asm volatile(TRY("movq (%[at]), %[value]")
		     : "=a"(fault), [value] "+&r"(*value)
		     : [at] "r"(page));
	return fault == NO_FAULT;
}

static u64 access_set(u64 access)
{
	u64 status = ~0ull;

	hypervisor_call(CALL_TEST_ACCESS, virt_to_phys(page), access, &status);
	return status;
}

/* Whether the writer counts on; the host may have put it aside meanwhile. */
static bool counts_on(const u64 *counter)
{
	u64 old = READ_ONCE(*counter);
	unsigned int i;

	for (i = 0; i < PATIENCE_MS && READ_ONCE(*counter) == old; i++) {
		msleep(1);
	}
	return i < PATIENCE_MS;
}

/* Why a round went wrong, or NULL. */
static const char *round_run(void)
{
	u64 before = 0, after = 0;

	if (access_set(ACCESS_READ) != 0) {
		return "the call is refused";
	}
	if (!try_read(&before)) {
		return "a page that may be read is not";
	}
	if (!counts_on(&refused)) {
		return "nobody was refused";
	}
	if (!try_read(&after) || after != before) {
		return "a write has landed in a read-only page";
	}
	if (access_set(ACCESS_NONE) != 0 || try_read(&after)) {
		return "a page that is gone is read";
	}
	if (!counts_on(&refused)) {
		return "nobody was refused";
	}
	if (access_set(ACCESS_READ) != 0 || !try_read(&after) ||
	    after != before) {
		return "a write has landed in a page that was gone";
	}
	if (access_set(ACCESS_ALL) != 0) {
		return "the call is refused";
	}
	return counts_on(&landed) ? NULL : "rights do not come back";
}

void attack_protect_race(const struct command *command)
{
	u64 rounds = command_number(command, 2);
	const char *wrong = NULL;
	struct task_struct *writer;
	u64 i;

	page = own_page + PAGE_SIZE;
	landed = refused = 0;
	writer = kthread_create(write_on, NULL, "openvbs-write");
	if (IS_ERR(writer)) {
		say("no thread");
		return;
	}
	kthread_bind(writer, command_number(command, 1));
	wake_up_process(writer);
	if (!counts_on(&landed)) {
		wrong = "no thread runs";
	}
	for (i = 0; i < rounds && wrong == NULL; i++) {
		wrong = round_run();
	}
	access_set(ACCESS_ALL);
	kthread_stop(writer);
	say("%s, %llu rounds, %llu landed, %llu refused",
	    wrong == NULL ? "succeeded" : wrong, i, landed, refused);
}
