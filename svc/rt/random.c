/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rt_random(): the one generator of the service, under its lock. */
#include "svc/rt/rt.h"
#include "svc/rt/state.h"

void rt_random(void *unused, size_t len_bytes, uint8_t *to)
{
	struct drbg stream;

	(void)unused;
	lock_take(&rt_state.drbg_lock);
	drbg_split(&rt_state.drbg, &stream);
	lock_release(&rt_state.drbg_lock);
	drbg_stream(&stream, len_bytes, to);
}
