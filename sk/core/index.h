/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Indexes that the less trusted side chooses. */
#ifndef OPENVBS_SK_CORE_INDEX_H
#define OPENVBS_SK_CORE_INDEX_H

#include <stdint.h>

/*
 * An index that stays inside a table of `count` (a power of two) entries even
 * where the processor has guessed the comparison before it wrong.
 */
static inline uint64_t index_mask(uint64_t index, uint64_t count)
{
	__asm__("" : "+r"(index)); /* or the compiler finds the mask idle */
	return index & (count - 1);
}

#endif
