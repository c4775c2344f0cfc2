// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports: "port_in PORT SIZE", "port_out PORT SIZE VALUE", and as strings
 * "port_ins PORT SIZE", "port_outs PORT SIZE VALUE". Called by main.c.
 */
#include "attack.h"

#include <linux/string.h>

void attack_port_in(const struct command *command)
{
	u16 port = (u16)command_number(command, 1);
	u64 size = command_number(command, 2);
	u64 value = 0;
	int fault;

	if (size == 1) {
		asm volatile(TRY_THEN("inb %%dx, %%al", "movzbl %%al, %k1")
			     : "=a"(fault), "+r"(value)
			     : "d"(port));
	} else if (size == 2) {
		asm volatile(TRY_THEN("inw %%dx, %%ax", "movzwl %%ax, %k1")
			     : "=a"(fault), "+r"(value)
			     : "d"(port));
	} else {
		asm volatile(TRY_THEN("inl %%dx, %%eax", "movl %%eax, %k1")
			     : "=a"(fault), "+r"(value)
			     : "d"(port));
	}
	say_outcome(fault);
	say(" 0x%llx", value);
}

void attack_port_out(const struct command *command)
{
	u16 port = (u16)command_number(command, 1);
	u64 size = command_number(command, 2);
	u64 value = command_number(command, 3);
	int fault;

	if (size == 1) {
		asm volatile(TRY("outb %%al, %%dx")
			     : "=a"(fault)
			     : "0"(value), "d"(port));
	} else if (size == 2) {
		asm volatile(TRY("outw %%ax, %%dx")
			     : "=a"(fault)
			     : "0"(value), "d"(port));
	} else {
		asm volatile(TRY("outl %%eax, %%dx")
			     : "=a"(fault)
			     : "0"(value), "d"(port));
	}
	say_outcome(fault);
}

void attack_port_ins(const struct command *command)
{
	u16 port = (u16)command_number(command, 1);
	u64 size = command_number(command, 2);
	void *to = own_page;
	int fault;

	memset(own_page, 0, sizeof(u64));
	if (size == 1) {
		asm volatile(TRY("insb")
			     : "=a"(fault), "+D"(to)
			     : "d"(port)
			     : "memory");
	} else if (size == 2) {
		asm volatile(TRY("insw")
			     : "=a"(fault), "+D"(to)
			     : "d"(port)
			     : "memory");
	} else {
		asm volatile(TRY("insl")
			     : "=a"(fault), "+D"(to)
			     : "d"(port)
			     : "memory");
	}
	say_outcome(fault);
	say(" 0x%llx", *(u64 *)own_page);
}

void attack_port_outs(const struct command *command)
{
	u16 port = (u16)command_number(command, 1);
	u64 size = command_number(command, 2);
	u64 value = command_number(command, 3);
	const void *from = &value;
	int fault;

	if (size == 1) {
		asm volatile(TRY("outsb")
			     : "=a"(fault), "+S"(from)
			     : "d"(port)
			     : "memory");
	} else if (size == 2) {
		asm volatile(TRY("outsw")
			     : "=a"(fault), "+S"(from)
			     : "d"(port)
			     : "memory");
	} else {
		asm volatile(TRY("outsl")
			     : "=a"(fault), "+S"(from)
			     : "d"(port)
			     : "memory");
	}
	say_outcome(fault);
}
