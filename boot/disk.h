/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file system that the loader was started from. */
#ifndef OPENVBS_BOOT_DISK_H
#define OPENVBS_BOOT_DISK_H

#include "boot/uefi.h"

#define DISK_PATH_BYTES 1024 /* of a device path with its file */

/* Reads at most *size_bytes of a file; sets it to what was read. */
efi_status_t disk_read(const efi_char_t *name, void *to, uint64_t *size_bytes);

/* Writes a file anew, and flushes it. */
efi_status_t disk_write(const efi_char_t *name, const void *from,
			uint64_t size_bytes);

/*
 * Device path of a file on our device, as LoadImage wants it. `name` is
 * ASCII. False: longer than DISK_PATH_BYTES, or the device has no path.
 */
bool disk_path(const char *name, uint8_t to[DISK_PATH_BYTES]);

#endif
