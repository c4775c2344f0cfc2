/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * INIT and start-up IPI bookkeeping. Called by the APIC's ICR handler (sender)
 * and by each CPU after every exit (target). Pure but for the atomic word.
 */
#include "hv/core/startup.h"

#define START_BITS (REQUEST_VECTOR | REQUEST_START)

void startup_post_init(_Atomic uint32_t *request)
{
	uint32_t old = atomic_load(request);

	while (!atomic_compare_exchange_weak(
		request, &old, (old & ~START_BITS) | REQUEST_INIT)) {
	}
}

void startup_post_start(_Atomic uint32_t *request, uint8_t vector)
{
	uint32_t old = atomic_load(request);

	do {
		if (old & REQUEST_START) {
			return;
		}
	} while (!atomic_compare_exchange_weak(request, &old,
					       old | REQUEST_START | vector));
}

enum startup_step startup_step(uint32_t request, bool waiting)
{
	bool init = (request & REQUEST_INIT) != 0;
	bool start = (request & REQUEST_START) != 0;

	if (init) {
		return start ? STARTUP_WAIT_AND_RUN : STARTUP_WAIT;
	}
	return start && waiting ? STARTUP_RUN : STARTUP_NOTHING;
}
