/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware shows that it can by the variables that it makes itself; one
 * that is missing stays missing. Called by main.c.
 */
#include "boot/overwrite.h"

#include <stdbool.h>

#include "boot/console.h"
#include "boot/state.h"

#define KEPT                                                     \
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOT_SERVICE | \
	 EFI_VARIABLE_RUNTIME)

static bool read(const efi_char_t *name, const struct efi_guid *guid,
		 uint8_t *value)
{
	uint64_t bytes = sizeof(*value);
	uint32_t attributes;

	return boot_state.system->runtime->get_variable(
		       name, guid, &attributes, &bytes, value) == EFI_SUCCESS &&
	       bytes == sizeof(*value);
}

static void write(const efi_char_t *name, const struct efi_guid *guid,
		  uint8_t value)
{
	efi_status_t status = boot_state.system->runtime->set_variable(
		name, guid, KEPT, sizeof(value), &value);

	if (status != EFI_SUCCESS) {
		console_say("OpenVBS: the firmware does not arm memory "
			    "overwrite (%s); a reset may leave secrets in "
			    "memory.",
			    console_efi_words(status));
	}
}

void overwrite_arm(void)
{
	static const struct efi_guid control = EFI_GUID_MEMORY_OVERWRITE;
	static const struct efi_guid lock = EFI_GUID_MEMORY_OVERWRITE_LOCK;
	uint8_t value;

	if (read(u"MemoryOverwriteRequestControl", &control, &value)) {
		write(u"MemoryOverwriteRequestControl", &control,
		      OVERWRITE_CLEAR | OVERWRITE_ALWAYS);
	}
	if (read(u"MemoryOverwriteRequestControlLock", &lock, &value) &&
	    value == 0) {
		write(u"MemoryOverwriteRequestControlLock", &lock,
		      OVERWRITE_LOCKED);
	}
}
