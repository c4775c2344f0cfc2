/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reserved memory. Called by main.c. The firmware hands out pages at any
 * 4 KiB border, so one alignment unit more is taken and what lies in front
 * and behind is given back.
 */
#include "boot/place.h"
#include "boot/console.h"
#include "boot/payload.h"
#include "boot/state.h"
#include "lib/bytes.h"
#include "lib/elf.h"
#include "lib/status.h"

#define PLACE_ADDRESS_LAST UINT32_MAX /* below 4 GiB */

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static bool place_reserve(uint64_t size_bytes, uint64_t *base)
{
	struct efi_boot_services *boot = boot_state.boot;
	uint64_t taken_bytes = size_bytes + HANDOFF_ALIGN_BYTES;
	uint64_t first = PLACE_ADDRESS_LAST;
	uint64_t front_bytes;

	if (boot->allocate_pages(EFI_ALLOCATE_BELOW, EFI_MEMORY_RESERVED,
				 taken_bytes / EFI_PAGE_BYTES, &first)) {
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

enum status place_hypervisor(struct handoff *handoff, smp_entry_t *entry)
{
	uint64_t file_bytes = (uint64_t)(payload_hv_end - payload_hv_start);
	struct elf_image image;
	enum status status;
	uint64_t size;

	status = elf_open(payload_hv_start, file_bytes, &image);
	if (status != STATUS_OK) {
		console_decline("the hypervisor's image is damaged",
				"Install OpenVBS again.");
		return status;
	}
	size = round_up(image.memory_bytes + HANDOFF_POOL_BYTES +
				handoff->cpu_count * HANDOFF_PER_CPU_BYTES,
			HANDOFF_ALIGN_BYTES);
	if (!place_reserve(size, &handoff->memory_base)) {
		console_decline("there is not enough memory below 4 GiB",
				"Give the machine more memory.");
		return STATUS_NO_MEMORY;
	}
	handoff->memory_size_bytes = size;
	handoff->image_size_bytes = image.memory_bytes;
	bytes_zero((void *)(uintptr_t)handoff->memory_base, size);
	status = elf_place(&image, (void *)(uintptr_t)handoff->memory_base,
			   handoff->memory_base);
	if (status != STATUS_OK) {
		console_decline("the hypervisor's image cannot be placed",
				"Install OpenVBS again.");
		place_free(handoff);
		return status;
	}
	place_allow_execution(handoff);
	*entry = (smp_entry_t)(uintptr_t)(handoff->memory_base + image.entry);
	return STATUS_OK;
}

void place_free(const struct handoff *handoff)
{
	boot_state.boot->free_pages(handoff->memory_base,
				    handoff->memory_size_bytes /
					    EFI_PAGE_BYTES);
}
