/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader, one screen. The firmware calls efi_main(). Until the hypervisor
 * has started, nothing outside our own memory changes, so that whatever is
 * missing ends in an untouched boot of the next loader. Afterwards this same
 * code runs in VTL0 and does nothing that needs privilege.
 */
#include "boot/chain.h"
#include "boot/console.h"
#include "boot/marker.h"
#include "boot/measure.h"
#include "boot/overwrite.h"
#include "boot/place.h"
#include "boot/platform.h"
#include "boot/root.h"
#include "boot/smp.h"
#include "boot/state.h"
#include "boot/uefi_protocol.h"
#include "boot/version.h"
#include "boot/vtl1.h"
#include "boot/x86.h"
#include "lib/status.h"

#define RESET_DELAY_US UINT64_C(10000000) /* to read the message */

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system);

static enum status prepare(const struct handoff *handoff, smp_entry_t entry)
{
	uint64_t flags = x86_interrupts_off();
	enum status status = (enum status)entry(handoff, HANDOFF_PREPARE);

	x86_flags_restore(flags);
	if (status != STATUS_OK) {
		console_say("OpenVBS is not active: the hypervisor could not "
			    "prepare (%s).",
			    status_words(status));
	}
	return status;
}

/* Half a system protects nothing, and there is no way back from VTL0. */
static _Noreturn void reset(const char *what, const char *why)
{
	console_say("OpenVBS: %s (%s). The machine will be reset.", what, why);
	for (;;) {
		boot_state.boot->stall(RESET_DELAY_US);
		boot_state.system->runtime->reset_system(EFI_RESET_COLD,
							 EFI_SUCCESS, 0, NULL);
	}
}

/* The boot processor comes first, the others in the order of their APIC IDs. */
static void handoff_begin(struct handoff *handoff, const struct smp *smp)
{
	*handoff = (struct handoff){
		.magic = HANDOFF_MAGIC,
		.version = HANDOFF_VERSION,
		.size_bytes = sizeof(*handoff),
		.cpu_count = smp->count,
	};
	for (uint32_t i = 0; i < smp->count; i++) {
		uint32_t id = smp->facts[i].apic_id;
		uint32_t at = i;

		for (; at > 1 && handoff->apic_id[at - 1] > id; at--) {
			handoff->apic_id[at] = handoff->apic_id[at - 1];
		}
		handoff->apic_id[at] = id;
	}
}

static enum status enter(struct smp *smp, const struct handoff *handoff,
			 smp_entry_t entry)
{
	enum status status = smp_enter(smp, handoff, entry);

	if (status == STATUS_CONFLICT) {
		reset("not every processor could enter VTL0", smp_words(smp));
	}
	if (status != STATUS_OK) {
		console_say("OpenVBS is not active: the hypervisor could not "
			    "start (%s).",
			    smp_words(smp));
	}
	return status;
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
	status = platform_iommus_read(&handoff->dma);
	if (status != STATUS_OK) {
		return status;
	}
	status = place_hypervisor(handoff, &entry); /* memory, image */
	if (status != STATUS_OK) {
		return status;
	}
	status = vtl1_place(handoff); /* the same for VTL1 */
	if (status != STATUS_OK) {
		goto free_hypervisor;
	}
	if (platform_devices_clash(handoff)) {
		status = STATUS_CONFLICT;
		goto free_vtl1;
	}
	status = prepare(handoff, entry); /* the hypervisor's tables */
	if (status != STATUS_OK) {
		goto free_vtl1;
	}
	status = enter(smp, handoff, entry); /* devices out, then into VTL0 */
	if (status == STATUS_OK) {
		return status;
	}
free_vtl1:
	vtl1_free(&handoff->vtl1);
free_hypervisor:
	place_free(handoff->memory_base, handoff->memory_size_bytes);
	return status;
}

/* What comes behind the point of no return. */
static void complete(const struct handoff *handoff)
{
	enum status status = vtl1_start();

	if (status != STATUS_OK) {
		reset("VTL1 did not start", status_words(status));
	}
	platform_sleep_withdraw();
	platform_device_add();
	platform_iommus_hide();
	console_say("OpenVBS %s active on %u CPU%s, VTL1 running",
		    OPENVBS_VERSION, handoff->cpu_count,
		    handoff->cpu_count == 1 ? "" : "s");
	overwrite_arm();
	boot_state.anchored = root_launch();
	measure_launch();
	status = vtl1_close_launch();
	if (status == STATUS_DENIED) {
		reset("a protection is missing",
		      "the policy does not let the machine run without it");
	}
	if (status != STATUS_OK) {
		reset("VTL1 did not close the launch", status_words(status));
	}
}

/* Starts the hypervisor unless an earlier run has; says how it went. */
static bool launch_once(uint8_t marker)
{
	if (marker & MARKER_ACTIVE) {
		console_say("OpenVBS is active since an earlier start.");
		return true;
	}
	if (launch(&boot_state.smp, &boot_state.handoff) != STATUS_OK) {
		console_say("Starting %s without protection.",
			    boot_state.config.next);
		return false;
	}
	complete(&boot_state.handoff);
	return true;
}

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system)
{
	static const struct efi_guid guid = EFI_GUID_LOADED_IMAGE;
	void *loaded = NULL;
	efi_status_t status;
	uint8_t marker;

	boot_state.image = image;
	boot_state.system = system;
	boot_state.boot = system->boot;
	status = system->boot->handle_protocol(image, &guid, &loaded);
	if (status != EFI_SUCCESS) {
		return status;
	}
	boot_state.loaded = loaded;
	system->boot->set_watchdog(0, 0, 0, NULL);
	console_say("OpenVBS %s", OPENVBS_VERSION);

	marker = marker_read();
	if (marker & MARKER_RUNNING) {
		console_say("OpenVBS was started by itself: next= in "
			    "openvbs.conf must name another program.");
		return EFI_ALREADY_STARTED;
	}
	chain_config_read(&boot_state.config);
	marker = launch_once(marker) ? MARKER_ACTIVE : 0;
	if (!measure_close() && boot_state.anchored) { /* whatever happened */
		reset("the TPM does not close the launch",
		      "the next loader could unseal the root secret");
	}
	marker_write(marker | MARKER_RUNNING);
	status = chain_start(&boot_state.config);
	marker_write(marker);
	return status;
}
