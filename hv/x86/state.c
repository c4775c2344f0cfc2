/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The x86 part's globals and their locks. Order: protect_lock, config_lock,
 * console_lock. The protect lock also guards hv/core/state.c.
 */
#include "hv/x86/state.h"

#include "hv/x86/layout.h"

struct hv hv;

bool on_own_stack(void)
{
	uint64_t at = (uint64_t)cpu_current();

	return at - hv.handoff.memory_base < hv.handoff.memory_size_bytes;
}
