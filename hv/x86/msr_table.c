/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of model-specific registers, and the permission map made of it.
 * Called by msr_decide.c, by the vendor at start-up, and by the generator of
 * docs/msr.md.
 *
 * Invariant: rows ascend and do not overlap. A register that is not here may
 * be read, and a write to it faults.
 *
 * Reasons that the columns cannot hold. FROZEN: firmware sets it, a change
 * would move memory, SMM or voltages under us. CHANGE and SET name the bits
 * that Linux is known to change, and where it does. PASS: per-CPU state of
 * VTL0, or harmless to us; what is read and written all day is PASS, so that
 * it never exits.
 */
#include "hv/x86/msr_table.h"

#include <stddef.h>

#include "abi/events.h"
#include "abi/vtl.h"
#include "hv/x86/msr_index.h"

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* TCG: QEMU 7.2's emulated processor has the register. HARD: it has not. */
#define TCG  true
#define HARD false

#define RULES(first, last, name, read, write, where, section)                 \
	{                                                                     \
		first, last, name, MSR_READ_##read, MSR_WRITE_##write, where, \
			0, 0, section                                         \
	}
#define ROW(msr, name, read, write, where, section) \
	RULES(msr, msr, name, read, write, where, section)
#define BITS(msr, name, write, bits, section)                              \
	{                                                                  \
		msr, msr, name, MSR_READ_PASS, MSR_WRITE_##write, HARD, 0, \
			bits, section                                      \
	}
#define MICROCODE(msr, name, section)                                \
	{                                                            \
		msr, msr, name, MSR_READ_PASS, MSR_WRITE_DROP, HARD, \
			EVENT_MICROCODE_DROPPED, 0, section          \
	}

