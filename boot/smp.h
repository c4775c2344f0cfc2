/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All processors, through the firmware's multiprocessor services: first to
 * ask each what it can, later to enter VTL0 on each.
 */
#ifndef OPENVBS_BOOT_SMP_H
#define OPENVBS_BOOT_SMP_H

#include "abi/handoff.h"
#include "abi/status.h"
#include "boot/cpu.h"
#include "boot/uefi.h"

/* The hypervisor's entry point (abi/handoff.h). */
typedef uint64_t(__attribute__((sysv_abi)) *
		 smp_entry_t)(const struct handoff *handoff,
			      uint64_t cpu_index);

struct smp {
	struct efi_mp *services;
	uint32_t count; /* processors, the boot processor is the first */
	struct cpu_facts facts[HANDOFF_CPUS_MAX];
	const struct handoff *handoff;
	smp_entry_t entry;
	uint64_t result[HANDOFF_CPUS_MAX]; /* enum status, by cpu_index */
};

/*
 * Counts the processors and reads their facts. Whatever stops us is said on
 * the console: STATUS_UNSUPPORTED.
 */
enum status smp_survey(struct smp *smp);

/*
 * Enters VTL0 on every processor, the boot processor last. STATUS_DENIED:
 * all refused and run as before. STATUS_CONFLICT: the machine is half entered
 * and can only be reset.
 */
enum status smp_enter(struct smp *smp, const struct handoff *handoff,
		      smp_entry_t entry);

/* Why smp_enter() failed. */
const char *smp_words(const struct smp *smp);

#endif
