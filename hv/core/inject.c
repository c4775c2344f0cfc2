/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions during event delivery. Called by the vendor when an answer
 * injects an exception into a delivery that the exit interrupted. Pure.
 */
#include "hv/core/inject.h"

#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_PAGE_FAULT   14

static bool is_contributory(uint8_t vector)
{
	switch (vector) {
	case 0:	 /* #DE */
	case 10: /* #TS */
	case 11: /* #NP */
	case 12: /* #SS */
	case 13: /* #GP */
		return true;
	default:
		return false;
	}
}

enum inject_result inject_combine(uint8_t first, uint8_t second)
{
	bool page_fault = second == VECTOR_PAGE_FAULT;

	if (!is_contributory(second) && !page_fault) {
		return INJECT_SECOND;
	}
	if (first == VECTOR_DOUBLE_FAULT) {
		return INJECT_SHUTDOWN;
	}
	if (first == VECTOR_PAGE_FAULT) {
		return INJECT_DOUBLE_FAULT;
	}
	if (is_contributory(first) && !page_fault) {
		return INJECT_DOUBLE_FAULT;
	}
	return INJECT_SECOND;
}
