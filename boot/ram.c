/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware's memory map, in any order and with a descriptor for each of
 * its own uses, as few runs of frames. Called by vtl1.c; pure, tested on a
 * PC. A frame that no descriptor calls memory is in no run.
 */
#include <stdbool.h>

#include "boot/ram.h"
#include "boot/uefi.h"
#include "lib/bytes.h"

/* Types that an operating system takes over: UEFI 2.10, table 7.10. */
static bool is_ram(uint32_t type)
{
	return (type >= EFI_MEMORY_LOADER_CODE &&
		type <= EFI_MEMORY_BOOT_SERVICES_DATA) ||
	       type == EFI_MEMORY_CONVENTIONAL ||
	       type == EFI_MEMORY_ACPI_RECLAIM;
}

/* The first run at or behind `from`, of one descriptor; empty: there is none */
static struct vtl1_ram ram_next(const struct ram_map *map, uint64_t from)
{
	struct vtl1_ram next = {UINT64_MAX, 0};
	struct efi_memory_descriptor descriptor;
	uint64_t count = map->size_bytes / map->descriptor_bytes;

	for (uint64_t i = 0; i < count; i++) {
		uint64_t first, end;

		memcpy(&descriptor,
		       map->descriptors + i * map->descriptor_bytes,
		       sizeof(descriptor));
		first = descriptor.base / EFI_PAGE_BYTES;
		end = first + descriptor.count;
		if (first < from) {
			first = from;
		}
		if (is_ram(descriptor.type) && first < end &&
		    first < next.first) {
			next = (struct vtl1_ram){first, end - first};
		}
	}
	return next;
}

/* Puts a run behind the others; when there is no room, the smallest goes. */
static void ram_keep(struct vtl1_boot *boot, struct vtl1_ram run)
{
	uint32_t smallest = 0;

	if (boot->ram_count < VTL1_RAM_MAX) {
		boot->ram[boot->ram_count++] = run;
		return;
	}
	for (uint32_t i = 1; i < VTL1_RAM_MAX; i++) {
		if (boot->ram[i].count < boot->ram[smallest].count) {
			smallest = i;
		}
	}
	if (boot->ram[smallest].count < run.count) {
		memmove(&boot->ram[smallest], &boot->ram[smallest + 1],
			(VTL1_RAM_MAX - 1 - smallest) * sizeof(run));
		boot->ram[VTL1_RAM_MAX - 1] = run;
	}
}

uint32_t ram_reduce(const struct ram_map *map, struct vtl1_boot *boot)
{
	struct vtl1_ram run = ram_next(map, 0);
	uint32_t total = 0;

	boot->ram_count = 0;
	while (run.count > 0) {
		struct vtl1_ram next = ram_next(map, run.first + run.count);

		if (next.count > 0 && next.first == run.first + run.count) {
			run.count += next.count;
			continue;
		}
		ram_keep(boot, run);
		total++;
		run = next;
	}
	return total - boot->ram_count;
}
