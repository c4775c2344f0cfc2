/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The marker is a volatile variable of the boot services: it lives until the
 * operating system takes over or the machine is reset. Called by main.c. It
 * is advice for the loader only; nothing that protects rests on it.
 */
#include "boot/marker.h"
#include "boot/state.h"

#define MARKER_NAME u"OpenVBS"

static const struct efi_guid marker_guid = EFI_GUID_OPENVBS;

uint8_t marker_read(void)
{
	uint32_t attributes = 0;
	uint8_t marker = 0;
	uint64_t size = sizeof(marker);

	if (boot_state.system->runtime->get_variable(
		    MARKER_NAME, &marker_guid, &attributes, &size, &marker)) {
		return 0;
	}
	/* One that a system left behind, to be taken for ours, says nothing. */
	return attributes == EFI_VARIABLE_BOOT_SERVICE ? marker : 0;
}

void marker_write(uint8_t marker)
{
	boot_state.system->runtime->set_variable(MARKER_NAME, &marker_guid,
						 EFI_VARIABLE_BOOT_SERVICE,
						 sizeof(marker), &marker);
}
