/* SPDX-License-Identifier: MIT */
/* The table of host/libvbs/facts.h: wanted answers, words, remedies. */
#include "host/libvbs/facts.h"

#define YES_NO(unknown, no, yes) \
	{                        \
		unknown, no, yes \
	}

const struct fact_rule fact_rules[FACT_COUNT] = {
	[FACT_CPU_VENDOR] = {"cpu_vendor", "processor", VERDICT_IMPOSSIBLE,
			     YES_NO("unknown", "not AMD", "AMD"), ANSWER_YES,
			     "use a machine with an AMD processor; Intel is "
			     "not supported yet"},
	[FACT_SVM] = {"svm", "virtualization (SVM)", VERDICT_IMPOSSIBLE,
		      YES_NO("unknown", "missing", "present"), ANSWER_YES,
		      "switch on SVM in the firmware's setup, or in the "
		      "emulator's CPU model"},
	[FACT_NESTED_PAGING] = {"nested_paging", "nested paging",
				VERDICT_IMPOSSIBLE,
				YES_NO("unknown", "missing", "present"),
				ANSWER_YES,
				"use a processor with nested paging (NPT)"},
	[FACT_GIB_PAGES] = {"gib_pages", "1 GiB pages", VERDICT_IMPOSSIBLE,
			    YES_NO("unknown", "missing", "present"), ANSWER_YES,
			    "use a processor with 1 GiB pages"},
	[FACT_ADDRESS_BITS] = {"address_bits", "physical address width",
			       VERDICT_IMPOSSIBLE,
			       YES_NO("unknown", "more than 48 bits",
				      "at most 48 bits"),
			       ANSWER_YES,
			       "switch off memory encryption, or use a machine "
			       "with less address space"},
	[FACT_CPU_COUNT] = {"cpu_count", "number of CPUs", VERDICT_IMPOSSIBLE,
			    YES_NO("unknown", "more than 64", "at most 64"),
			    ANSWER_YES,
			    "switch off SMT or some cores in the firmware's "
			    "setup"},
	[FACT_X2APIC] = {"xapic", "APIC IDs", VERDICT_IMPOSSIBLE,
			 YES_NO("unknown", "255 or more: needs x2APIC",
				"below 255"),
			 ANSWER_YES,
			 "switch off x2APIC, or some cores, in the firmware's "
			 "setup"},
	[FACT_MEMORY] = {"memory", "memory", VERDICT_IMPOSSIBLE,
			 YES_NO("unknown", "less than 512 MiB", "enough"),
			 ANSWER_YES, "give the machine more memory"},
	[FACT_UEFI] = {"uefi", "UEFI firmware", VERDICT_IMPOSSIBLE,
		       YES_NO("unknown", "not used", "present"), ANSWER_YES,
		       "boot by UEFI instead of BIOS or its emulation"},
	[FACT_BARE] = {"bare_metal", "nobody below us", VERDICT_DEGRADED,
		       YES_NO("unknown", "a hypervisor runs below",
			      "no other hypervisor seen"),
		       ANSWER_YES,
		       "run on the machine itself; in a virtual machine its "
		       "host can read and change everything"},
	[FACT_HYPERVISOR_FREE] =
		{"virtualization_free", "virtualization in use",
		 VERDICT_DEGRADED,
		 YES_NO("unknown", "in use; stops working under OpenVBS", "no"),
		 ANSWER_YES,
		 "move virtual machines elsewhere: under OpenVBS there is no "
		 "KVM or VirtualBox"},
	[FACT_SECURE_BOOT] = {"secure_boot", "Secure Boot", VERDICT_DEGRADED,
			      YES_NO("unknown", "off", "on"), ANSWER_YES,
			      "switch on Secure Boot in the firmware's setup; "
			      "without it anybody replaces OpenVBS"},
	[FACT_TPM] = {"tpm", "TPM 2.0", VERDICT_DEGRADED,
		      YES_NO("unknown", "not found", "present"), ANSWER_YES,
		      "switch on the TPM (fTPM, PSP) in the firmware's setup"},
	[FACT_IOMMU] = {"iommu", "IOMMU", VERDICT_DEGRADED,
			YES_NO("unknown", "no ACPI table", "in ACPI tables"),
			ANSWER_YES,
			"switch on the IOMMU (AMD-Vi) in the firmware's setup"},
	[FACT_SMM] = {"smm", "SMM protections (WSMT)", VERDICT_DEGRADED,
		      YES_NO("unknown", "not declared by the firmware",
			     "declared"),
		      ANSWER_YES,
		      "update the firmware; what runs in SMM is not contained"},
	[FACT_MOR] = {"mor", "memory overwrite on reset (MOR)",
		      VERDICT_DEGRADED,
		      YES_NO("unknown", "not offered by the firmware",
			     "offered"),
		      ANSWER_YES,
		      "update the firmware; without it memory may keep secrets "
		      "over a reset"},
	[FACT_MOR_LOCK] = {"mor_lock", "lock of memory overwrite",
			   VERDICT_DEGRADED,
			   YES_NO("unknown", "not offered by the firmware",
				  "offered"),
			   ANSWER_YES,
			   "update the firmware; without the lock root can "
			   "call the overwrite off"},
	[FACT_SMT] = {"smt_off", "threads of one core", VERDICT_DEGRADED,
		      YES_NO("unknown", "share it (SMT on)", "one a core"),
		      ANSWER_YES,
		      "boot with nosmt, or switch off SMT in the firmware's "
		      "setup"},
	[FACT_CHIPSET] = {"chipset", "chipset's address registers",
			  VERDICT_DEGRADED,
			  YES_NO("unknown", "not known, so not guarded",
				 "known and guarded"),
			  ANSWER_YES,
			  "nothing to do here; docs/platform.md lists the "
			  "chipsets"},
	[FACT_LOCKDOWN] = {"lockdown", "kernel lockdown", VERDICT_DEGRADED,
			   YES_NO("unknown", "off", "on"), ANSWER_YES,
			   "boot with lockdown=integrity; Debian does it by "
			   "itself under Secure Boot"},
};

enum verdict fact_verdict(enum fact fact, enum answer answer)
{
	const struct fact_rule *rule = &fact_rules[fact];

	if (answer == rule->wanted) {
		return VERDICT_READY;
	}
	return answer == ANSWER_UNKNOWN ? VERDICT_DEGRADED : rule->unwanted;
}
