/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What hypercalls ask of virtual processors. The vendor answers in the
 * hypervisor (hv/svm/vtl.c), a fake on a PC; the linker checks that both are
 * complete. A VP is a CPU: indices are those of the boot hand-off.
 */
#ifndef OPENVBS_HV_CORE_VP_H
#define OPENVBS_HV_CORE_VP_H

#include <stdbool.h>

#include "abi/vtl_layout.h"
#include "hv/core/cpu.h"

/* NULL: no such VP. */
struct cpu *vp_cpu(uint32_t index);

/*
 * Describes VTL1 of a CPU that has none yet; it is entered with the next VTL
 * call there. False when the context is not one of 64-bit ring 0 with paging.
 */
bool vp_vtl1_create(struct cpu *cpu,
		    const struct hv_initial_vp_context *context);

/* VTL1's HV_REGISTER_CR_INTERCEPT_* on the calling CPU; false: not offered. */
bool vp_intercept_set(struct cpu *cpu, uint32_t name, uint64_t value);

/*
 * A register of VTL0 on the calling CPU, HV_REGISTER_*. False: not offered, or
 * not a value that the processor would take.
 */
bool vp_register_get(const struct cpu *cpu, uint32_t name,
		     union hv_register_value *value);
bool vp_register_set(struct cpu *cpu, uint32_t name,
		     const union hv_register_value *value);

#endif
