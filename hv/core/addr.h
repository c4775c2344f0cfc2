/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses as types, so that mixing them does not compile.
 * gpa: what a guest calls physical. spa: what the memory controller sees.
 */
#ifndef OPENVBS_HV_CORE_ADDR_H
#define OPENVBS_HV_CORE_ADDR_H

#include <stdint.h>

#define PAGE_SHIFT 12
#define PAGE_BYTES (UINT64_C(1) << PAGE_SHIFT)

typedef struct {
	uint64_t value;
} gpa_t;

typedef struct {
	uint64_t value;
} spa_t;

static inline gpa_t gpa(uint64_t value)
{
	return (gpa_t){value};
}

static inline spa_t spa(uint64_t value)
{
	return (spa_t){value};
}

/* Address of a 4 KiB frame, by its number. */
static inline spa_t frame_spa(uint64_t frame)
{
	return spa(frame << PAGE_SHIFT);
}

/* A run of 4 KiB frames: [first, first + count), in frame numbers. */
struct frames {
	uint64_t first;
	uint64_t count;
};

#endif
