/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration and chain loading. Called last by main.c, with or without
 * the hypervisor below. The firmware verifies the next loader (Secure Boot)
 * and measures it; we only name it.
 */
#include "boot/chain.h"
#include "boot/console.h"
#include "boot/disk.h"
#include "boot/state.h"
#include "boot/uefi_protocol.h"

#define CHAIN_CONFIG_NAME u"\\EFI\\openvbs\\openvbs.conf"

void chain_config_read(struct config *config)
{
	struct config_fault fault;
	/* One more than allowed, to notice a file that is too long. */
	uint64_t size = sizeof(boot_state.config_text);
	efi_status_t status =
		disk_read(CHAIN_CONFIG_NAME, boot_state.config_text, &size);

	config_default(config);
	if (status == EFI_NOT_FOUND) {
		return;
	}
	if (status != EFI_SUCCESS) {
		console_say("openvbs.conf: %s; using defaults.",
			    console_efi_words(status));
	} else if (size > CONFIG_FILE_BYTES_MAX) {
		console_say("openvbs.conf: too long; using defaults.");
	} else if (config_parse(boot_state.config_text, size, config, &fault)) {
		console_say("openvbs.conf, line %u: %s; using defaults.",
			    fault.line, fault.what);
	} else {
		boot_state.config_bytes = size;
	}
}

static void chain_options_set(efi_handle_t image, const char *cmdline)
{
	static const struct efi_guid guid = EFI_GUID_LOADED_IMAGE;
	efi_char_t *options = boot_state.load_options;
	struct efi_loaded_image *loaded;
	void *interface = NULL;
	uint32_t chars = 0;

	if (cmdline[0] == '\0' ||
	    boot_state.boot->handle_protocol(image, &guid, &interface)) {
		return;
	}
	do {
		options[chars] = (efi_char_t)cmdline[chars];
	} while (cmdline[chars++] != '\0');
	loaded = interface;
	loaded->load_options = options;
	loaded->load_options_bytes = chars * (uint32_t)sizeof(efi_char_t);
}

efi_status_t chain_start(const struct config *config)
{
	struct efi_boot_services *boot = boot_state.boot;
	efi_handle_t image = NULL;
	efi_status_t status = EFI_NOT_FOUND;

	if (disk_path(config->next, boot_state.path)) {
		status = boot->load_image(false, boot_state.image,
					  (void *)boot_state.path, NULL, 0,
					  &image);
	}
	if (status != EFI_SUCCESS) {
		console_say("Cannot load %s: %s.", config->next,
			    console_efi_words(status));
		if (status == EFI_SECURITY_VIOLATION) {
			boot->unload_image(image);
		}
		return status;
	}
	chain_options_set(image, config->cmdline);
	status = boot->start_image(image, NULL, NULL);
	console_say("%s came back: %s.", config->next,
		    console_efi_words(status));
	return status;
}
