/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Formats of guest page tables besides the bits in registers.h. APM vol. 2,
 * chapter 5 (5.2 legacy, 5.3 long mode).
 */
#ifndef OPENVBS_HV_X86_PAGING_H
#define OPENVBS_HV_X86_PAGING_H

#include "lib/field.h"

#define PAGING_CR4_PSE BIT64(4)

/* Table roots in CR3, 3.1.2 and 5.2.1. */
#define PAGING_ROOT_32	MASK64(31, 12)
#define PAGING_ROOT_PAE MASK64(31, 5)
#define PAGING_ROOT	MASK64(51, 12)

/* Index bits of a level; linear addresses below 4 GiB but in long mode. */
#define PAGING_LEVEL_BITS    9
#define PAGING_LEVEL_BITS_32 10
#define PAGING_LINEAR_32     MASK64(31, 0)

/* Bits that must be zero, 5.2.3 (PAE). */
#define PAGING_PAE_RESERVED MASK64(62, 52)
#define PAGING_PAE_POINTER_RESERVED \
	(MASK64(63, 52) | MASK64(8, 5) | MASK64(2, 1))

/* Large pages hold the PAT bit at 12; from there to the frame is zero. */
#define PAGING_LARGE_PAT BIT64(12)

/* 4 MiB pages: bits 20:13 hold address bits 39:32, 5.2.2. */
#define PAGING_4M_FRAME	     MASK64(31, 22)
#define PAGING_4M_HIGH	     MASK64(20, 13)
#define PAGING_4M_HIGH_PLACE MASK64(39, 32)
#define PAGING_4M_RESERVED   BIT64(21)

#endif
