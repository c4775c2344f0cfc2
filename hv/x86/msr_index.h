/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and fields of the registers in msr_table.c, besides those in msr.h.
 * APM vol. 2, appendix A; those it leaves out: AMD's PPRs, and the Intel SDM
 * vol. 4 for what only the emulated processor has.
 */
#ifndef OPENVBS_HV_X86_MSR_INDEX_H
#define OPENVBS_HV_X86_MSR_INDEX_H

#include "hv/x86/msr.h"
#include "lib/field.h"

/* Below 0x2000: common to both makers. */
#define MSR_TSC		     0x00000010u
#define MSR_EBL_CR_POWERON   0x0000002au
#define MSR_TSC_ADJUST	     0x0000003bu
#define MSR_SPEC_CTRL	     0x00000048u
#define MSR_PRED_CMD	     0x00000049u
#define MSR_UPDATE_TRIGGER   0x00000079u
#define MSR_PATCH_LEVEL	     0x0000008bu
#define MSR_MPERF	     0x000000e7u
#define MSR_APERF	     0x000000e8u
#define MSR_MTRR_CAP	     0x000000feu
#define MSR_FLUSH_CMD	     0x0000010bu
#define MSR_SYSENTER_CS	     0x00000174u
#define MSR_SYSENTER_ESP     0x00000175u
#define MSR_SYSENTER_EIP     0x00000176u
#define MSR_MCG_CAP	     0x00000179u
#define MSR_MCG_STATUS	     0x0000017au
#define MSR_MCG_CTL	     0x0000017bu
#define MSR_MISC_ENABLE	     0x000001a0u
#define MSR_DEBUG_CTL	     0x000001d9u
#define MSR_LAST_BRANCH_FROM 0x000001dbu
#define MSR_LAST_INT_TO	     0x000001deu
#define MSR_MTRR_BASE0	     0x00000200u
#define MSR_MTRR_MASK7	     0x0000020fu
#define MSR_MTRR_FIX_64K     0x00000250u
#define MSR_MTRR_FIX_16K_80  0x00000258u
#define MSR_MTRR_FIX_16K_A0  0x00000259u
#define MSR_MTRR_FIX_4K_C0   0x00000268u
#define MSR_MTRR_FIX_4K_F8   0x0000026fu
#define MSR_MTRR_DEF_TYPE    0x000002ffu
#define MSR_PEBS_ENABLE	     0x000003f1u
#define MSR_MC0_CTL	     0x00000400u
#define MSR_MC31_MISC	     0x0000047fu
#define MSR_RTIT_OUTPUT_BASE 0x00000560u
#define MSR_RTIT_LAST	     0x00000587u
#define MSR_DS_AREA	     0x00000600u
#define MSR_U_CET	     0x000006a0u
#define MSR_S_CET	     0x000006a2u
#define MSR_PL0_SSP	     0x000006a4u
#define MSR_ISST_ADDR	     0x000006a8u
#define MSR_TSC_DEADLINE     0x000006e0u
#define MSR_PKRS	     0x000006e1u
#define MSR_X2APIC_FIRST     0x00000800u
#define MSR_X2APIC_ICR	     0x00000830u
#define MSR_X2APIC_LAST	     0x000008ffu
#define MSR_BNDCFGS	     0x00000d90u
#define MSR_XSS		     0x00000da0u

/* From 0xc0000000: AMD64. */
#define MSR_STAR	       0xc0000081u
#define MSR_LSTAR	       0xc0000082u
#define MSR_CSTAR	       0xc0000083u
#define MSR_SFMASK	       0xc0000084u
#define MSR_MPERF_READ_ONLY    0xc00000e7u
#define MSR_IRPERF	       0xc00000e9u
#define MSR_FS_BASE	       0xc0000100u
#define MSR_KERNEL_GS_BASE     0xc0000102u
#define MSR_TSC_AUX	       0xc0000103u
#define MSR_TSC_RATIO	       0xc0000104u
#define MSR_LWP_CFG	       0xc0000105u
#define MSR_LWP_CBADDR	       0xc0000106u
#define MSR_LBR_SELECT	       0xc000010eu
#define MSR_DBG_EXTN_CFG       0xc000010fu
#define MSR_PERF_GLOBAL_STATUS 0xc0000300u
#define MSR_PERF_GLOBAL_SET    0xc0000303u
#define MSR_MC4_MISC1	       0xc0000408u
#define MSR_MC4_MISC8	       0xc000040fu
#define MSR_MCAX_FIRST	       0xc0002000u
#define MSR_MCAX_LAST	       0xc0002fffu

