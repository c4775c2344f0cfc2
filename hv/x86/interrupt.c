/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NMI, SMI, INIT and shutdown: the interrupts that exit. Maskable interrupts
 * never do.
 */
#include "hv/core/handlers.h"
#include "hv/x86/door.h"
#include "hv/x86/request.h"

/* Whatever pends is taken in one window: an SMI runs in firmware's SMM. */
struct answer interrupt_pending(struct cpu *cpu, struct exit *exit)
{
	(void)exit;
	request_take_nmi(cpu);
	return answer_resume();
}

struct answer interrupt_nmi_return(struct cpu *cpu, struct exit *exit)
{
	(void)exit;
	cpu->nmi_blocked = false;
	return answer_resume();
}

struct answer interrupt_step(struct cpu *cpu, struct exit *exit)
{
	(void)cpu;
	(void)exit;
	return answer_resume();
}

/*
 * VTL0's own INITs never reach the hardware (apic.c). One that does comes from
 * the chipset or a device, is held pending by the intercept, and changes
 * nothing; the event tells.
 */
struct answer interrupt_init(struct cpu *cpu, struct exit *exit)
{
	cpu_event(cpu, exit, EVENT_CPU_INIT, cpu->apic_id, 1);
	return answer_resume();
}

struct answer interrupt_shutdown(struct cpu *cpu, struct exit *exit)
{
	door_shutdown(cpu, exit);
}
