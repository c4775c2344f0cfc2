/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System registers, APM vol. 2: control registers and RFLAGS (3.1), EFER
 * (3.1.7), paging entries (5.3), exception vectors (8.2), debug (13.1).
 */
#ifndef OPENVBS_HV_X86_REGISTERS_H
#define OPENVBS_HV_X86_REGISTERS_H

#include "lib/field.h"

#define CR0_PE BIT64(0)
#define CR0_MP BIT64(1)
#define CR0_EM BIT64(2)
#define CR0_TS BIT64(3)
#define CR0_ET BIT64(4)
#define CR0_NE BIT64(5)
#define CR0_WP BIT64(16)
#define CR0_AM BIT64(18)
#define CR0_NW BIT64(29)
#define CR0_CD BIT64(30)
#define CR0_PG BIT64(31)

/* What the hypervisor runs with; entry.S tests and reloads it. */
#define CR0_HOST (CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG)
/* After INIT, APM table 14-1. */
#define CR0_AFTER_INIT (CR0_CD | CR0_NW | CR0_ET)

#define CR0_RESERVED_HIGH MASK64(63, 32) /* the low ones are ignored */
#define CR0_DEFINED	  (CR0_HOST | CR0_EM | CR0_TS | CR0_AM | CR0_NW | CR0_CD)

#define CR3_PCID MASK64(11, 0)

#define CR4_PAE	  BIT64(5)
#define CR4_MCE	  BIT64(6)
#define CR4_PGE	  BIT64(7)
#define CR4_PCE	  BIT64(8)
#define CR4_LA57  BIT64(12)
#define CR4_PCIDE BIT64(17)
#define CR4_CET	  BIT64(23)

#define RFLAGS_ALWAYS_ONE BIT64(1)
#define RFLAGS_TF	  BIT64(8)
#define RFLAGS_IF	  BIT64(9)
#define RFLAGS_RF	  BIT64(16)

#define DR6_AFTER_INIT UINT64_C(0xffff0ff0)
#define DR6_BS	       BIT64(14)
#define DR7_AFTER_INIT UINT64_C(0x400)

#define EFER_SCE     BIT64(0)
#define EFER_LME     BIT64(8)
#define EFER_LMA     BIT64(10)
#define EFER_NXE     BIT64(11)
#define EFER_SVME    BIT64(12)
#define EFER_FFXSR   BIT64(14)
#define EFER_TCE     BIT64(15)
#define EFER_MCOMMIT BIT64(17)
#define EFER_UAIE    BIT64(20)
#define EFER_AIBRSE  BIT64(21)
#define EFER_INTWB   BIT64(18)

#define VECTOR_DB	1
#define VECTOR_NMI	2
#define VECTOR_BP	3
#define VECTOR_OF	4
#define VECTOR_UD	6
#define VECTOR_DF	8
#define VECTOR_GP	13
#define VECTOR_PF	14
#define VECTOR_AC	17
#define VECTOR_EXTERNAL 32 /* first vector that is not an exception */

/* Long-mode page-table entries. */
#define PTE_PRESENT  BIT64(0)
#define PTE_WRITE    BIT64(1)
#define PTE_USER     BIT64(2)
#define PTE_UNCACHED (BIT64(4) | BIT64(3)) /* PAT entry 3 */
#define PTE_LARGE    BIT64(7)
#define PTE_GLOBAL   BIT64(8)
#define PTE_NX	     BIT64(63)
#define PTE_ADDRESS  MASK64(51, 12)

/* VTL1's first segments: attributes are descriptor bits 47:40 and 55:52. */
#define VTL1_CODE_SELECTOR 0x08
#define VTL1_DATA_SELECTOR 0x10
#define SEGMENT_CODE_64	   0xa9b /* read and execute */
#define SEGMENT_DATA	   0xc93 /* read and write */
#define SEGMENT_TSS	   0x08b /* busy, 64-bit */
#define SEGMENT_FLAT	   0xffffffffu

#define PAT_RESET UINT64_C(0x0007040600070406) /* 7.8.2 */

/* Segment reset values, APM table 14-2, in the VMCB's attribute form. */
#define RESET_CS_SELECTOR 0xf000
#define RESET_CS_BASE	  UINT64_C(0xffff0000)
#define RESET_RIP	  UINT64_C(0xfff0)
#define RESET_LIMIT	  0xffffu

#endif
