// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration space through its ports and through its memory window:
 * "config_read WAY BUS DEVICE FUNCTION OFFSET SIZE", "config_turn" with
 * bits to turn behind, "config_keep" with a value that stays, "config_peek", "config_race". WAY is "port"
 * or "ecam". Called by main.c.
 */
#include "attack.h"

#include <linux/err.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/string.h>

#define ADDRESS_PORT	 0xcf8
#define DATA_PORT	 0xcfc
#define LATCH_ENABLE	 0x80000000u
#define PCIEXBAR_LATCH	 (LATCH_ENABLE | 0x60u)
#define SUBSYSTEM_LATCH	 (LATCH_ENABLE | 0x2cu) /* read-only */
#define PCIEXBAR_ADDRESS 0xf0000000u
#define BUS_SHIFT	 16
#define DEVICE_SHIFT	 11
#define FUNCTION_SHIFT	 8
#define ECAM_SHIFT	 4 /* more than the ports' latch */

struct target {
	bool ecam;
	u32 function; /* bus, device and function as the latch has them */
	u32 offset;
	u32 size;
	void __iomem *window; /* of the function, by ECAM */
};

static u32 port_read(u32 latch, u32 size)
{
	u16 port = DATA_PORT + (latch & 3);

	outl(LATCH_ENABLE | (latch & ~3u), ADDRESS_PORT);
	switch (size) {
	case 1:
		return inb(port);
	case 2:
		return inw(port);
	default:
		return inl(port);
	}
}

static void port_write(u32 latch, u32 size, u32 value)
{
	u16 port = DATA_PORT + (latch & 3);

	outl(LATCH_ENABLE | (latch & ~3u), ADDRESS_PORT);
	if (size == 1) {
		outb((u8)value, port);
	} else if (size == 2) {
		outw((u16)value, port);
	} else {
		outl(value, port);
	}
}

static bool target_open(struct target *target, const struct command *command)
{
	u64 base;

	*target = (struct target){
		.ecam = strcmp(command_word(command, 1), "ecam") == 0,
		.function = command_number(command, 2) << BUS_SHIFT |
			    command_number(command, 3) << DEVICE_SHIFT |
			    command_number(command, 4) << FUNCTION_SHIFT,
		.offset = command_number(command, 5),
		.size = command_number(command, 6),
	};
	if (!target->ecam) {
		return true;
	}
	base = port_read(PCIEXBAR_LATCH, 4) & PCIEXBAR_ADDRESS;
	target->window = ioremap(base + ((u64)target->function << ECAM_SHIFT),
				 PAGE_SIZE);
	return target->window != NULL;
}

static void target_close(struct target *target)
{
	if (target->ecam) {
		iounmap(target->window);
	}
}

static u32 target_read(const struct target *target)
{
	void __iomem *at = target->window + target->offset;

	if (!target->ecam) {
		return port_read(target->function | target->offset,
				 target->size);
	}
	switch (target->size) {
	case 1:
		return readb(at);
	case 2:
		return readw(at);
	default:
		return readl(at);
	}
}

static void target_write(const struct target *target, u64 value)
{
	void __iomem *at = target->window + target->offset;

	if (!target->ecam) {
		port_write(target->function | target->offset, target->size,
			   (u32)value);
	} else if (target->size == 1) {
		writeb((u8)value, at);
	} else if (target->size == 2) {
		writew((u16)value, at);
	} else if (target->size == 4) {
		writel((u32)value, at);
	} else {
		writeq(value, at);
	}
}

void attack_config_read(const struct command *command)
{
	struct target target;

	if (target_open(&target, command)) {
		say("0x%x", target_read(&target));
		target_close(&target);
	}
}

static void write_and_tell(const struct command *command, bool keep)
{
	u64 value = command_number(command, 7);
	struct target target;
	unsigned long flags;
	u32 before, after;

	if (!target_open(&target, command)) {
		return;
	}
	local_irq_save(flags);
	before = target_read(&target);
	target_write(&target, keep ? value : before ^ value);
	after = target_read(&target);
	if (!keep && after != before) {
		target_write(&target, before);
	}
	local_irq_restore(flags);
	target_close(&target);
	say("%s 0x%x", after == before ? "unchanged" : "succeeded", after);
}

/* "unchanged VALUE", or "succeeded VALUE" and the old one is back. */
void attack_config_turn(const struct command *command)
{
	write_and_tell(command, false);
}

void attack_config_keep(const struct command *command)
{
	write_and_tell(command, true);
}

/*
 * "config_peek" with the words of config_keep and an address: what memory
 * there reads as while the register has the new value.
 */
void attack_config_peek(const struct command *command)
{
	void __iomem *memory = ioremap(command_number(command, 8), PAGE_SIZE);
	struct target target;
	unsigned long flags;
	u32 before;
	u64 seen;

	if (memory == NULL || !target_open(&target, command)) {
		say("no mapping");
		return;
	}
	local_irq_save(flags);
	before = target_read(&target);
	target_write(&target, command_number(command, 7));
	seen = readl(memory);
	target_write(&target, before);
	local_irq_restore(flags);
	target_close(&target);
	iounmap(memory);
	say("0x%llx", seen);
}

/* Turns the latch between a harmless register and PCIEXBAR. */
static int turn_latch(void *unused)
{
	while (!kthread_should_stop()) {
		outl(SUBSYSTEM_LATCH, ADDRESS_PORT);
		outl(PCIEXBAR_LATCH, ADDRESS_PORT);
		cond_resched();
	}
	return 0;
}

/*
 * "config_race CPU SECONDS VALUE": meant for the harmless register, the value
 * may be judged for one register and written to the other.
 */
void attack_config_race(const struct command *command)
{
	unsigned int cpu = (unsigned int)command_number(command, 1);
	u32 value = (u32)command_number(command, 3);
	u32 before = port_read(PCIEXBAR_LATCH, 4);
	unsigned long end, writes = 0;
	struct task_struct *turner;
	u32 after;

	turner = kthread_create(turn_latch, NULL, "openvbs-race");
	if (IS_ERR(turner)) {
		say("no thread");
		return;
	}
	kthread_bind(turner, cpu);
	wake_up_process(turner);
	end = jiffies + command_number(command, 2) * HZ;
	while (time_before(jiffies, end)) {
		outl(value, DATA_PORT);
		writes++;
		cond_resched();
	}
	kthread_stop(turner);
	after = port_read(PCIEXBAR_LATCH, 4);
	say("%s 0x%x after %lu writes",
	    after == before ? "unchanged" : "succeeded", after, writes);
}
