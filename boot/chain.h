/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that runs after us: shim, GRUB, or a Linux kernel. */
#ifndef OPENVBS_BOOT_CHAIN_H
#define OPENVBS_BOOT_CHAIN_H

#include "boot/config.h"
#include "boot/uefi.h"

/* Reads the configuration file; defaults when there is none or it is bad. */
void chain_config_read(struct config *config);

/*
 * Starts the next loader. Returns only when it could not, or when the loader
 * itself came back; says so on the console.
 */
efi_status_t chain_start(const struct config *config);

#endif
