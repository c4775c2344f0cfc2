/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VTL0's view of memory lacks, and the device registers in it whose
 * stores are looked at.
 */
#ifndef OPENVBS_HV_X86_MEMORY_H
#define OPENVBS_HV_X86_MEMORY_H

#include <stdbool.h>

#include "abi/status.h"
#include "hv/core/addr.h"

/*
 * Takes the hypervisor's frames away, and write access to the APIC, to
 * configuration space and to sleep or reset registers. Once, before VTL0.
 */
enum status memory_guard(void);

/* Whether an address is on the local APIC's page. */
bool memory_is_apic(gpa_t address);

/*
 * The range of the hypervisor's frames and VTL1's, with what may lie between:
 * nothing may be decoded or typed over it.
 */
struct frames memory_kept(void);

#endif
