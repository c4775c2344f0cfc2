/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which barriers this processor knows. Called at the start. */
#include "sk/x86/barrier.h"

#include "sk/x86/registers.h"

uint32_t barrier_needed(uint32_t structured_edx, uint32_t extended_8_ebx)
{
	uint32_t flags = 0;

	if ((structured_edx & CPUID_7_EDX_IBPB) != 0 ||
	    (extended_8_ebx & CPUID_X8_EBX_IBPB) != 0) {
		flags |= BARRIER_IBPB;
	}
	if ((structured_edx & CPUID_7_EDX_MD) != 0) {
		flags |= BARRIER_VERW;
	}
	return flags;
}
