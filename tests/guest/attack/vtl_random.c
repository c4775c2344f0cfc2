// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random VTL calls, most of them nearly right: "vtl_random COUNT SEED
 * ADDRESS...", with addresses that are not for messages. Called by main.c.
 */
#include "attack.h"
#include "vtl.h"

#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "abi/audit.h"
#include "abi/service.h"

#define STATUSES      16
#define HANDLES_MAX   8
#define REST_EVERY    256
#define DRAIN_EVERY   4096
#define FIRST_HOSTILE 3 /* word of the command */

static struct rnd_state chance;
static u64 handles[HANDLES_MAX];
static u64 counts[STATUSES];

static u32 below(u32 bound)
{
	return prandom_u32_state(&chance) % bound;
}

static u64 random_64(void)
{
	u64 high = prandom_u32_state(&chance);

	return high << 32 | prandom_u32_state(&chance);
}

static u64 random_call(void)
{
	static const u8 calls[] = {
		VTL_CALL_MESSAGE, VTL_CALL_MESSAGE, VTL_CALL_MESSAGE,
		VTL_CALL_MESSAGE, VTL_CALL_MESSAGE, VTL_CALL_MESSAGE,
		VTL_CALL_MESSAGE, VTL_CALL_MESSAGE, VTL_CALL_RESUME,
		VTL_CALL_RESUME,  VTL_CALL_CANCEL,  VTL_CALL_DRAIN,
		VTL_CALL_NULL,	  VTL_CALL_VERSION, VTL_CALL_LAUNCHED,
		VTL_CALL_COUNT};

	if (below(64) == 0) {
		return random_64() >> below(64);
	}
	if (below(256) == 0) {
		return VTL_CALL_ADOPT;
	}
	return calls[below(ARRAY_SIZE(calls))];
}

/* Services that crash on request are left alone. */
static u32 random_service(void)
{
	u32 service = below(4) == 0 ? below(SERVICE_COUNT + 2) : SERVICE_AUDIT;

	return service == SERVICE_ECHO ? SERVICE_SECURE_KERNEL : service;
}

static void compose(void)
{
	static const u32 sizes[] = {0, sizeof(struct audit_read),
				    AUDIT_NONCE_BYTES, sizeof(struct audit_put),
				    VTL_MESSAGE_DATA_BYTES};
	struct vtl_message *message = vtl_page();
	u32 *words = (u32 *)message;

	vtl_compose(random_service(), below(6),
		    sizes[below(ARRAY_SIZE(sizes))]);
	message->caller = below(8) == 0 ? SERVICE_CALLER_VTL1 : random_64();
	prandom_bytes_state(&chance, message->data, AUDIT_NONCE_BYTES);
	if (below(4) == 0) {
		words[below(10)] = (u32)(random_64() >> below(64));
	}
	if (message->service == SERVICE_ECHO) {
		message->service = SERVICE_AUDIT;
	}
}

static u64 random_argument(u64 call, const struct command *command)
{
	u64 address = vtl_page_address();

	if (call == VTL_CALL_RESUME || call == VTL_CALL_CANCEL) {
		u64 handle = handles[below(HANDLES_MAX)];

		return below(4) != 0 ? handle : handle ^ 1ull << below(64);
	}
	if (call != VTL_CALL_MESSAGE) {
		return random_64() >> below(64);
	}
	if (below(8) != 0) {
		return address;
	}
	if (below(2) == 0) {
		return address + 1 + below(PAGE_SIZE - 1);
	}
	return command_number(
		command, FIRST_HOSTILE + below(command->count - FIRST_HOSTILE));
}

static void one(const struct command *command)
{
	u64 call = random_call();
	u64 argument = random_argument(call, command);
	u64 value = 0;
	u32 status;

	if (call == VTL_CALL_MESSAGE) {
		compose();
	}
	status = below(4) == 0 ? try_vtl_interrupted(call, argument, &value)
			       : try_vtl(call, argument, &value);
	if (status == STATUS_INTERRUPTED && call != VTL_CALL_DRAIN) {
		handles[below(HANDLES_MAX)] = value;
	}
	counts[min_t(u32, status, STATUSES - 1)]++;
}

void attack_vtl_random(const struct command *command)
{
	u64 count = command_number(command, 1);
	u64 value = 0;
	u64 i;

	if (command->count <= FIRST_HOSTILE) {
		say("no addresses");
		return;
	}
	prandom_seed_state(&chance, command_number(command, 2));
	memset(counts, 0, sizeof(counts));
	for (i = 1; i <= count; i++) {
		one(command);
		if (i % REST_EVERY == 0) {
			cond_resched();
		}
		if (i % DRAIN_EVERY == 0) {
			try_vtl(VTL_CALL_ADOPT, 0, &value);
			vtl_drain();
		}
	}
	try_vtl(VTL_CALL_ADOPT, 0, &value);
	say("drained %u,", vtl_drain());
	for (i = 0; i < STATUSES; i++) {
		say(" %llu:%llu", i, counts[i]);
	}
}
