/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one way out of the machine. Whatever VTL0 does to reset it or to switch
 * it off comes here: the event, the other CPUs held, secrets wiped, and only
 * then what VTL0 asked for.
 */
#ifndef OPENVBS_HV_X86_DOOR_H
#define OPENVBS_HV_X86_DOOR_H

#include "hv/core/cpu.h"

/* How VTL0 asked; the `a` of EVENT_RESET. Never reuse a number. */
enum door {
	DOOR_PORT = 1,	 /* 0xCF9, 0x92, keyboard controller, FADT register */
	DOOR_MEMORY = 2, /* FADT register in memory */
	DOOR_TRIPLE_FAULT = 3,
	DOOR_INIT = 4, /* INIT to the boot CPU */
};

/* Overwrites VTL1's memory. No CPU may run VTL1 from here on. */
void door_wipe(void);

/* Resets the machine by the platform's own means. */
_Noreturn void door_reset(struct cpu *cpu, const struct exit *exit,
			  enum door door, uint64_t detail);

/* Triple fault of VTL0, or what must end like one. */
_Noreturn void door_shutdown(struct cpu *cpu, const struct exit *exit);

/*
 * Switches the machine off by its own sleep registers; resets it when that
 * does not work.
 */
_Noreturn void door_power_off(struct cpu *cpu, const struct exit *exit);

#endif
