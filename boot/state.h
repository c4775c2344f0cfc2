/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loader knows about this boot. Application processors touch only
 * `smp` and `handoff`: firmware services belong to the boot processor.
 */
#ifndef OPENVBS_BOOT_STATE_H
#define OPENVBS_BOOT_STATE_H

#include "abi/handoff.h"
#include "boot/config.h"
#include "boot/disk.h"
#include "boot/smp.h"
#include "boot/uefi.h"

#define MEMORY_MAP_BYTES 65536 /* some 1,300 descriptors */

struct boot_state {
	/* Set once by main.c, before anything else runs. */
	efi_handle_t image;		 /* ourselves */
	struct efi_loaded_image *loaded; /* ourselves, and the device */
	struct efi_system *system;
	struct efi_boot_services *boot;

	struct smp smp;
	struct handoff handoff;
	struct config config;

	/* Buffers too large for a stack, or that the next loader reads. */
	uint8_t memory_map[MEMORY_MAP_BYTES];
	char config_text[CONFIG_FILE_BYTES_MAX + 1];
	efi_char_t load_options[CONFIG_CMDLINE_CHARS];
	uint8_t path[DISK_PATH_BYTES];
};

extern struct boot_state boot_state;

#endif
