// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System registers that VTL1 may watch, written on this CPU: "register NAME
 * XOR" turns bits, and says whether the write stayed; what it has changed is
 * put back. "watch CONTROL CR0_MASK CR4_MASK QUIET" and "restrict ADDRESS
 * RIGHTS" ask the test image's secure kernel. Called by main.c.
 */
#include "attack.h"
#include "vtl.h"

#include <linux/irqflags.h>
#include <linux/string.h>

#include "abi/service.h"

struct table {
	u16 limit;
	u64 base;
} __packed;

struct watched {
	const char *name;
	u64 (*read)(void);
	int (*write)(u64 value);
};

#define CONTROL(number)                                                \
	static u64 cr##number##_read(void)                             \
	{                                                              \
		u64 value;                                             \
                                                                       \
		asm volatile("mov %%cr" #number ", %0" : "=r"(value)); \
		return value;                                          \
	}                                                              \
	static int cr##number##_write(u64 value)                       \
	{                                                              \
		int fault;                                             \
                                                                       \
		asm volatile(TRY("mov %[value], %%cr" #number)         \
			     : "=a"(fault)                             \
			     : [value] "r"(value)                      \
			     : "memory");                              \
		return fault;                                          \
	}
CONTROL(0)
CONTROL(4)

/* The base changes; the limit stays. */
#define TABLE(name)                                          \
	static u64 name##r_read(void)                        \
	{                                                    \
		struct table table;                          \
                                                             \
		asm volatile("s" #name " %0" : "=m"(table)); \
		return table.base;                           \
	}                                                    \
	static int name##r_write(u64 base)                   \
	{                                                    \
		struct table table;                          \
		int fault;                                   \
                                                             \
		asm volatile("s" #name " %0" : "=m"(table)); \
		table.base = base;                           \
		asm volatile(TRY("l" #name " %[table]")      \
			     : "=a"(fault)                   \
			     : [table] "m"(table)            \
			     : "memory");                    \
		return fault;                                \
	}
TABLE(idt)
TABLE(gdt)

static const struct watched registers[] = {
	{"cr0", cr0_read, cr0_write},
	{"cr4", cr4_read, cr4_write},
	{"idtr", idtr_read, idtr_write},
	{"gdtr", gdtr_read, gdtr_write},
};

/* "refused (#GP)", "discarded" or "succeeded", as msr_write. */
static void turn(const struct watched *reg, u64 bits)
{
	u64 before, after;
	unsigned long flags;
	int fault;

	local_irq_save(flags);
	before = reg->read();
	fault = reg->write(before ^ bits);
	after = reg->read();
	if (after != before) {
		reg->write(before);
	}
	local_irq_restore(flags);
	if (fault == NO_FAULT && after == before && bits != 0) {
		say("discarded");
	} else {
		say_outcome(fault);
	}
	say(" %s", after == before ? "kept" : "changed");
}

void attack_register(const struct command *command)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(registers); i++) {
		if (strcmp(registers[i].name, command_word(command, 1)) == 0) {
			turn(&registers[i], command_number(command, 2));
			return;
		}
	}
	say("no such register");
}

static void send(u32 method, const void *what, u32 bytes)
{
	u64 value = 0;
	u32 status;

	vtl_compose(SERVICE_SECURE_KERNEL, method, bytes);
	memcpy(vtl_page()->data, what, bytes);
	status = try_vtl(VTL_CALL_MESSAGE, vtl_page_address(), &value);
	say("status %u %u", status, vtl_page()->status);
}

void attack_watch(const struct command *command)
{
	const struct sk_test_watch what = {
		.control = command_number(command, 1),
		.cr0_mask = command_number(command, 2),
		.cr4_mask = command_number(command, 3),
		.quiet = command_number(command, 4),
	};

	send(SK_METHOD_TEST_WATCH, &what, sizeof(what));
}

void attack_restrict(const struct command *command)
{
	const struct sk_test_restrict what = {
		.frame = command_number(command, 1) >> PAGE_SHIFT,
		.rights = command_number(command, 2),
	};

	send(SK_METHOD_TEST_RESTRICT, &what, sizeof(what));
}
