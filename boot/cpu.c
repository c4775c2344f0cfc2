/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processor check. Called by smp.c on every processor before anything has
 * changed. An MSR is read only after CPUID has promised it.
 */
#include <stddef.h>

#include "boot/cpu.h"
#include "boot/x86.h"
#include "lib/bytes.h"

uint32_t cpu_apic_id(void)
{
	if (x86_cpuid(CPUID_BASIC_MAX).eax >= CPUID_TOPOLOGY) {
		struct x86_cpuid topology = x86_cpuid(CPUID_TOPOLOGY);

		if (topology.ebx != 0) {
			return topology.edx;
		}
	}
	return (uint32_t)field_get(x86_cpuid(CPUID_FEATURES).ebx,
				   CPUID_1_EBX_APIC_ID);
}

static void cpu_facts_read_svm(struct cpu_facts *facts, uint32_t leaf_max)
{
	facts->svm_disabled = (x86_msr_read(MSR_VM_CR) & VM_CR_SVMDIS) != 0;
	facts->svm_in_use = (x86_msr_read(MSR_EFER) & EFER_SVME) != 0;
	facts->smm_locked = (x86_msr_read(MSR_HWCR) & HWCR_SMM_LOCK) != 0;
	if (leaf_max >= CPUID_SVM) {
		struct x86_cpuid svm = x86_cpuid(CPUID_SVM);

		facts->svm_revision = svm.eax;
		facts->svm_asids = svm.ebx;
		facts->svm_features = svm.edx;
	}
}

void cpu_facts_read(struct cpu_facts *facts)
{
	uint32_t leaf_max = x86_cpuid(CPUID_EXTENDED_MAX).eax;
	struct x86_cpuid vendor = x86_cpuid(CPUID_BASIC_MAX);
	uint64_t apic = x86_msr_read(MSR_APIC_BASE);

	*facts = (struct cpu_facts){.apic_id = cpu_apic_id()};
	facts->intel = bytes_equal(&vendor.ebx, "Genu", sizeof(vendor.ebx));
	facts->x2apic = (apic & APIC_BASE_X2APIC) != 0;
	facts->apic_moved = (apic & APIC_BASE_ENABLED) == 0 ||
			    (apic & APIC_BASE_ADDRESS) != APIC_DEFAULT_ADDRESS;
	facts->five_levels = (x86_cr4_read() & CR4_LA57) != 0;
	if (leaf_max >= CPUID_EXTENDED) {
		struct x86_cpuid extended = x86_cpuid(CPUID_EXTENDED);

		facts->extended_ecx = extended.ecx;
		facts->extended_edx = extended.edx;
	}
	if (leaf_max >= CPUID_ADDRESS) {
		facts->physical_bits = (uint32_t)field_get(
			x86_cpuid(CPUID_ADDRESS).eax, CPUID_ADDRESS_EAX_BITS);
	}
	if (facts->extended_ecx & CPUID_EXT_ECX_SVM) {
		cpu_facts_read_svm(facts, leaf_max);
	}
}

static const struct cpu_fault fault_intel = {
	"this is an Intel processor",
	"This version supports AMD processors only."};
static const struct cpu_fault fault_svm = {
	"the processor has no SVM (AMD-V), or it is hidden",
	"Use a processor with AMD-V."};
static const struct cpu_fault fault_disabled = {
	"SVM (AMD-V) is switched off by the firmware",
	"Switch on \"SVM Mode\" or \"AMD-V\" in the firmware setup."};
static const struct cpu_fault fault_in_use = {
	"SVM is already in use",
	"Remove the other hypervisor from the boot order."};
static const struct cpu_fault fault_npt = {
	"the processor has no nested paging (RVI)",
	"Use a processor with nested paging."};
static const struct cpu_fault fault_page_1g = {
	"the processor has no 1 GiB pages",
	"Use a processor with 1 GiB pages."};
static const struct cpu_fault fault_nx = {
	"the processor has no NX bit, or the firmware hides it",
	"Switch on \"No-Execute\" in the firmware setup."};
static const struct cpu_fault fault_physical = {
	"the processor has more than 48 physical address bits",
	"Switch off memory encryption or 52-bit addressing in the setup."};
static const struct cpu_fault fault_x2apic = {
	"the firmware has switched on x2APIC mode",
	"Set the local APIC mode to \"xAPIC\" in the firmware setup."};
static const struct cpu_fault fault_apic = {
	"the local APIC is off or not at its usual address",
	"Set the local APIC mode to \"xAPIC\" in the firmware setup."};
static const struct cpu_fault fault_levels = {
	"the firmware runs with five-level paging",
	"Switch off five-level paging in the firmware setup."};
static const struct cpu_fault fault_apic_id = {"an APIC ID is 255 or more",
					       "Switch off some cores or SMT."};
static const struct cpu_fault fault_unlike = {
	"the processors differ in their virtualization features",
	"Use processors of one kind."};
static const struct cpu_fault fault_twice = {
	"two processors report the same APIC ID", "Update the firmware."};

/* What one processor lacks; the order is that of a person's questions. */
static const struct cpu_fault *cpu_judge_one(const struct cpu_facts *facts)
{
	const struct {
		bool present;
		const struct cpu_fault *fault;
	} rows[] = {
		{facts->intel, &fault_intel},
		{!(facts->extended_ecx & CPUID_EXT_ECX_SVM), &fault_svm},
		{facts->svm_disabled, &fault_disabled},
		{facts->svm_in_use, &fault_in_use},
		{!(facts->svm_features & CPUID_SVM_EDX_NPT), &fault_npt},
		{!(facts->extended_edx & CPUID_EXT_EDX_PAGE_1G),
		 &fault_page_1g},
		{!(facts->extended_edx & CPUID_EXT_EDX_NX), &fault_nx},
		{facts->physical_bits > CPU_PHYSICAL_BITS_MAX, &fault_physical},
		{facts->x2apic, &fault_x2apic},
		{facts->apic_moved, &fault_apic},
		{facts->five_levels, &fault_levels},
		{facts->apic_id >= CPU_APIC_ID_END, &fault_apic_id},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].present) {
			return rows[i].fault;
		}
	}
	return NULL;
}

static bool cpu_alike(const struct cpu_facts *a, const struct cpu_facts *b)
{
	return a->extended_ecx == b->extended_ecx &&
	       a->extended_edx == b->extended_edx &&
	       a->svm_revision == b->svm_revision &&
	       a->svm_asids == b->svm_asids &&
	       a->svm_features == b->svm_features &&
	       a->physical_bits == b->physical_bits;
}

const struct cpu_fault *cpu_judge(const struct cpu_facts *facts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct cpu_fault *fault = cpu_judge_one(&facts[i]);

		if (fault != NULL) {
			return fault;
		}
		if (!cpu_alike(&facts[0], &facts[i])) {
			return &fault_unlike;
		}
		for (uint32_t j = 0; j < i; j++) {
			if (facts[j].apic_id == facts[i].apic_id) {
				return &fault_twice;
			}
		}
	}
	return NULL;
}
