/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spin locks. Order: protect, then config, then console. A CPU that waits
 * serves the flush requests made to it: the holder may be waiting for them.
 */
#ifndef OPENVBS_HV_X86_LOCK_H
#define OPENVBS_HV_X86_LOCK_H

#include <stdatomic.h>

#include "hv/core/cpu.h"

struct lock {
	atomic_flag held;
};

/* `cpu` is the caller's own; NULL while only one CPU runs us. */
void lock_take(struct lock *lock, struct cpu *cpu);
void lock_release(struct lock *lock);

#endif