/* From 0xc0010000: AMD. */
#define MSR_PERF_CTL0	     0xc0010000u
#define MSR_PERF_CTR3	     0xc0010007u
#define MSR_SYSCFG	     0xc0010010u
#define MSR_HWCR	     0xc0010015u
#define MSR_IORR_BASE0	     0xc0010016u
#define MSR_IORR_MASK1	     0xc0010019u
#define MSR_TOP_MEM	     0xc001001au
#define MSR_TOM2	     0xc001001du
#define MSR_NB_CFG	     0xc001001fu
#define MSR_PATCH_LOADER     0xc0010020u
#define MSR_MCE_REDIRECT     0xc0010022u
#define MSR_NAME_STRING0     0xc0010030u
#define MSR_NAME_STRING5     0xc0010035u
#define MSR_MC0_CTL_MASK     0xc0010044u
#define MSR_MC6_CTL_MASK     0xc001004au
#define MSR_SMI_IO_TRAP0     0xc0010050u
#define MSR_SMI_IO_TRAP_CTL  0xc0010054u
#define MSR_INT_PENDING	     0xc0010055u
#define MSR_SMI_TRIGGER_IO   0xc0010056u
#define MSR_MMIO_CFG_BASE    0xc0010058u
#define MSR_PSTATE_LIMIT     0xc0010061u
#define MSR_PSTATE_CTL	     0xc0010062u
#define MSR_PSTATE_STATUS    0xc0010063u
#define MSR_PSTATE_DEF0	     0xc0010064u
#define MSR_PSTATE_DEF7	     0xc001006bu
#define MSR_CSTATE_BASE	     0xc0010073u
#define MSR_CPU_WDT	     0xc0010074u
#define MSR_SMM_BASE	     0xc0010111u
#define MSR_SMM_ADDR	     0xc0010112u
#define MSR_SMM_MASK	     0xc0010113u
#define MSR_IGNNE	     0xc0010115u
#define MSR_SMM_CTL	     0xc0010116u
#define MSR_SVM_KEY	     0xc0010118u
#define MSR_SMM_KEY	     0xc0010119u
#define MSR_LOCAL_SMI_STATUS 0xc001011au
#define MSR_AVIC_DOORBELL    0xc001011bu
#define MSR_VMPAGE_FLUSH     0xc001011eu
#define MSR_VIRT_SPEC_CTRL   0xc001011fu
#define MSR_GHCB	     0xc0010130u
#define MSR_SEV_STATUS	     0xc0010131u
#define MSR_RMP_BASE	     0xc0010132u
#define MSR_RMP_END	     0xc0010133u
#define MSR_GUEST_TSC_FREQ   0xc0010134u
#define MSR_VIRTUAL_TOM	     0xc0010135u
#define MSR_RMP_CFG	     0xc0010136u
#define MSR_OSVW_LENGTH	     0xc0010140u
#define MSR_OSVW_STATUS	     0xc0010141u
#define MSR_PERF_CTL_EXT0    0xc0010200u
#define MSR_PERF_CTR_EXT5    0xc001020bu
#define MSR_PERF_LLC_CTL0    0xc0010230u
#define MSR_PERF_LLC_CTR5    0xc001023bu
#define MSR_PERF_NB_CTL0     0xc0010240u
#define MSR_PERF_NB_CTR3     0xc0010247u
#define MSR_PTSC	     0xc0010280u
#define MSR_RAPL_UNIT	     0xc0010299u
#define MSR_RAPL_PACKAGE     0xc001029bu
#define MSR_CPPC_CAP1	     0xc00102b0u
#define MSR_CPPC_ENABLE	     0xc00102b1u
#define MSR_CPPC_CAP2	     0xc00102b2u
#define MSR_CPPC_REQUEST     0xc00102b3u
#define MSR_CPPC_STATUS	     0xc00102b4u
#define MSR_PPIN_CTL	     0xc00102f0u
#define MSR_PPIN	     0xc00102f1u
#define MSR_LBR_FROM0	     0xc0010300u
#define MSR_LBR_TO15	     0xc001031fu
#define MSR_MCAX_MASK_FIRST  0xc0010400u
#define MSR_MCAX_MASK_LAST   0xc001043fu
#define MSR_CPUID_FN7	     0xc0011002u
#define MSR_CPUID_EXT	     0xc0011005u
#define MSR_DR1_MASK	     0xc0011019u
#define MSR_DR3_MASK	     0xc001101bu
#define MSR_LS_CFG	     0xc0011020u
#define MSR_IC_CFG	     0xc0011021u
#define MSR_DC_CFG	     0xc0011022u
#define MSR_BU_CFG	     0xc0011023u
#define MSR_DR0_MASK	     0xc0011027u
#define MSR_FP_CFG	     0xc0011028u
#define MSR_DE_CFG	     0xc0011029u
#define MSR_BU_CFG2	     0xc001102au
#define MSR_CU_CFG3	     0xc001102bu
#define MSR_LS_CFG2	     0xc001102du
#define MSR_BP_CFG	     0xc001102eu
#define MSR_IBS_FETCH_CTL    0xc0011030u
#define MSR_IBS_DATA5	     0xc001103du
#define MSR_SPECTRAL_CHICKEN 0xc00110e3u

