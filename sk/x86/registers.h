/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers and formats of the processor that VTL1 uses: APM vol. 2, control
 * registers and EFER (3.1), segments (4.8), paging (5.3), exceptions (8.2),
 * XSAVE (11.5).
 */
#ifndef OPENVBS_SK_X86_REGISTERS_H
#define OPENVBS_SK_X86_REGISTERS_H

#include "lib/field.h"

#define CR0_VTL1 UINT64_C(0x80010033) /* PE MP ET NE WP PG */

#define CR4_PAE	       BIT64(5)
#define CR4_MCE	       BIT64(6)
#define CR4_OSFXSR     BIT64(9)
#define CR4_OSXMMEXCPT BIT64(10)
#define CR4_UMIP       BIT64(11)
#define CR4_OSXSAVE    BIT64(18)
#define CR4_SMEP       BIT64(20)
#define CR4_SMAP       BIT64(21)

#define EFER_VTL1 UINT64_C(0xd01) /* SCE LME LMA NXE */

#define RFLAGS_ONE  BIT64(1)
#define RFLAGS_TF   BIT64(8)
#define RFLAGS_IF   BIT64(9)
#define RFLAGS_DF   BIT64(10)
#define RFLAGS_IOPL MASK64(13, 12)
#define RFLAGS_NT   BIT64(14)
#define RFLAGS_AC   BIT64(18)
/* What ring 3 may have of its own: CF PF AF ZF SF DF OF. */
#define RFLAGS_USER UINT64_C(0xcd5)

#define PTE_PRESENT BIT64(0)
#define PTE_WRITE   BIT64(1)
#define PTE_USER    BIT64(2)
#define PTE_NX	    BIT64(63)
#define PTE_ADDRESS MASK64(51, 12)

/* A clean FXSAVE image: every exception masked (APM vol. 1, 6.4, 4.2.2). */
#define FXSAVE_FCW    0
#define FXSAVE_MXCSR  24
#define XSAVE_PRESENT 512 /* XSTATE_BV, 11.5.2 */
#define FCW_CLEAN     UINT16_C(0x37f)
#define MXCSR_CLEAN   UINT32_C(0x1f80)

#define XCR0_VTL1 UINT64_C(3) /* x87 and SSE */

#define MSR_SYSENTER_CS	   0x174u
#define MSR_SYSENTER_ESP   0x175u
#define MSR_SYSENTER_EIP   0x176u
#define MSR_MCG_CAP	   0x179u /* 9.3 */
#define MSR_MCG_STATUS	   0x17au
#define MSR_MC0_STATUS	   0x401u
#define MSR_MC_STEP	   4u
#define MSR_EFER	   0xc0000080u
#define MSR_STAR	   0xc0000081u
#define MSR_LSTAR	   0xc0000082u
#define MSR_CSTAR	   0xc0000083u
#define MSR_SFMASK	   0xc0000084u
#define MSR_FS_BASE	   0xc0000100u
#define MSR_GS_BASE	   0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u

#define MCG_CAP_BANKS	       MASK64(7, 0)
#define MC_STATUS_VALID	       BIT64(63)
#define MC_STATUS_CONTEXT_LOST BIT64(57)

#define CPUID_FEATURES	   1u
#define CPUID_1_ECX_XSAVE  BIT64(26)
#define CPUID_1_ECX_RDRAND BIT64(30)
#define CPUID_STRUCTURED   7u
#define CPUID_7_EBX_SMEP   BIT64(7)
#define CPUID_7_EBX_RDSEED BIT64(18)
#define CPUID_7_EBX_SMAP   BIT64(20)
#define CPUID_7_ECX_UMIP   BIT64(2)
#define CPUID_7_EDX_MD	   BIT64(10) /* VERW clears buffers */
#define CPUID_7_EDX_IBPB   BIT64(26)
#define CPUID_XSAVE	   0xdu
#define CPUID_EXTENDED_MAX 0x80000000u
#define CPUID_SIZES	   0x80000008u
#define CPUID_X8_EBX_IBPB  BIT64(12)

#define VECTORS	    33u /* exceptions, and VINA behind them */
#define VECTOR_DF   8u
#define VECTOR_MC   18u
#define VECTOR_VINA 32u

/* Selectors; SYSRET is not used, SYSCALL loads CS and SS from STAR 47:32. */
#define KERNEL_CODE  0x08u
#define KERNEL_DATA  0x10u
#define USER_DATA    0x1bu
#define USER_CODE    0x23u
#define TSS_SELECTOR 0x28u

#define SEGMENT_KERNEL_CODE	UINT64_C(0x00af9b000000ffff)
#define SEGMENT_KERNEL_DATA	UINT64_C(0x00cf93000000ffff)
#define SEGMENT_USER_DATA	UINT64_C(0x00cff3000000ffff)
#define SEGMENT_USER_CODE	UINT64_C(0x00affb000000ffff)
#define SEGMENT_TSS_BUSY	0x8bu
#define SEGMENT_CODE_ATTRIBUTES 0xa9bu
#define SEGMENT_DATA_ATTRIBUTES 0xc93u
#define SEGMENT_LIMIT_FLAT	0xffffffffu
#define GATE_INTERRUPT		0x8eu
#define PAT_VTL1		UINT64_C(0x0007040600070406)

#endif
