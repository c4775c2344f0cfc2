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
	uint8_t marker = 0;
	uint64_t size = sizeof(marker);

	if (boot_state.system->runtime->get_variable(MARKER_NAME, &marker_guid,
						     NULL, &size, &marker)) {
		return 0;
	}
	return marker;
}

void marker_write(uint8_t marker)
{
	boot_state.system->runtime->set_variable(MARKER_NAME, &marker_guid,
						 EFI_VARIABLE_BOOT_SERVICE,
						 sizeof(marker), &marker);
}
