/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader, one screen. The firmware calls efi_main(). Until the hypervisor
 * has started, nothing outside our own memory changes, so that whatever is
 * missing ends in an untouched boot of the next loader. Afterwards this same
 * code runs in VTL0 and does nothing that needs privilege.
 */
#include "boot/chain.h"
#include "boot/console.h"
#include "boot/place.h"
#include "boot/platform.h"
#include "boot/smp.h"
#include "boot/state.h"
#include "boot/version.h"
#include "boot/x86.h"
#include "lib/status.h"

#define RESET_DELAY_US UINT64_C(10000000) /* to read the message */

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system);

static enum status prepare(const struct handoff *handoff, smp_entry_t entry)
{
	uint64_t flags = x86_interrupts_off();
	uint64_t result = entry(handoff, HANDOFF_PREPARE);

	x86_flags_restore(flags);
	if (result != STATUS_OK) {
		console_decline(status_words((enum status)result),
				"The hypervisor could not prepare.");
	}
	return (enum status)result;
}

static _Noreturn void reset_half_entered(void)
{
	console_say("not every processor could enter; resetting the machine");
	boot_state.boot->stall(RESET_DELAY_US);
	boot_state.system->runtime->reset_system(EFI_RESET_COLD, EFI_SUCCESS, 0,
						 NULL);
	for (;;) {
		boot_state.boot->stall(RESET_DELAY_US);
	}
}

static void handoff_begin(struct handoff *handoff, const struct smp *smp)
{
	*handoff = (struct handoff){
		.magic = HANDOFF_MAGIC,
		.version = HANDOFF_VERSION,
		.size_bytes = sizeof(*handoff),
		.cpu_count = smp->count,
	};
	for (uint32_t i = 0; i < smp->count; i++) {
		handoff->apic_id[i] = smp->facts[i].apic_id;
	}
}

static enum status launch(struct smp *smp, struct handoff *handoff)
{
	smp_entry_t entry = NULL;
	enum status status;

	status = smp_survey(smp); /* processors able and alike? */
	if (status != STATUS_OK) {
		return status;
	}
	handoff_begin(handoff, smp);
	status = platform_survey(smp, &handoff->platform); /* SMM, ACPI */
	if (status != STATUS_OK) {
		return status;
	}
	status = place_hypervisor(handoff, &entry); /* memory, image */
	if (status != STATUS_OK) {
		return status;
	}
	status = prepare(handoff, entry); /* the hypervisor's tables */
	if (status != STATUS_OK) {
		place_free(handoff);
		return status;
	}
	status = smp_enter(smp, handoff, entry); /* into VTL0 */
	if (status == STATUS_CONFLICT) {
		reset_half_entered();
	}
	if (status != STATUS_OK) {
		console_decline("no processor could enter VTL0",
				"The hypervisor refused to start.");
		place_free(handoff);
	}
	return status;
}

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system)
{
	static const struct efi_guid guid = EFI_GUID_LOADED_IMAGE;
	void *loaded = NULL;
	efi_status_t efi;

	boot_state.image = image;
	boot_state.system = system;
	boot_state.boot = system->boot;
	efi = system->boot->handle_protocol(image, &guid, &loaded);
	if (efi != EFI_SUCCESS) {
		return efi;
	}
	boot_state.loaded = loaded;
	system->boot->set_watchdog(0, 0, 0, NULL);
	console_say("version %s", OPENVBS_VERSION);
	chain_config_read(&boot_state.config);
	if (launch(&boot_state.smp, &boot_state.handoff) == STATUS_OK) {
		platform_sleep_withdraw();
		console_say("%s active on %u CPUs", OPENVBS_VERSION,
			    boot_state.handoff.cpu_count);
	}
	return chain_start(&boot_state.config);
}