static const struct msr_row rows[] = {
	ROW(MSR_TSC, "TSC", PASS, DROP, HARD, "13.2"),
	ROW(MSR_APIC_BASE, "APIC_BASE", PASS, APIC_BASE, TCG, "16.3.1"),
	ROW(MSR_EBL_CR_POWERON, "EBL_CR_POWERON", PASS, GP, HARD, "A.1"),
	ROW(MSR_TSC_ADJUST, "TSC_ADJUST", PASS, DROP, HARD, "SDM vol. 4"),
	ROW(MSR_SPEC_CTRL, "SPEC_CTRL", PASS, PASS, HARD, "3.2.9"),
	ROW(MSR_PRED_CMD, "PRED_CMD", PASS, PASS, HARD, "3.2.9"),
	MICROCODE(MSR_UPDATE_TRIGGER, "IA32_BIOS_UPDT_TRIG", "SDM vol. 4"),
	ROW(MSR_PATCH_LEVEL, "PATCH_LEVEL", PASS, GP, TCG, "A.1"),
	RULES(MSR_MPERF, MSR_APERF, "MPERF, APERF", PASS, PASS, HARD, "17.3"),
	ROW(MSR_MTRR_CAP, "MTRRcap", PASS, GP, TCG, "7.7"),
	ROW(MSR_FLUSH_CMD, "FLUSH_CMD", PASS, PASS, HARD, "SDM vol. 4"),
	RULES(MSR_SYSENTER_CS, MSR_SYSENTER_EIP, "SYSENTER_CS, ESP, EIP", PASS,
	      PASS, TCG, "6.1.2"),
	ROW(MSR_MCG_CAP, "MCG_CAP", PASS, GP, TCG, "9.3"),
	ROW(MSR_MCG_STATUS, "MCG_STAT", PASS, PASS, TCG, "9.3"),
	ROW(MSR_MCG_CTL, "MCG_CTL", PASS, PASS, TCG, "9.3"),
	ROW(MSR_MISC_ENABLE, "IA32_MISC_ENABLE", PASS, FROZEN, TCG,
	    "SDM vol. 4; absent on AMD"),
	ROW(MSR_DEBUG_CTL, "DebugCtl", PASS, PASS, HARD, "13.1"),
	RULES(MSR_LAST_BRANCH_FROM, MSR_LAST_INT_TO, "LastBranch, LastInt",
	      PASS, PASS, HARD, "13.1"),
	RULES(MSR_MTRR_BASE0, MSR_MTRR_MASK7, "MTRRphysBase, MTRRphysMask 0-7",
	      PASS, MTRR_VARIABLE, TCG, "7.7"),
	ROW(MSR_MTRR_FIX_64K, "MTRRfix64K", PASS, MTRR_FIXED, TCG, "7.7"),
	RULES(MSR_MTRR_FIX_16K_80, MSR_MTRR_FIX_16K_A0, "MTRRfix16K", PASS,
	      MTRR_FIXED, TCG, "7.7"),
	RULES(MSR_MTRR_FIX_4K_C0, MSR_MTRR_FIX_4K_F8, "MTRRfix4K", PASS,
	      MTRR_FIXED, TCG, "7.7"),
	ROW(MSR_PAT, "PAT", PASS, PASS, TCG, "7.8; 15.25.8: VTL0 has its own"),
	ROW(MSR_MTRR_DEF_TYPE, "MTRRdefType", PASS, MTRR_DEFAULT, TCG, "7.7"),
	ROW(MSR_PEBS_ENABLE, "IA32_PEBS_ENABLE", GP, GP, HARD,
	    "SDM vol. 4; absent on AMD"),
	RULES(MSR_MC0_CTL, MSR_MC31_MISC, "MCi_CTL, STATUS, ADDR, MISC", PASS,
	      PASS, TCG, "9.3"),
	RULES(MSR_RTIT_OUTPUT_BASE, MSR_RTIT_LAST, "IA32_RTIT_*", GP, GP, HARD,
	      "SDM vol. 4; absent on AMD"),
	ROW(MSR_DS_AREA, "IA32_DS_AREA", GP, GP, HARD,
	    "SDM vol. 4; absent on AMD"),
	ROW(MSR_U_CET, "U_CET", PASS, PASS, HARD, "18"),
	ROW(MSR_S_CET, "S_CET", PASS, PASS, HARD, "18"),
	RULES(MSR_PL0_SSP, MSR_ISST_ADDR, "PL0-3_SSP, ISST_ADDR", PASS, PASS,
	      HARD, "18"),
	ROW(MSR_TSC_DEADLINE, "TSC_DEADLINE", PASS, PASS, HARD, "16.4"),
	ROW(MSR_PKRS, "IA32_PKRS", PASS, PASS, TCG,
	    "SDM vol. 4; absent on AMD"),
	RULES(MSR_X2APIC_FIRST, MSR_X2APIC_ICR - 1, "x2APIC", PASS, PASS, HARD,
	      "16.11"),
	ROW(MSR_X2APIC_ICR, "x2APIC ICR", PASS, X2APIC_ICR, HARD, "16.11"),
	RULES(MSR_X2APIC_ICR + 1, MSR_X2APIC_LAST, "x2APIC", PASS, PASS, HARD,
	      "16.11"),
	ROW(MSR_BNDCFGS, "IA32_BNDCFGS", PASS, FROZEN, TCG,
	    "SDM vol. 4; absent on AMD"),
	ROW(MSR_XSS, "XSS", PASS, PASS, HARD, "11.5"),
	ROW(MSR_EFER, "EFER", EFER, EFER, TCG, "3.1.7"),
	RULES(MSR_STAR, MSR_SFMASK, "STAR, LSTAR, CSTAR, SFMASK", PASS, PASS,
	      TCG, "6.1.1"),
	RULES(MSR_MPERF_READ_ONLY, MSR_IRPERF,
	      "MPERF, APERF read-only; IRPerfCount", PASS, GP, HARD, "17.3"),
	RULES(MSR_FS_BASE, MSR_KERNEL_GS_BASE, "FS.Base, GS.Base, KernelGSbase",
	      PASS, PASS, TCG, "4.5; 6.1.1"),
	ROW(MSR_TSC_AUX, "TSC_AUX", PASS, PASS, TCG, "3.2"),
	ROW(MSR_TSC_RATIO, "TSC_RATIO", PASS, GP, HARD, "15.30.5"),
	RULES(MSR_LWP_CFG, MSR_LWP_CBADDR, "LWP_CFG, LWP_CBADDR", PASS, GP,
	      HARD, "13.4"),
	RULES(MSR_LBR_SELECT, MSR_DBG_EXTN_CFG, "LBR_SELECT, DBG_EXTN_CFG",
	      PASS, PASS, HARD, "13.1"),
	RULES(MSR_PERF_GLOBAL_STATUS, MSR_PERF_GLOBAL_SET, "PerfCntrGlobal*",
	      PASS, PASS, HARD, "13.2"),
	RULES(MSR_MC4_MISC1, MSR_MC4_MISC8, "MC4_MISC1-8", PASS, PASS, HARD,
	      "9.3"),
	RULES(MSR_MCAX_FIRST, MSR_MCAX_LAST, "MCA_* (MCAX)", PASS, PASS, HARD,
	      "9.3"),
	RULES(MSR_PERF_CTL0, MSR_PERF_CTR3, "PerfEvtSel0-3, PerfCtr0-3", PASS,
	      PASS, HARD, "13.2"),
	ROW(MSR_SYSCFG, "SYSCFG", PASS, FROZEN, HARD, "3.2.1"),
	BITS(MSR_HWCR, "HWCR", CHANGE,
	     HWCR_FLUSH_FILTER | HWCR_MC_STATUS_WR | HWCR_BOOST_OFF |
		     HWCR_IRPERF,
	     "3.2.10; Linux mce/amd.c, acpi-cpufreq.c, cpu/amd.c"),
	RULES(MSR_IORR_BASE0, MSR_IORR_MASK1, "IORRBase, IORRMask 0-1", PASS,
	      FROZEN, HARD, "7.9"),
	ROW(MSR_TOP_MEM, "TOP_MEM", PASS, FROZEN, HARD, "7.9"),
	ROW(MSR_TOM2, "TOM2", PASS, FROZEN, HARD, "7.9"),
	BITS(MSR_NB_CFG, "NB_CFG", CHANGE, EXTENDED_CONFIG,
	     "PPR; Linux pci/amd_bus.c"),
	MICROCODE(MSR_PATCH_LOADER, "PATCH_LOADER", "PPR"),
	ROW(MSR_MCE_REDIRECT, "McExcepRedir", PASS, FROZEN, HARD, "PPR"),
	RULES(MSR_NAME_STRING0, MSR_NAME_STRING5, "ProcNameString0-5", PASS,
	      FROZEN, HARD, "PPR"),
	RULES(MSR_MC0_CTL_MASK, MSR_MC6_CTL_MASK, "MCi_CTL_MASK", PASS, FROZEN,
	      HARD, "PPR"),
	RULES(MSR_SMI_IO_TRAP0, MSR_SMI_IO_TRAP_CTL,
	      "SMI_ON_IO_TRAP 0-3, CTL_STS", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_INT_PENDING, "IntPend", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_SMI_TRIGGER_IO, "SmiTrigIoCycle", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_MMIO_CFG_BASE, "MMIO_CFG_BASE", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_PSTATE_LIMIT, "PStateCurLim", PASS, GP, HARD, "17.1"),
	ROW(MSR_PSTATE_CTL, "PStateCtl", PASS, PASS, HARD, "17.1"),
	ROW(MSR_PSTATE_STATUS, "PStateStat", PASS, GP, HARD, "17.1"),
	RULES(MSR_PSTATE_DEF0, MSR_PSTATE_DEF7, "PStateDef0-7", PASS, FROZEN,
	      HARD, "PPR"),
	ROW(MSR_CSTATE_BASE, "CStateBaseAddr", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_CPU_WDT, "CpuWdtCfg", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_SMM_BASE, "SMM_BASE", PASS, FROZEN, HARD, "10.2"),
	ROW(MSR_SMM_ADDR, "SMM_ADDR", PASS, FROZEN, HARD, "10.2"),
	ROW(MSR_SMM_MASK, "SMM_MASK", PASS, FROZEN, HARD, "10.2"),
	{MSR_VM_CR, MSR_VM_CR, "VM_CR", MSR_READ_FIXED, MSR_WRITE_DROP, HARD, 0,
	 VM_CR_SVMDIS | VM_CR_LOCK, "15.30.1"},
	ROW(MSR_IGNNE, "IGNNE", PASS, FROZEN, HARD, "15.30.2"),
	ROW(MSR_SMM_CTL, "SMM_CTL", GP, GP, HARD, "15.30.3"),
	ROW(MSR_VM_HSAVE, "VM_HSAVE_PA", FIXED, GP, TCG, "15.30.4"),
	ROW(MSR_SVM_KEY, "SVM_KEY", FIXED, GP, HARD, "15.31"),
	ROW(MSR_SMM_KEY, "SMM_KEY", FIXED, GP, HARD, "15.32"),
	ROW(MSR_LOCAL_SMI_STATUS, "LocalSmiStatus", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_AVIC_DOORBELL, "AVIC doorbell", GP, GP, HARD, "15.29"),
	ROW(MSR_VMPAGE_FLUSH, "VMPAGE_FLUSH", GP, GP, HARD, "15.34"),
	ROW(MSR_VIRT_SPEC_CTRL, "VIRT_SPEC_CTRL", PASS, PASS, HARD, "3.2.9"),
	ROW(MSR_GHCB, "GHCB", GP, GP, HARD, "15.35"),
	ROW(MSR_SEV_STATUS, "SEV_STATUS", PASS, GP, HARD, "15.34"),
	RULES(MSR_RMP_BASE, MSR_RMP_END, "RMP_BASE, RMP_END", PASS, GP, HARD,
	      "15.36"),
	RULES(MSR_GUEST_TSC_FREQ, MSR_VIRTUAL_TOM,
	      "GUEST_TSC_FREQ, VIRTUAL_TOM", GP, GP, HARD, "15.36"),
	ROW(MSR_RMP_CFG, "RMP_CFG", PASS, GP, HARD, "15.36"),
	RULES(MSR_OSVW_LENGTH, MSR_OSVW_STATUS, "OSVW_ID_LENGTH, OSVW_STATUS",
	      PASS, GP, HARD, "E"),
	RULES(MSR_PERF_CTL_EXT0, MSR_PERF_CTR_EXT5,
	      "PerfCtlExt, PerfCtrExt 0-5", PASS, PASS, HARD, "13.2"),
	RULES(MSR_PERF_LLC_CTL0, MSR_PERF_LLC_CTR5,
	      "PerfCtlLLC, PerfCtrLLC 0-5", PASS, PASS, HARD, "13.2"),
	RULES(MSR_PERF_NB_CTL0, MSR_PERF_NB_CTR3, "PerfCtlNB, PerfCtrNB 0-3",
	      PASS, PASS, HARD, "13.2"),
	ROW(MSR_PTSC, "PTSC", PASS, GP, HARD, "13.2"),
	RULES(MSR_RAPL_UNIT, MSR_RAPL_PACKAGE, "RAPL unit, core, package", PASS,
	      GP, HARD, "PPR"),
	ROW(MSR_CPPC_CAP1, "CPPC_CAPABILITY_1", PASS, GP, HARD, "17.6"),
	ROW(MSR_CPPC_ENABLE, "CPPC_ENABLE", PASS, PASS, HARD, "17.6"),
	ROW(MSR_CPPC_CAP2, "CPPC_CAPABILITY_2", PASS, GP, HARD, "17.6"),
	RULES(MSR_CPPC_REQUEST, MSR_CPPC_STATUS, "CPPC_REQUEST, CPPC_STATUS",
	      PASS, PASS, HARD, "17.6"),
	RULES(MSR_PPIN_CTL, MSR_PPIN, "PPIN_CTL, PPIN", PASS, FROZEN, HARD,
	      "PPR"),
	RULES(MSR_LBR_FROM0, MSR_LBR_TO15, "LBR stack From, To 0-15", PASS,
	      PASS, HARD, "13.1"),
	RULES(MSR_MCAX_MASK_FIRST, MSR_MCAX_MASK_LAST, "MCA_CTL_MASK (MCAX)",
	      PASS, FROZEN, HARD, "9.3"),
	RULES(MSR_CPUID_FN7, MSR_CPUID_EXT, "CPUID overrides", PASS, FROZEN,
	      HARD, "PPR"),
	RULES(MSR_DR1_MASK, MSR_DR3_MASK, "DR1-3_ADDR_MASK", PASS, PASS, HARD,
	      "13.1"),
	BITS(MSR_LS_CFG, "LS_CFG", CHANGE, LS_CFG_SSBD | LS_CFG_ERRATUM_793,
	     "PPR; Linux cpu/amd.c: SSBD, erratum 793"),
	BITS(MSR_IC_CFG, "IC_CFG", CHANGE, IC_CFG_WAY_ACCESS,
	     "PPR; Linux cpu/amd.c: family 15h way access"),
	ROW(MSR_DC_CFG, "DC_CFG", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_BU_CFG, "BU_CFG", PASS, FROZEN, HARD, "PPR"),
	ROW(MSR_DR0_MASK, "DR0_ADDR_MASK", PASS, PASS, HARD, "13.1"),
	BITS(MSR_FP_CFG, "FP_CFG", SET, FP_CFG_DENORMAL,
	     "PPR; Linux cpu/amd.c: Zen 1 denormals"),
	BITS(MSR_DE_CFG, "DE_CFG", SET,
	     DE_CFG_LFENCE | DE_CFG_ZENBLEED | DE_CFG_CLFLUSH,
	     "PPR; Linux cpu/amd.c: LFENCE, Zenbleed, erratum 665"),
	BITS(MSR_BU_CFG2, "BU_CFG2", CHANGE, BU_CFG2_ERRATUM_383,
	     "PPR; Linux cpu/amd.c: erratum 383"),
	RULES(MSR_CU_CFG3, MSR_LS_CFG2, "CU_CFG3, EX_CFG, LS_CFG2", PASS,
	      FROZEN, HARD, "PPR"),
	BITS(MSR_BP_CFG, "BP_CFG", SET, BP_CFG_REDUCE | BP_CFG_SHARED_BTB,
	     "PPR; Linux cpu/amd.c: SRSO, erratum 1485"),
	RULES(MSR_IBS_FETCH_CTL, MSR_IBS_DATA5, "IBS", PASS, PASS, HARD,
	      "13.3"),
	BITS(MSR_SPECTRAL_CHICKEN, "Zen 2 branch control", SET,
	     SPECTRAL_CHICKEN, "Linux cpu/amd.c: Retbleed"),
};

