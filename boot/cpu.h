/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the processors can run the hypervisor. */
#ifndef OPENVBS_BOOT_CPU_H
#define OPENVBS_BOOT_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct cpu_fault {
	const char *what;
	const char *advice;
};

/* What one processor says about itself. */
struct cpu_facts {
	uint32_t apic_id;
	bool smm_locked;	       /* HWCR.SmmLock */
	const struct cpu_fault *fault; /* why it will not do, or NULL */
	uint64_t alike[3];	       /* must be the same on all */
};

/* APIC ID of the processor that asks. */
uint32_t cpu_apic_id(void);

/* Facts of the processor that asks; uses no firmware service. */
void cpu_facts_read(struct cpu_facts *facts);

/* Why these processors will not do together, or NULL. */
const struct cpu_fault *cpu_judge(const struct cpu_facts *facts,
				  uint32_t count);

#endif