/* Fields. */
#define VM_CR_LOCK	    BIT64(3)
#define EXTENDED_CONFIG	    BIT64(46) /* NB_CFG: bits 27:24 of 0xCF8 */
#define HWCR_FLUSH_FILTER   BIT64(6)  /* off, on K8 */
#define HWCR_MC_STATUS_WR   BIT64(18)
#define HWCR_BOOST_OFF	    BIT64(25)
#define HWCR_IRPERF	    BIT64(30)
#define LS_CFG_SSBD	    (BIT64(10) | BIT64(33) | BIT64(54))
#define LS_CFG_ERRATUM_793  BIT64(15)
#define IC_CFG_WAY_ACCESS   MASK64(4, 1)
#define FP_CFG_DENORMAL	    BIT64(9)
#define DE_CFG_LFENCE	    BIT64(1)
#define DE_CFG_ZENBLEED	    BIT64(9)
#define DE_CFG_CLFLUSH	    BIT64(31)
#define BU_CFG2_ERRATUM_383 BIT64(24)
#define BP_CFG_REDUCE	    BIT64(4)
#define BP_CFG_SHARED_BTB   BIT64(5)
#define SPECTRAL_CHICKEN    BIT64(1)

#define MTRR_VALID	MASK64(11, 11)
#define MTRR_ADDRESS	MASK64(51, 12)
#define MTRR_TYPE	MASK64(7, 0)
#define MTRR_WRITE_BACK 6
#define MTRR_ENABLE	BIT64(11) /* of the default type */
#define MTRR_FIXED_END	BIT64(20) /* fixed ranges lie below */

/* The three runs of 0x2000 registers in the permission map, 15.11. */
#define MSR_MAP_RUN	0x2000u
#define MSR_MAP_RUN1	0xc0000000u
#define MSR_MAP_RUN2	0xc0010000u
#define MSR_MAP_RUNS	3u
#define MSR_MAP_IN_BYTE 4u /* two bits a register: read, write */
#define MSR_MAP_READ	1u
#define MSR_MAP_WRITE	2u
#define MSR_MAP_ALL	0xffu
#define MSR_MAP_WRITES	0xaau /* the write bits of four registers */

#endif
