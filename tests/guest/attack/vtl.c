// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VTL calls by hand: "vtl_call NUMBER ARGUMENT", "vtl_send ADDRESS|own SERVICE
 * METHOD IN_BYTES", "vtl_rights RIGHTS", "vtl_abandon COUNT", "vtl_resume",
 * "vtl_drain". Called by main.c. Each says status and value.
 */
#include "vtl.h"
#include "attack.h"

#include <asm/msr.h>
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "abi/service.h"
#include "abi/vtl.h"
#include "hv/x86/call_test.h"

#define HANDLES_MAX 64
#define ACCESS_ALL  15 /* enum of hv/core/machine.h */

static u64 handles[HANDLES_MAX];
static unsigned int handle_count;

u32 try_vtl(u64 call, u64 argument, u64 *value)
{
	register u64 r8 asm("r8") = argument;
	u64 code = HVCALL_VTL_CALL;
	u64 result = 0;
	int fault;

	asm volatile("1:\tvmmcall\n\t"
		     "movq %%rax, %[result]\n\t"
		     "movl $-1, %%eax\n"
		     "2:\n" _ASM_EXTABLE_FAULT(1b, 2b)
		     : "=a"(fault), [result] "+&S"(result), "+c"(code),
		       "+d"(call), "+r"(r8)
		     : "0"(0)
		     : "r9", "r10", "r11", "memory", "cc");
	*value = call;
	return fault == NO_FAULT ? (u32)result : VTL_FAULT;
}

static void nothing(struct irq_work *work)
{
}

static DEFINE_IRQ_WORK(kick, nothing);

/* The processor's own IPI waits while it enters VTL1. */
u32 clock_vtl_interrupted(u64 call, u64 argument, u64 *value, u64 *ticks)
{
	unsigned long flags;
	u32 status;

	local_irq_save(flags);
	irq_work_queue(&kick);
	*ticks = rdtsc();
	status = try_vtl(call, argument, value);
	*ticks = rdtsc() - *ticks;
	local_irq_restore(flags);
	irq_work_sync(&kick);
	return status;
}

u32 try_vtl_interrupted(u64 call, u64 argument, u64 *value)
{
	u64 ticks;

	return clock_vtl_interrupted(call, argument, value, &ticks);
}

struct vtl_message *vtl_page(void)
{
	return own_page + PAGE_SIZE;
}

u64 vtl_page_address(void)
{
	return virt_to_phys(vtl_page());
}

void vtl_compose(u32 service, u32 method, u32 in_bytes)
{
	struct vtl_message *message = vtl_page();

	memset(message, 0, sizeof(*message));
	message->version = VTL_MESSAGE_VERSION;
	message->service = service;
	message->method = method;
	message->in_bytes = in_bytes;
	message->out_bytes_max = VTL_MESSAGE_DATA_BYTES;
}

static void say_vtl(u32 status, u64 value)
{
	if (status == VTL_FAULT) {
		say("refused (#UD)");
	} else {
		say("status %u value 0x%llx", status, value);
	}
}

void attack_vtl_call(const struct command *command)
{
	u64 value = 0;
	u32 status = try_vtl(command_number(command, 1),
			     command_number(command, 2), &value);

	say_vtl(status, value);
}

/* Composes the own page in any case; sends what stands at the address. */
void attack_vtl_send(const struct command *command)
{
	bool own = strcmp(command_word(command, 1), "own") == 0;
	u64 address = own ? vtl_page_address() : command_number(command, 1);
	u64 argument = address;
	u64 call = VTL_CALL_MESSAGE;
	u64 value = 0;
	u32 status;

	vtl_compose((u32)command_number(command, 2),
		    (u32)command_number(command, 3),
		    (u32)command_number(command, 4));
	while ((status = try_vtl(call, argument, &value)) ==
	       STATUS_INTERRUPTED) {
		call = VTL_CALL_RESUME;
		argument = value;
		cond_resched();
	}
	say_vtl(status, value);
}

/* A good message in a page that VTL0 itself may not use as it needs. */
void attack_vtl_rights(const struct command *command)
{
	u64 refused = 0, value = 0;
	u32 status;

	vtl_compose(SERVICE_SECURE_KERNEL, SK_METHOD_STATUS, 0);
	hypervisor_call(CALL_TEST_ACCESS, vtl_page_address(),
			command_number(command, 1), &refused);
	status = try_vtl(VTL_CALL_MESSAGE, vtl_page_address(), &value);
	hypervisor_call(CALL_TEST_ACCESS, vtl_page_address(), ACCESS_ALL,
			&value);
	say_vtl(refused == 0 ? status : VTL_FAULT, vtl_page()->out_bytes);
}

/* Messages that are interrupted and never resumed. */
void attack_vtl_abandon(const struct command *command)
{
	u64 attempts = command_number(command, 1);
	u64 value = 0;
	u32 status = STATUS_OK;

	handle_count = 0;
	while (attempts-- > 0 && status != STATUS_BUSY &&
	       handle_count < HANDLES_MAX) {
		vtl_compose((u32)command_number(command, 2),
			    (u32)command_number(command, 3),
			    (u32)command_number(command, 4));
		status = try_vtl_interrupted(VTL_CALL_MESSAGE,
					     vtl_page_address(), &value);
		if (status == STATUS_INTERRUPTED) {
			handles[handle_count++] = value;
		}
	}
	say("%u handles, status %u", handle_count, status);
}

static u32 resume(u64 handle)
{
	u64 value = handle;
	u32 status;

	while ((status = try_vtl(VTL_CALL_RESUME, value, &value)) ==
	       STATUS_INTERRUPTED) {
		cond_resched();
	}
	return status;
}

/* Each abandoned call to its end, then each handle once more. */
void attack_vtl_resume(const struct command *command)
{
	unsigned int ok = 0, again = 0;
	unsigned int i;

	for (i = 0; i < handle_count; i++) {
		ok += resume(handles[i]) == STATUS_OK;
	}
	for (i = 0; i < handle_count; i++) {
		again += resume(handles[i]) != STATUS_NOT_FOUND;
	}
	say("%u of %u finished, %u twice", ok, handle_count, again);
}

u32 vtl_drain(void)
{
	u64 value;
	u32 status;

	while ((status = try_vtl(VTL_CALL_DRAIN, 0, &value)) ==
		       STATUS_INTERRUPTED ||
	       status == STATUS_BUSY) {
		cond_resched();
	}
	return status;
}

void attack_vtl_drain(const struct command *command)
{
	say("status %u", vtl_drain());
}
