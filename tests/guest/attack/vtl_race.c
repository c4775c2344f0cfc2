// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The message page while VTL1 reads or writes it: "vtl_race CPU ROUNDS" has
 * another CPU change its head without pause; "vtl_withdraw CPU ROUNDS" has it
 * take the right to write away and look whether a write lands all the same.
 * Called by main.c.
 */
#include "attack.h"
#include "vtl.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/service.h"
#include "hv/x86/call_test.h"

/* enum of hv/core/machine.h */
#define ACCESS_READ 1
#define ACCESS_ALL  15

#define HEAD_WORDS    8 /* of 32 bits: all in front of `caller` */
#define WITHDRAWN_US  200
#define STATUSES      16
#define GUARD_PATTERN 0x5a

static u64 counts[STATUSES];
static u64 other; /* statuses beyond those */
static u64 withdrawn, landed;

/* Values that a second look at them would turn into an overflow. */
static u32 hostile_word(void)
{
	static const u32 words[] = {0,
				    1,
				    2,
				    SERVICE_COUNT,
				    VTL_MESSAGE_DATA_BYTES,
				    VTL_MESSAGE_DATA_BYTES + 1,
				    0x7fffffff,
				    0xffffffff};

	return words[get_random_u32() % ARRAY_SIZE(words)];
}

static int spoil(void *unused)
{
	u32 *words = (u32 *)vtl_page();

	while (!kthread_should_stop()) {
		unsigned int at = get_random_u32() % HEAD_WORDS;
		u32 old = READ_ONCE(words[at]);

		WRITE_ONCE(words[at], hostile_word());
		cpu_relax();
		WRITE_ONCE(words[at], old);
		cond_resched();
	}
	return 0;
}

static u64 access_set(u64 access)
{
	u64 status = ~0ull;

	hypervisor_call(CALL_TEST_ACCESS, vtl_page_address(), access, &status);
	return status;
}

/* The page, as long as nobody may write it, must not change. */
static int withdraw(void *unused)
{
	struct vtl_message *copy = kmalloc(sizeof(*copy), GFP_KERNEL);

	while (!kthread_should_stop() && copy != NULL) {
		if (access_set(ACCESS_READ) != 0) {
			break;
		}
		memcpy(copy, vtl_page(), sizeof(*copy));
		udelay(WITHDRAWN_US);
		if (memcmp(copy, vtl_page(), sizeof(*copy)) != 0) {
			WRITE_ONCE(landed, landed + 1);
		}
		access_set(ACCESS_ALL);
		WRITE_ONCE(withdrawn, withdrawn + 1);
		usleep_range(WITHDRAWN_US, 2 * WITHDRAWN_US);
	}
	while (!kthread_should_stop()) {
		msleep(1);
	}
	kfree(copy);
	return 0;
}

/* One message to its end. */
static u32 send(void)
{
	u64 call = VTL_CALL_MESSAGE;
	u64 argument = vtl_page_address();
	u64 value = 0;
	u32 status;

	while ((status = try_vtl(call, argument, &value)) ==
	       STATUS_INTERRUPTED) {
		call = VTL_CALL_RESUME;
		argument = value;
		cond_resched();
	}
	return status;
}

static void say_counts(void)
{
	unsigned int i;

	for (i = 0; i < STATUSES; i++) {
		if (counts[i] != 0) {
			say(" %u:%llu", i, counts[i]);
		}
	}
	say(" other:%llu", other);
}

/* Sends as often as asked while the thread runs on another CPU. */
static bool against(const struct command *command, int (*thread)(void *),
		    bool compose_anew)
{
	u64 rounds = command_number(command, 2);
	struct task_struct *task;

	memset(counts, 0, sizeof(counts));
	other = withdrawn = landed = 0;
	vtl_compose(SERVICE_SECURE_KERNEL, SK_METHOD_STATUS, 0);
	task = kthread_create(thread, NULL, "openvbs-race");
	if (IS_ERR(task)) {
		say("no thread");
		return false;
	}
	kthread_bind(task, command_number(command, 1));
	wake_up_process(task);
	while (rounds-- > 0) {
		u32 status;

		if (compose_anew) {
			vtl_compose(SERVICE_SECURE_KERNEL, SK_METHOD_STATUS, 0);
		}
		status = send();
		if (status < STATUSES) {
			counts[status]++;
		} else {
			other++;
		}
		cond_resched();
	}
	kthread_stop(task);
	return true;
}

void attack_vtl_race(const struct command *command)
{
	const u8 *guard = own_page;
	size_t i;

	memset(own_page, GUARD_PATTERN, PAGE_SIZE);
	if (!against(command, spoil, true)) {
		return;
	}
	for (i = 0; i < PAGE_SIZE && guard[i] == GUARD_PATTERN; i++) {
	}
	say("%s", i == PAGE_SIZE ? "succeeded" : "a write beside the page");
	say_counts();
}

void attack_vtl_withdraw(const struct command *command)
{
	if (against(command, withdraw, false)) {
		say("withdrawn %llu, landed %llu,", withdrawn, landed);
		say_counts();
	}
}
