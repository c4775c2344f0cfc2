/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The owners of the exits, by the table in dispatch.c. hv/x86 implements them;
 * the linker checks that none is missing. Each refuses with an event, never
 * with a panic.
 */
#ifndef OPENVBS_HV_CORE_HANDLERS_H
#define OPENVBS_HV_CORE_HANDLERS_H

#include "hv/core/exit.h"

/* memory.c: an access that VTL0's view does not allow. */
struct answer memory_fault(struct cpu *cpu, struct exit *exit);
struct answer memory_apic(struct cpu *cpu, struct exit *exit);

/* msr.c */
struct answer msr_read_exit(struct cpu *cpu, struct exit *exit);
struct answer msr_write_exit(struct cpu *cpu, struct exit *exit);

/* intercept.c */
struct answer intercept_register_exit(struct cpu *cpu, struct exit *exit);
struct answer intercept_debug_exit(struct cpu *cpu, struct exit *exit);

/* ports.c */
struct answer port_access(struct cpu *cpu, struct exit *exit);

/* instruction.c */
struct answer instruction_cache_discard(struct cpu *cpu, struct exit *exit);
struct answer instruction_exception(struct cpu *cpu, struct exit *exit);
struct answer instruction_virtualization(struct cpu *cpu, struct exit *exit);
struct answer instruction_unknown(struct cpu *cpu, struct exit *exit);

/* vtl.c: VMMCALL of VTL0, and the exits of VTL1 */
struct answer vtl_call_exit(struct cpu *cpu, struct exit *exit);
struct answer vtl1_call(struct cpu *cpu, struct exit *exit);
struct answer vtl1_interrupt(struct cpu *cpu, struct exit *exit);
struct answer vtl1_stopped(struct cpu *cpu, struct exit *exit);

/* call_ship.c, call_test.c: VMMCALL that is no VTL call */
struct answer call_answer(struct cpu *cpu, struct exit *exit);

/* interrupt.c */
struct answer interrupt_pending(struct cpu *cpu, struct exit *exit);
struct answer interrupt_nmi_return(struct cpu *cpu, struct exit *exit);
struct answer interrupt_step(struct cpu *cpu, struct exit *exit);
struct answer interrupt_init(struct cpu *cpu, struct exit *exit);
struct answer interrupt_shutdown(struct cpu *cpu, struct exit *exit);

#endif
