/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps predictors and buffers from telling across a crossing: IBPB and a
 * full return stack on the way in, VERW on the way out, as far as the
 * processor says that it has them.
 */
#ifndef OPENVBS_SK_X86_BARRIER_H
#define OPENVBS_SK_X86_BARRIER_H

#include "sk/x86/registers.h"
#include "sk/x86/x86.h"

void sk_fill_return_stack(void);

static inline void barrier_in(void)
{
	if (x86.has_ibpb) {
		msr_write(MSR_PRED_CMD, MSR_PRED_CMD_IBPB);
		sk_fill_return_stack();
	}
}

static inline void barrier_out(void)
{
	static const uint16_t selector = KERNEL_DATA;

	if (x86.has_md_clear) {
		__asm__ volatile("verw %0" : : "m"(selector) : "cc");
	}
}

#endif
