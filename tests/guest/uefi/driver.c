/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A signed driver that gets in front of the loader. Started behind it, it has
 * the firmware start it as Driver0001 from the next boot on; started so, before
 * there is a console, it takes itself out again and leaves DRIVER_MARK.
 */
#include <stdbool.h>
#include <stddef.h>

#include "boot/uefi_protocol.h"
#include "tests/guest/uefi/program.h"

#define DRIVER_NAME   u"Driver0001"
#define ORDER_NAME    u"DriverOrder"
#define DRIVER_NUMBER 1u
#define KEPT                                                     \
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOT_SERVICE | \
	 EFI_VARIABLE_RUNTIME)
#define PATH_BYTES 512u

/* UEFI 2.10, 3.1.3: EFI_LOAD_OPTION, with our description. */
static struct {
	uint32_t attributes;
	uint16_t path_bytes;
	efi_char_t description[5];
	uint8_t path[PATH_BYTES];
} __attribute__((packed)) option = {.attributes = 1, .description = u"test"};

static const struct efi_guid global = EFI_GUID_GLOBAL_VARIABLE;
static const struct efi_guid own = EFI_GUID_OPENVBS;

/* Adds a path up to its end node, or with it. */
static void add(const struct efi_device_path *path, bool whole)
{
	const uint8_t *from = (const void *)path;

	for (;;) {
		const struct efi_device_path *node = (const void *)from;
		uint32_t bytes = node->length[0] + 256u * node->length[1];

		if (node->type == EFI_PATH_END && !whole) {
			return;
		}
		for (uint32_t i = 0; i < bytes; i++) {
			option.path[option.path_bytes++ % PATH_BYTES] = from[i];
		}
		if (node->type == EFI_PATH_END) {
			return;
		}
		from += bytes;
	}
}

static efi_status_t protocol(const struct efi_system *system,
			     efi_handle_t handle, struct efi_guid guid,
			     void **interface)
{
	return system->boot->handle_protocol(handle, &guid, interface);
}

static efi_status_t enter(const struct efi_system *system, efi_handle_t image)
{
	const uint16_t order = DRIVER_NUMBER;
	void *loaded = NULL, *device = NULL;
	const struct efi_loaded_image *self;
	efi_status_t status;

	status = protocol(system, image, (struct efi_guid)EFI_GUID_LOADED_IMAGE,
			  &loaded);
	if (status != EFI_SUCCESS) {
		return status;
	}
	self = loaded;
	status = protocol(system, self->device,
			  (struct efi_guid)EFI_GUID_DEVICE_PATH, &device);
	if (status != EFI_SUCCESS) {
		return status;
	}
	add(device, false);
	add(self->file_path, true);
	status = system->runtime->set_variable(
		DRIVER_NAME, &global, KEPT,
		offsetof(__typeof__(option), path) + option.path_bytes,
		&option);
	if (status != EFI_SUCCESS) {
		return status;
	}
	return system->runtime->set_variable(ORDER_NAME, &global, KEPT,
					     sizeof(order), &order);
}

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system)
{
	uint32_t attributes;
	uint16_t order;
	uint64_t bytes = sizeof(order);

	if (system->runtime->get_variable(ORDER_NAME, &global, &attributes,
					  &bytes, &order) == EFI_SUCCESS) {
		system->runtime->set_variable(ORDER_NAME, &global, KEPT, 0,
					      NULL);
		system->runtime->set_variable(DRIVER_MARK, &own,
					      EFI_VARIABLE_BOOT_SERVICE,
					      sizeof(order), &order);
	} else if (enter(system, image) == EFI_SUCCESS) {
		say(system, u"driver: entered\r\n");
	} else {
		say(system, u"driver: not entered\r\n");
	}
	return EFI_SUCCESS;
}
