/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs code on every processor. Called by main.c, twice. The procedures that
 * run on application processors use no firmware service, write only to their
 * own slot, and are on a stack of the firmware (32 KiB in edk2).
 */
#include "boot/smp.h"
#include "boot/console.h"
#include "boot/state.h"
#include "boot/uefi_protocol.h"
#include "boot/x86.h"
#include "lib/status.h"

#define SMP_TIMEOUT_US UINT64_C(20000000)

static void EFIAPI smp_survey_one(void *argument)
{
	struct smp *smp = argument;
	uint32_t slot = __atomic_fetch_add(&smp->count, 1, __ATOMIC_ACQ_REL);

	if (slot < HANDOFF_CPUS_MAX) {
		cpu_facts_read(&smp->facts[slot]);
	}
}

static enum status smp_count(struct smp *smp, uint64_t *count)
{
	static const struct efi_guid guid = EFI_GUID_MP_SERVICES;
	uint64_t total = 0;
	void *services = NULL;

	if (boot_state.boot->locate_protocol(&guid, NULL, &services) ||
	    ((struct efi_mp *)services)->count(services, &total, count)) {
		console_decline("the firmware cannot start processors for us",
				"Update the firmware.");
		return STATUS_UNSUPPORTED;
	}
	smp->services = services;
	if (*count != total) {
		console_decline("the firmware keeps some processors disabled",
				"Enable all cores in the firmware setup.");
		return STATUS_UNSUPPORTED;
	}
	if (*count > HANDOFF_CPUS_MAX) {
		console_decline("there are too many processors",
				"Switch off SMT or some cores.");
		return STATUS_UNSUPPORTED;
	}
	return STATUS_OK;
}

/* Runs a procedure on all application processors and waits for it. */
static efi_status_t smp_run(const struct smp *smp, uint32_t count,
			    efi_procedure_t procedure, void *argument)
{
	if (count < 2) {
		return EFI_SUCCESS;
	}
	return smp->services->startup_all(smp->services, procedure, false, NULL,
					  SMP_TIMEOUT_US, argument, NULL);
}

enum status smp_survey(struct smp *smp)
{
	const struct cpu_fault *fault;
	enum status status;
	efi_status_t efi;
	uint64_t count = 0;

	smp->count = 0;
	status = smp_count(smp, &count);
	if (status != STATUS_OK) {
		return status;
	}
	smp_survey_one(smp);
	efi = smp_run(smp, (uint32_t)count, smp_survey_one, smp);
	if (efi != EFI_SUCCESS || smp->count != count) {
		console_decline("not every processor answers the firmware",
				"Update the firmware.");
		return STATUS_UNSUPPORTED;
	}
	fault = cpu_judge(smp->facts, smp->count);
	if (fault != NULL) {
		console_decline(fault->what, fault->advice);
		return STATUS_UNSUPPORTED;
	}
	return STATUS_OK;
}

static void EFIAPI smp_enter_one(void *argument)
{
	struct smp *smp = argument;
	const struct handoff *handoff = smp->handoff;
	uint32_t id = cpu_apic_id();
	uint64_t flags;

	for (uint32_t i = 0; i < handoff->cpu_count; i++) {
		if (handoff->apic_id[i] == id) {
			flags = x86_interrupts_off();
			smp->result[i] = smp->entry(handoff, i);
			x86_flags_restore(flags);
			return;
		}
	}
}

static uint32_t smp_entered(const struct smp *smp)
{
	uint32_t entered = 0;

	for (uint32_t i = 0; i < smp->count; i++) {
		entered += smp->result[i] == STATUS_OK;
	}
	return entered;
}

enum status smp_enter(struct smp *smp, const struct handoff *handoff,
		      smp_entry_t entry)
{
	efi_status_t efi;

	smp->handoff = handoff;
	smp->entry = entry;
	for (uint32_t i = 0; i < smp->count; i++) {
		smp->result[i] = STATUS_BUSY;
	}
	efi = smp_run(smp, smp->count, smp_enter_one, smp);
	if (efi == EFI_SUCCESS && smp_entered(smp) == smp->count - 1) {
		smp_enter_one(smp);
	}
	if (smp_entered(smp) == smp->count) {
		return STATUS_OK;
	}
	if (efi == EFI_TIMEOUT || smp_entered(smp) > 0) {
		return STATUS_CONFLICT;
	}
	return STATUS_DENIED;
}

const char *smp_words(const struct smp *smp)
{
	for (uint32_t i = 0; i < smp->count; i++) {
		if (smp->result[i] != STATUS_BUSY &&
		    smp->result[i] != STATUS_OK) {
			return status_words((enum status)smp->result[i]);
		}
	}
	return "a processor does not answer the firmware";
}
