/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of the firmware's memory map is memory for an operating system. */
#ifndef OPENVBS_BOOT_RAM_H
#define OPENVBS_BOOT_RAM_H

#include "abi/vtl1.h"

struct ram_map {
	const uint8_t *descriptors; /* struct efi_memory_descriptor, longer */
	uint64_t size_bytes;
	uint64_t descriptor_bytes; /* at least that structure */
};

/*
 * Fills boot->ram and boot->ram_count: neighbours merged, in ascending order.
 * Returns how many runs found no room; those are the smallest.
 */
uint32_t ram_reduce(const struct ram_map *map, struct vtl1_boot *boot);

#endif
