/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI configuration space as VTL0 reaches it: ports 0xCF8 to 0xCFF, and the
 * memory window (ECAM). hv/core/config_space.h decides; the caller holds
 * config_lock from here until the write is done.
 */
#ifndef OPENVBS_HV_X86_CONFIG_H
#define OPENVBS_HV_X86_CONFIG_H

#include <stdbool.h>

#include "abi/handoff.h"
#include "hv/core/cpu.h"
#include "hv/x86/insn.h"

/* Whether a write may be performed; records the event when not. */
bool config_port_allows(struct cpu *cpu, const struct exit *exit);
bool config_ecam_allows(struct cpu *cpu, const struct exit *exit,
			const struct insn_store *store);

/* Size of the memory window: 1 MiB a bus. */
uint64_t config_ecam_bytes(const struct handoff_platform *platform);

#endif