const struct msr_row *msr_rows(unsigned *count)
{
	*count = ROWS;
	return rows;
}

const struct msr_row *msr_find(uint32_t msr)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (msr >= rows[i].first && msr <= rows[i].last) {
			return &rows[i];
		}
	}
	return NULL;
}

bool msr_in_map(uint32_t msr, unsigned *index)
{
	static const uint32_t runs[MSR_MAP_RUNS] = {0, MSR_MAP_RUN1,
						    MSR_MAP_RUN2};

	for (unsigned run = 0; run < MSR_MAP_RUNS; run++) {
		if (msr - runs[run] < MSR_MAP_RUN) {
			*index = run * MSR_MAP_RUN + (msr - runs[run]);
			return true;
		}
	}
	return false;
}

/* MSRs, and what says that VTL1 watches writes of them. */
static const struct {
	uint32_t msr;
	uint64_t bit;
} watchable[] = {
	{MSR_SYSENTER_CS, HV_CR_INTERCEPT_SYSENTER_CS},
	{MSR_SYSENTER_ESP, HV_CR_INTERCEPT_SYSENTER_ESP},
	{MSR_SYSENTER_EIP, HV_CR_INTERCEPT_SYSENTER_EIP},
	{MSR_EFER, HV_CR_INTERCEPT_EFER},
	{MSR_STAR, HV_CR_INTERCEPT_STAR},
	{MSR_LSTAR, HV_CR_INTERCEPT_LSTAR},
	{MSR_CSTAR, HV_CR_INTERCEPT_CSTAR},
	{MSR_SFMASK, HV_CR_INTERCEPT_SFMASK},
};

