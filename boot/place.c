/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reserved memory. Called by main.c and vtl1.c. The firmware hands out pages at any
 * 4 KiB border, so one alignment unit more is taken and what lies in front
 * and behind is given back.
 *
 * Its type is "unusable", which no system touches either. EDK II remembers how
 * many pages of each reserved type a boot has taken, and measures that into PCR
 * 0 of the next: behind a boot whose first option came back the root secret
 * would be gone. Firmware that does not give that type may have it so.
 */
#include "boot/place.h"
#include "boot/console.h"
#include "boot/payload.h"
#include "boot/state.h"
#include "boot/uefi_protocol.h"
#include "lib/bytes.h"
#include "lib/elf.h"

#define PLACE_ADDRESS_LAST UINT32_MAX /* below 4 GiB */

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static bool pages_take(uint64_t size_bytes, uint64_t *first)
{
	static const enum efi_memory types[] = {EFI_MEMORY_UNUSABLE,
						EFI_MEMORY_RESERVED};

	for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		*first = PLACE_ADDRESS_LAST;
		if (boot_state.boot->allocate_pages(EFI_ALLOCATE_BELOW,
						    types[i],
						    size_bytes / EFI_PAGE_BYTES,
						    first) == EFI_SUCCESS) {
			return true;
		}
	}
	return false;
}

static bool place_reserve(uint64_t size_bytes, uint64_t *base)
{
	struct efi_boot_services *boot = boot_state.boot;
	uint64_t taken_bytes = size_bytes + HANDOFF_ALIGN_BYTES;
	uint64_t first, front_bytes;

	if (!pages_take(taken_bytes, &first)) {
		return false;
	}
	*base = round_up(first, HANDOFF_ALIGN_BYTES);
	front_bytes = *base - first;
	if (front_bytes > 0) {
		boot->free_pages(first, front_bytes / EFI_PAGE_BYTES);
	}
	boot->free_pages(*base + size_bytes,
			 (HANDOFF_ALIGN_BYTES - front_bytes) / EFI_PAGE_BYTES);
	return true;
}

/* Firmware may keep reserved memory from being executed. */
static void place_allow_execution(const struct handoff *handoff)
{
	static const struct efi_guid guid = EFI_GUID_MEMORY_ATTRIBUTE;
	struct efi_memory_attribute *attribute;
	void *interface = NULL;

	if (boot_state.boot->locate_protocol(&guid, NULL, &interface) ==
	    EFI_SUCCESS) {
		attribute = interface;
		attribute->clear(attribute, handoff->memory_base,
				 handoff->image_size_bytes,
				 EFI_MEMORY_NO_EXECUTE);
	}
}

enum status place_image(struct place *place)
{
	uint64_t file_bytes = (uint64_t)(place->file_end - place->file);
	uint64_t seen_at;
	struct elf_image image;
	enum status status;
	uint8_t *memory;

	status = elf_open(place->file, file_bytes, &image);
	if (status != STATUS_OK) {
		goto damaged;
	}
	place->image_size_bytes = image.memory_bytes;
	place->memory_size_bytes = round_up(
		place->image_offset + image.memory_bytes + place->behind_bytes,
		HANDOFF_ALIGN_BYTES);
	if (!place_reserve(place->memory_size_bytes, &place->memory_base)) {
		console_decline("there is not enough memory below 4 GiB",
				"Give the machine more memory.");
		return STATUS_NO_MEMORY;
	}
	memory = (uint8_t *)(uintptr_t)place->memory_base;
	seen_at = place->image_offset + (place->virtual_base != 0
						 ? place->virtual_base
						 : place->memory_base);
	bytes_zero(memory, place->memory_size_bytes);
	status = elf_place(&image, memory + place->image_offset, seen_at);
	if (status == STATUS_OK) {
		place->entry = seen_at + image.entry;
		return STATUS_OK;
	}
	place_free(place->memory_base, place->memory_size_bytes);
damaged:
	console_decline("a part of the loader's file is damaged",
			"Install OpenVBS again.");
	return status;
}

enum status place_hypervisor(struct handoff *handoff, smp_entry_t *entry)
{
	struct place place = {
		.file = payload_hv_start,
		.file_end = payload_hv_end,
		.behind_bytes = HANDOFF_POOL_BYTES +
				handoff->cpu_count * HANDOFF_PER_CPU_BYTES,
	};
	enum status status = place_image(&place);

	if (status == STATUS_OK) {
		handoff->memory_base = place.memory_base;
		handoff->memory_size_bytes = place.memory_size_bytes;
		handoff->image_size_bytes = place.image_size_bytes;
		place_allow_execution(handoff);
		*entry = (smp_entry_t)(uintptr_t)place.entry;
	}
	return status;
}

void place_free(uint64_t base, uint64_t size_bytes)
{
	boot_state.boot->free_pages(base, size_bytes / EFI_PAGE_BYTES);
}
