/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Barriers against speculation across a crossing (barrier_emit.S). The functions
 * may be called by assembly that keeps nothing in RAX, RCX and RDX.
 */
#ifndef OPENVBS_SK_X86_BARRIER_H
#define OPENVBS_SK_X86_BARRIER_H

#include <stdint.h>

#define BARRIER_IBPB 1u /* the processor has the predictor barrier */
#define BARRIER_VERW 2u /* VERW clears its buffers */

/* Into VTL1: predictors forget VTL0 (IBPB), return addresses too. */
void barrier_enter(void);

/* The part of it that fills the stack of predicted returns. */
void barrier_fill(void);

/* Out of VTL1: predictors and buffers forget VTL1. */
void barrier_leave(void);

/* What a processor needs, by its CPUID leaves 7 and 8000_0008h. */
uint32_t barrier_needed(uint32_t structured_edx, uint32_t extended_8_ebx);

#endif
