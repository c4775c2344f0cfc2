/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The x86 part's mutable state: one of each in the machine. */
#ifndef OPENVBS_HV_X86_STATE_H
#define OPENVBS_HV_X86_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/handoff.h"
#include "hv/core/cpu.h"
#include "hv/core/pool.h"
#include "hv/core/power.h"
#include "hv/x86/lock.h"

/* APIC range, I/O APIC, HPET, ECAM, reset, two sleep registers. */
#define GUARDS_MAX 7u

struct hv {
	uint64_t host_root; /* CR3 of the hypervisor; gates.S knows it first */
	struct handoff handoff; /* our copy */
	struct pool pool;
	struct cpu *cpus[HANDOFF_CPUS_MAX];
	uint64_t apic_page;		  /* physical, of the local APIC */
	spa_t parked_frame;		  /* the code a waiting CPU runs */
	struct frames guards[GUARDS_MAX]; /* registers: stores are judged */
	unsigned guard_count;
	/* Frames that no window of a device may cover. */
	struct frames own[1 + HANDOFF_IOMMUS_MAX];
	unsigned own_count;

	struct lock protect_lock; /* ownership and nested page tables */
	struct lock config_lock;  /* 0xCF8 and the platform's registers */
	struct power_state power; /* under config_lock */
	struct lock console_lock;
	atomic_bool stopping; /* somebody panics or resets the machine */
};

extern struct hv hv;

/* Whether this runs on a CPU's own stack, so that cpu_current() holds. */
bool on_own_stack(void);

#endif
