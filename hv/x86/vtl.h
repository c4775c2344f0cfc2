/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual trust levels on a CPU: launch, VTL call and return, intercepts, and
 * interrupts that VTL0 must get while VTL1 runs.
 */
#ifndef OPENVBS_HV_X86_VTL_H
#define OPENVBS_HV_X86_VTL_H

#include <stdbool.h>

#include "abi/vtl_layout.h"
#include "hv/core/cpu.h"

/* VTL1 of the boot CPU, as the hand-off describes it; others: no VTL1 yet. */
void vtl_launch(struct cpu *cpu);

/*
 * VTL0's access to a frame of its own that VTL1 has taken rights from: VTL1
 * runs next, with an intercept message. False when VTL1 cannot be asked.
 */
bool vtl_intercept_memory(struct cpu *cpu, const struct exit *exit);

/*
 * VTL0's write of the MSR or the register exit->number, which VTL1 watches:
 * VTL1 runs next. #GP when VTL1 cannot be asked.
 */
struct answer vtl_intercept_msr(struct cpu *cpu, const struct exit *exit);
struct answer vtl_intercept_register(struct cpu *cpu, const struct exit *exit,
				     const union hv_register_value *value);

/* Answers an exit that is a VTL call or return; false: it is something else. */
bool vtl_cross(struct cpu *cpu);

/* While VTL1 runs: if something waits for VTL0, ring 3 of VTL1 hears of it. */
void vtl_hurry(struct cpu *cpu);

#endif
