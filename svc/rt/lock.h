/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A spin lock between the threads of one service; zero is free. Held for a few
 * hundred instructions. A waiter is preempted like anything in ring 3, so that
 * a holder who was preempted first gets its processor back; if VTL0 never
 * resumes the holder, the waiters are what VTL0 has stopped too. In a serial
 * service nobody ever waits.
 */
#ifndef OPENVBS_SVC_RT_LOCK_H
#define OPENVBS_SVC_RT_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>

struct lock {
	atomic_bool taken;
};

static inline void lock_take(struct lock *lock)
{
	while (atomic_exchange_explicit(&lock->taken, true,
					memory_order_acquire)) {
		__builtin_ia32_pause();
	}
}

static inline void lock_release(struct lock *lock)
{
	atomic_store_explicit(&lock->taken, false, memory_order_release);
}

#endif
