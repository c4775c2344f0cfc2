/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypervisor's own address space and exception gates. Everything is
 * mapped at its physical address; text is read-only, all else not executable,
 * and a page below each CPU's stack is missing.
 */
#ifndef OPENVBS_HV_X86_HOST_H
#define OPENVBS_HV_X86_HOST_H

#include "abi/status.h"
#include "hv/core/cpu.h"
#include "hv/core/pool.h"

#define HOST_CODE_SELECTOR 0x08
#define HOST_DATA_SELECTOR 0x10
#define HOST_GATES	   32

/* Page tables for `physical_bits`. STATUS_NO_MEMORY. */
enum status host_build(struct pool *pool, unsigned physical_bits);

/*
 * Maps device registers that are ours, uncached by the page itself: the memory
 * types that MTRRs give outside our memory are VTL0's to change.
 */
enum status host_map_registers(struct pool *pool, struct frames frames);

/* Gates and descriptors; once. */
void host_gates_init(void);

/*
 * Leaves the loader's address space and stack for ours and runs VTL0. The
 * vendor has described VTL0 already.
 */
_Noreturn void host_enter(struct cpu *cpu);

#endif
