/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges stores to the HPET. Called by the nested-fault handler. Invariant:
 * every byte of a store is looked at, whatever its size and start.
 */
#include "hv/core/hpet.h"

#define BITS_PER_BYTE 8u

bool hpet_allows(uint32_t offset, unsigned size_bytes, uint64_t value)
{
	for (unsigned i = 0; i < size_bytes; i++) {
		uint64_t byte = value >> (BITS_PER_BYTE * i);
		uint32_t at = (offset + i - HPET_TIMERS) % HPET_TIMER_BYTES;

		if (offset + i < HPET_TIMERS) {
			continue;
		}
		if (at - HPET_FSB_ROUTE < HPET_FSB_ROUTE_BYTES ||
		    (at == HPET_FSB_ENABLE_BYTE &&
		     (byte & HPET_FSB_ENABLE) != 0)) {
			return false;
		}
	}
	return true;
}
