/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the processors can run the hypervisor. Facts are read on each
 * processor, the judgement is one pure function over all of them.
 */
#ifndef OPENVBS_BOOT_CPU_H
#define OPENVBS_BOOT_CPU_H

#include <stdbool.h>
#include <stdint.h>

#define CPU_APIC_ID_END	      255u /* xAPIC: 255 is the broadcast */
#define CPU_PHYSICAL_BITS_MAX 48u

struct cpu_facts {
	uint32_t apic_id;
	uint32_t extended_ecx; /* CPUID 8000_0001 */
	uint32_t extended_edx;
	uint32_t svm_revision; /* CPUID 8000_000A EAX, EBX, EDX */
	uint32_t svm_asids;
	uint32_t svm_features;
	uint32_t physical_bits;
	bool intel;
	bool svm_disabled; /* VM_CR.SVMDIS; false without SVM */
	bool svm_in_use;   /* EFER.SVME */
	bool smm_locked;   /* HWCR.SmmLock; false without SVM */
	bool x2apic;
	bool apic_moved;  /* not enabled at its default address */
	bool five_levels; /* CR4.LA57 */
};

struct cpu_fault {
	const char *what;
	const char *advice;
};

/* APIC ID of the processor that asks. */
uint32_t cpu_apic_id(void);

/* Reads the facts of the processor it runs on; no firmware services. */
void cpu_facts_read(struct cpu_facts *facts);

/* The first reason why these processors will not do, or NULL. */
const struct cpu_fault *cpu_judge(const struct cpu_facts *facts,
				  uint32_t count);

#endif
