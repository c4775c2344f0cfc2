/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processor's own rules for CR0 and CR4: for writes that the hypervisor
 * performs in its place, VTL0's own or VTL1's for VTL0.
 */
#ifndef OPENVBS_HV_X86_CONTROL_H
#define OPENVBS_HV_X86_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/x86/walk.h"

/*
 * Performs a write of HV_REGISTER_CR0 or _CR4 on *state, by code that is or is
 * not 64-bit. False: #GP, and *state is as it was.
 */
bool control_write(struct walk_root *state, bool code_long, uint32_t name,
		   uint64_t value);

/* Whether an address may stand in a register of a processor in this mode. */
bool control_address_valid(const struct walk_root *state, uint64_t address);

#endif
