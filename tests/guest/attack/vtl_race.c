// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The message page while VTL1 reads or writes it: "vtl_race CPU ROUNDS" has
 * another CPU change its head without pause; "vtl_withdraw CPU ROUNDS" has
 * VTL1 itself take the right to write away there and looks whether a write
 * lands all the same. Called by main.c.
 */
#include "attack.h"
#include "vtl.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "abi/service.h"
#include "abi/vtl.h"

#define RIGHTS_ALL                                   \
	(HV_MAP_GPA_READABLE | HV_MAP_GPA_WRITABLE | \
	 HV_MAP_GPA_KERNEL_EXECUTABLE | HV_MAP_GPA_USER_EXECUTABLE)

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

/* One message to its end. */
static u32 send(u64 address)
{
	u64 call = VTL_CALL_MESSAGE;
	u64 argument = address;
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

/* What VTL0 may do with the message page from here on; in a page of its own. */
static bool rights_set(struct vtl_message *message, u64 rights)
{
	const struct sk_test_restrict what = {
		.frame = vtl_page_address() >> PAGE_SHIFT,
		.rights = rights,
	};

	memset(message, 0, sizeof(*message));
	message->version = VTL_MESSAGE_VERSION;
	message->service = SERVICE_SECURE_KERNEL;
	message->method = SK_METHOD_TEST_RESTRICT;
	message->in_bytes = sizeof(what);
	memcpy(message->data, &what, sizeof(what));
	return send(virt_to_phys(message)) == STATUS_OK &&
	       message->status == STATUS_OK;
}

/* The page, as long as nobody may write it, must not change. */
static void withdraw_once(struct vtl_message *message, void *copy)
{
	if (!rights_set(message, HV_MAP_GPA_READABLE)) {
		return;
	}
	memcpy(copy, vtl_page(), PAGE_SIZE);
	udelay(WITHDRAWN_US);
	if (memcmp(copy, vtl_page(), PAGE_SIZE) != 0) {
		WRITE_ONCE(landed, landed + 1);
	}
	if (rights_set(message, RIGHTS_ALL)) {
		WRITE_ONCE(withdrawn, withdrawn + 1);
	}
}

static int withdraw(void *unused)
{
	void *message = (void *)get_zeroed_page(GFP_KERNEL);
	void *copy = (void *)get_zeroed_page(GFP_KERNEL);

	while (!kthread_should_stop()) {
		if (message != NULL && copy != NULL) {
			withdraw_once(message, copy);
		}
		usleep_range(WITHDRAWN_US, 2 * WITHDRAWN_US);
	}
	free_page((unsigned long)copy);
	free_page((unsigned long)message);
	return 0;
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
		status = send(vtl_page_address());
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
