// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Model-specific registers: "msr_read MSR", "msr_write MSR VALUE", which tells
 * what became of the write and puts the old value back, and "msr_keep MSR
 * VALUE". Called by main.c.
 */
#include "attack.h"

#include <linux/irqflags.h>

static int msr_read(u32 msr, u64 *value)
{
	u64 low = 0, high = 0;
	int fault;

	asm volatile(TRY_THEN("rdmsr", "movl %%eax, %k[low]")
		     : "=a"(fault), "+d"(high), [low] "+r"(low)
		     : "c"(msr));
	*value = low | high << 32;
	return fault;
}

static int msr_write(u32 msr, u64 value)
{
	int fault;

	asm volatile(TRY("wrmsr")
		     : "=a"(fault)
		     : "0"((u32)value), "d"((u32)(value >> 32)), "c"(msr)
		     : "memory");
	return fault;
}

void attack_msr_read(const struct command *command)
{
	u64 value = 0;
	int fault = msr_read((u32)command_number(command, 1), &value);

	say_outcome(fault);
	say(" 0x%llx", value);
}

/* "refused (#GP)", "discarded OLD" or "succeeded NEW". */
void attack_msr_write(const struct command *command)
{
	u32 msr = (u32)command_number(command, 1);
	u64 value = command_number(command, 2);
	u64 before = 0, after = 0;
	unsigned long flags;
	int fault;

	local_irq_save(flags);
	msr_read(msr, &before);
	fault = msr_write(msr, value);
	msr_read(msr, &after);
	if (fault == NO_FAULT && after != before) {
		msr_write(msr, before);
	}
	local_irq_restore(flags);
	if (fault == NO_FAULT && after == before && value != before) {
		say("discarded");
	} else {
		say_outcome(fault);
	}
	say(" 0x%llx", after);
}

/* The new value stays. */
void attack_msr_keep(const struct command *command)
{
	say_outcome(msr_write((u32)command_number(command, 1),
			      command_number(command, 2)));
}
