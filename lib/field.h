/* SPDX-License-Identifier: MIT */
/*
 * Bit fields of hardware registers, by mask. A mask is a run of ones, so it
 * holds the field's place and width in one name:
 *
 *	#define IOAPIC_VECTOR MASK64(7, 0)
 *	vector = field_get(entry, IOAPIC_VECTOR);
 */
#ifndef OPENVBS_LIB_FIELD_H
#define OPENVBS_LIB_FIELD_H

#include <stdint.h>

#define BIT64(bit) (UINT64_C(1) << (bit))

/* Bits high down to low, both included, as manuals write [high:low]. */
#define MASK64(high, low) \
	((~UINT64_C(0) >> (63 - (high))) & (~UINT64_C(0) << (low)))

/* The field's value, shifted down. */
static inline uint64_t field_get(uint64_t value, uint64_t mask)
{
	return (value & mask) >> __builtin_ctzll(mask);
}

/* `value` with the field set; bits of `field` beyond its width are lost. */
static inline uint64_t field_put(uint64_t value, uint64_t mask, uint64_t field)
{
	return (value & ~mask) | ((field << __builtin_ctzll(mask)) & mask);
}

#endif
