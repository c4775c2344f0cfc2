// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What signatures take: "vtl_clock_sign TYPE MECHANISM BYTES KEYS ROUNDS". So
 * many new keys of the keyring's (abi/keyring.h) sign the same message that
 * often each. Tells a line's worth of numbers, keys apart by ";": the ticks of
 * the time-stamp counter from before the VTL call to behind it, which are
 * instructions where the emulator counts them. Called by main.c.
 *
 * A key goes before the next one comes, and leaves it its place in the vault:
 * finding it costs the same. The first use of a key is told to the event log
 * and is not among the numbers; nor is a signature that an interrupt cuts short.
 */
#include "attack.h"
#include "vtl.h"

#include <asm/msr.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "abi/keyring_call.h"
#include "abi/service.h"

#define MESSAGE_BYTE 0x5a
#define TRIES_MOST   100 /* of a round */

/* The composed message, to its end; ticks: 0 if it was interrupted. */
static u32 send(u64 *ticks)
{
	u64 began, value;
	unsigned long flags;
	u32 status;

	local_irq_save(flags);
	began = rdtsc();
	status = try_vtl(VTL_CALL_MESSAGE, vtl_page_address(), &value);
	*ticks = rdtsc() - began;
	local_irq_restore(flags);
	while (status == STATUS_INTERRUPTED) {
		*ticks = 0;
		status = try_vtl(VTL_CALL_RESUME, value, &value);
	}
	return status == STATUS_OK ? vtl_page()->status : status;
}

static u32 make(u32 type, u64 *number)
{
	const struct keyring_template template = {
		.type = type,
		.policy.flags = KEYRING_FLAG_VOLATILE,
	};
	u64 ticks;
	u32 status;

	vtl_compose(SERVICE_KEYRING, KEYRING_GENERATE, sizeof(template));
	memcpy(vtl_page()->data, &template, sizeof(template));
	status = send(&ticks);
	memcpy(number, vtl_page()->data, sizeof(*number));
	return status;
}

static u32 use(u32 method, u64 number, u32 mechanism, u32 bytes, u64 *ticks)
{
	const struct keyring_use head = {.number = number,
					 .mechanism = mechanism};

	vtl_compose(SERVICE_KEYRING, method, sizeof(head) + bytes);
	memcpy(vtl_page()->data, &head, sizeof(head));
	memset(vtl_page()->data + sizeof(head), MESSAGE_BYTE, bytes);
	return send(ticks);
}

/* One signature that nothing has cut short. */
static u32 clock(u64 number, u32 mechanism, u32 bytes)
{
	unsigned int tries = 0;
	u64 ticks = 0;
	u32 status = STATUS_OK;

	while (ticks == 0 && status == STATUS_OK && tries++ < TRIES_MOST) {
		status = use(KEYRING_SIGN, number, mechanism, bytes, &ticks);
	}
	say(" %llu", ticks);
	return status;
}

static u32 clock_key(const struct command *command, u32 bytes)
{
	u32 mechanism = (u32)command_number(command, 2);
	u64 rounds = command_number(command, 5);
	u64 number, ticks;
	u32 status = make((u32)command_number(command, 1), &number);

	if (status == STATUS_OK) {
		status = use(KEYRING_SIGN, number, mechanism, bytes, &ticks);
	}
	while (status == STATUS_OK && rounds-- > 0) {
		status = clock(number, mechanism, bytes);
	}
	if (status == STATUS_OK) {
		status = use(KEYRING_DELETE, number, 0, 0, &ticks);
	}
	return status;
}

void attack_vtl_clock_sign(const struct command *command)
{
	u32 bytes = (u32)command_number(command, 3);
	u64 keys = command_number(command, 4);
	u32 status = STATUS_OK;

	if (bytes > KEYRING_DATA_BYTES) {
		say("too long");
		return;
	}
	while (status == STATUS_OK && keys-- > 0) {
		status = clock_key(command, bytes);
		say(";");
		cond_resched();
	}
	say(" status %u", status);
}
