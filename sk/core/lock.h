/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spin locks. They are held for a bounded number of instructions and never
 * while ring 3 runs; state.h draws their order.
 */
#ifndef OPENVBS_SK_CORE_LOCK_H
#define OPENVBS_SK_CORE_LOCK_H

#include <stdatomic.h>

struct lock {
	atomic_flag held;
};

static inline void lock_take(struct lock *lock)
{
	while (atomic_flag_test_and_set_explicit(&lock->held,
						 memory_order_acquire)) {
		__builtin_ia32_pause();
	}
}

static inline void lock_release(struct lock *lock)
{
	atomic_flag_clear_explicit(&lock->held, memory_order_release);
}

#endif
