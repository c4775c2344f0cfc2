/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hypercalls of VTL1 but VTL return: abi/vtl.h. Whoever calls holds the
 * protect lock.
 */
#ifndef OPENVBS_HV_CORE_HYPERCALL_H
#define OPENVBS_HV_CORE_HYPERCALL_H

#include <stdint.h>

#include "hv/core/cpu.h"

/* Serves the call in the CPU's registers; returns the result value, RAX. */
uint64_t hypercall_serve(struct cpu *cpu);

#endif
