/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MSRs that the hypervisor itself uses; APM vol. 2, appendix A. */
#ifndef OPENVBS_HV_X86_MSR_H
#define OPENVBS_HV_X86_MSR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/field.h"

#define MSR_APIC_BASE 0x0000001bu
#define MSR_PAT	      0x00000277u
#define MSR_EFER      0xc0000080u
#define MSR_VM_CR     0xc0010114u
#define MSR_VM_HSAVE  0xc0010117u

#define MSR_SYSCFG		 0xc0010010u
#define SYSCFG_MEMORY_ENCRYPTION BIT64(23)

#define APIC_BASE_ADDRESS MASK64(51, 12)
#define APIC_BASE_X2APIC  BIT64(10)
#define APIC_BASE_ENABLE  BIT64(11)
#define APIC_BASE_BSP	  BIT64(8)

#define VM_CR_R_INIT BIT64(1)
#define VM_CR_SVMDIS BIT64(4)

struct cpu;

/* What VTL0's EFER becomes by writing `value`; false: #GP. */
bool msr_efer_decide(const struct cpu *cpu, uint64_t value, uint64_t *efer);

#endif
