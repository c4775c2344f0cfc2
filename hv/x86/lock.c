/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spin locks; see lock.h for their order. */
#include "hv/x86/lock.h"

#include "hv/x86/intrinsics.h"
#include "hv/x86/request.h"

void lock_take(struct lock *lock, struct cpu *cpu)
{
	while (atomic_flag_test_and_set_explicit(&lock->held,
						 memory_order_acquire)) {
		request_serve_flush(cpu);
		cpu_relax();
	}
}

void lock_release(struct lock *lock)
{
	atomic_flag_clear_explicit(&lock->held, memory_order_release);
}
