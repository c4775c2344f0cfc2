/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loader knows about this boot. Application processors touch only
 * `smp` and `handoff`: firmware services belong to the boot processor.
 */
#ifndef OPENVBS_BOOT_STATE_H
#define OPENVBS_BOOT_STATE_H

#include "abi/handoff.h"
#include "abi/vtl_call.h"
#include "boot/config.h"
#include "boot/disk.h"
#include "boot/smp.h"
#include "boot/uefi.h"

#define MEMORY_MAP_BYTES    65536 /* some 1,300 descriptors */
#define TPM_BYTES_MAX	    1024  /* more than VTL1 asks for, either way */
#define MEASURE_EVENT_BYTES 4224  /* a configuration file and its name */

struct boot_state {
	/* Set once by main.c, before anything else runs. */
	efi_handle_t image;		 /* ourselves */
	struct efi_loaded_image *loaded; /* ourselves, and the device */
	struct efi_system *system;
	struct efi_boot_services *boot;

	struct smp smp;
	struct handoff handoff;
	struct config config;

	/* A page for messages to VTL1. */
	struct vtl_message message __attribute__((aligned(EFI_PAGE_BYTES)));

	/* Buffers too large for a stack, or that the next loader reads. */
	uint8_t memory_map[MEMORY_MAP_BYTES];
	char config_text[CONFIG_FILE_BYTES_MAX + 1];
	bool anchored;	       /* VTL1 has a root that the TPM seals */
	uint64_t config_bytes; /* of the text that was taken; 0: defaults */
	uint8_t event[MEASURE_EVENT_BYTES];
	uint8_t tpm_command[TPM_BYTES_MAX];
	efi_char_t load_options[CONFIG_CMDLINE_CHARS];
	uint8_t path[DISK_PATH_BYTES];
};

extern struct boot_state boot_state;

#endif
