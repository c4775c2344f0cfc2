/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processor check. Called by smp.c on every processor before anything has
 * changed. An MSR is read only after CPUID has promised it.
 */
#include <stddef.h>

#include "boot/cpu.h"
#include "boot/x86.h"
#include "lib/bytes.h"

enum cpu_fault_kind {
	CPU_INTEL,
	CPU_NO_SVM,
	CPU_DISABLED,
	CPU_IN_USE,
	CPU_NO_NPT,
	CPU_NO_PAGE_1G,
	CPU_NO_NX,
	CPU_PHYSICAL_BITS,
	CPU_APIC,
	CPU_FIVE_LEVELS,
	CPU_APIC_ID,
	CPU_QUESTIONS, /* so many are asked of each processor */
	CPU_UNLIKE = CPU_QUESTIONS,
	CPU_TWICE,
};

static const struct cpu_fault cpu_faults[] = {
	[CPU_INTEL] = {"this is an Intel processor",
		       "This version needs an AMD processor."},
	[CPU_NO_SVM] = {"the processor has no SVM (AMD-V), or it is hidden",
			"Use a processor with AMD-V."},
	[CPU_DISABLED] =
		{"SVM (AMD-V) is switched off by the firmware",
		 "Switch on \"SVM Mode\" or \"AMD-V\" in the firmware setup."},
	[CPU_IN_USE] = {"SVM is already in use",
			"Remove the other hypervisor from the boot order."},
	[CPU_NO_NPT] = {"the processor has no nested paging (RVI)",
			"Use a processor with nested paging."},
	[CPU_NO_PAGE_1G] = {"the processor has no 1 GiB pages",
			    "Use a processor with 1 GiB pages."},
	[CPU_NO_NX] = {"the processor has no NX bit, or the firmware hides it",
		       "Switch on \"No-Execute\" in the firmware setup."},
	[CPU_PHYSICAL_BITS] =
		{"the processor has more than 48 physical address bits",
		 "Switch off 52-bit addressing in the firmware setup."},
	[CPU_APIC] = {"the local APIC is off, moved or in x2APIC mode",
		      "Set the local APIC to \"xAPIC\" in the firmware setup."},
	[CPU_FIVE_LEVELS] =
		{"the firmware runs with five-level paging",
		 "Switch off five-level paging in the firmware setup."},
	[CPU_APIC_ID] = {"an APIC ID is 255 or more",
			 "Switch off some cores or SMT."},
	[CPU_UNLIKE] =
		{"the processors differ in their virtualization features",
		 "Use processors of one kind."},
	[CPU_TWICE] = {"two processors report the same APIC ID",
		       "Update the firmware."},
};

uint32_t cpu_apic_id(void)
{
	struct x86_cpuid topology = {0};

	if (x86_cpuid(CPUID_BASIC_MAX).eax >= CPUID_TOPOLOGY) {
		topology = x86_cpuid(CPUID_TOPOLOGY);
	}
	return topology.ebx != 0
		       ? topology.edx
		       : (uint32_t)field_get(x86_cpuid(CPUID_FEATURES).ebx,
					     CPUID_1_EBX_APIC_ID);
}

/* An extended leaf, zero when the processor does not have it. */
static struct x86_cpuid cpu_extended(uint32_t leaf)
{
	struct x86_cpuid none = {0};

	return x86_cpuid(CPUID_EXTENDED_MAX).eax >= leaf ? x86_cpuid(leaf)
							 : none;
}

void cpu_facts_read(struct cpu_facts *facts)
{
	struct x86_cpuid vendor = x86_cpuid(CPUID_BASIC_MAX);
	struct x86_cpuid feature = cpu_extended(CPUID_EXTENDED);
	struct x86_cpuid svm = cpu_extended(CPUID_SVM);
	uint64_t bits = field_get(cpu_extended(CPUID_ADDRESS).eax,
				  CPUID_ADDRESS_EAX_BITS);
	bool has_svm = (feature.ecx & CPUID_EXT_ECX_SVM) != 0;
	uint64_t vm_cr = has_svm ? x86_msr_read(MSR_VM_CR) : 0;
	uint64_t hwcr = has_svm ? x86_msr_read(MSR_HWCR) : 0;
	uint64_t efer = x86_msr_read(MSR_EFER);
	uint64_t apic = x86_msr_read(MSR_APIC_BASE) & APIC_BASE_STATE;
	uint32_t id = cpu_apic_id();
	const bool wrong[CPU_QUESTIONS] = {
		[CPU_INTEL] =
			bytes_equal(&vendor.ebx, "Genu", sizeof(vendor.ebx)),
		[CPU_NO_SVM] = !has_svm,
		[CPU_DISABLED] = (vm_cr & VM_CR_SVMDIS) != 0,
		[CPU_IN_USE] = (efer & EFER_SVME) != 0,
		[CPU_NO_NPT] = (svm.edx & CPUID_SVM_EDX_NPT) == 0,
		[CPU_NO_PAGE_1G] = (feature.edx & CPUID_EXT_EDX_PAGE_1G) == 0,
		[CPU_NO_NX] = (feature.edx & CPUID_EXT_EDX_NX) == 0,
		[CPU_PHYSICAL_BITS] = bits > CPU_PHYSICAL_BITS_MAX,
		[CPU_APIC] = apic != (APIC_DEFAULT_ADDRESS | APIC_BASE_ENABLED),
		[CPU_FIVE_LEVELS] = (x86_cr4_read() & CR4_LA57) != 0,
		[CPU_APIC_ID] = id >= CPU_APIC_ID_END,
	};

	facts->apic_id = id;
	facts->smm_locked = (hwcr & HWCR_SMM_LOCK) != 0;
	facts->alike[0] = (uint64_t)feature.ecx << 32 | feature.edx;
	facts->alike[1] = (uint64_t)svm.eax << 32 | svm.ebx;
	facts->alike[2] = (uint64_t)svm.edx << 32 | bits;
	facts->fault = NULL;
	for (unsigned i = 0; i < CPU_QUESTIONS; i++) {
		if (wrong[i]) {
			facts->fault = &cpu_faults[i];
			return;
		}
	}
}

const struct cpu_fault *cpu_judge(const struct cpu_facts *facts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (facts[i].fault != NULL) {
			return facts[i].fault;
		}
		if (!bytes_equal(facts[i].alike, facts[0].alike,
				 sizeof(facts[i].alike))) {
			return &cpu_faults[CPU_UNLIKE];
		}
		for (uint32_t j = 0; j < i; j++) {
			if (facts[j].apic_id == facts[i].apic_id) {
				return &cpu_faults[CPU_TWICE];
			}
		}
	}
	return NULL;
}