uint64_t msr_watch_bit(uint32_t msr)
{
	for (size_t i = 0; i < sizeof(watchable) / sizeof(watchable[0]); i++) {
		if (watchable[i].msr == msr) {
			return watchable[i].bit;
		}
	}
	return 0;
}

/* Sets or clears one of a register's two bits. */
static void put(uint8_t map[MSR_MAP_BYTES], unsigned index, unsigned bit,
		bool exits)
{
	unsigned shift = 2 * (index % MSR_MAP_IN_BYTE);
	uint8_t mask = (uint8_t)(bit << shift);
	uint8_t *byte = &map[index / MSR_MAP_IN_BYTE];

	*byte = (uint8_t)(exits ? *byte | mask : *byte & ~mask);
}

void msr_fill_permission_map(uint8_t map[MSR_MAP_BYTES], bool watched)
{
	size_t used = MSR_MAP_RUNS * MSR_MAP_RUN / MSR_MAP_IN_BYTE;

	for (size_t i = 0; i < MSR_MAP_BYTES; i++) {
		map[i] = i < used ? MSR_MAP_WRITES : MSR_MAP_ALL;
	}
	for (size_t i = 0; i < ROWS; i++) {
		const struct msr_row *row = &rows[i];
		unsigned index;

		if (!msr_in_map(row->first, &index)) {
			continue;
		}
		for (uint32_t n = 0; n <= row->last - row->first; n++) {
			put(map, index + n, MSR_MAP_READ,
			    row->read != MSR_READ_PASS);
			put(map, index + n, MSR_MAP_WRITE,
			    row->write != MSR_WRITE_PASS ||
				    (watched &&
				     msr_watch_bit(row->first + n) != 0));
		}
	}
}
