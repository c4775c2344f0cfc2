/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files on our own device. Called by main.c for the configuration and by
 * chain.c for the next loader.
 */
#include "boot/disk.h"
#include "boot/state.h"
#include "boot/uefi_protocol.h"
#include "lib/bytes.h"

static efi_status_t file_open(const efi_char_t *name, uint64_t mode,
			      struct efi_file **file)
{
	static const struct efi_guid guid = EFI_GUID_FILE_SYSTEM;
	struct efi_file *root = NULL;
	void *interface = NULL;
	struct efi_file_system *system;
	efi_status_t status;

	status = boot_state.boot->handle_protocol(boot_state.loaded->device,
						  &guid, &interface);
	if (status != EFI_SUCCESS) {
		return EFI_DEVICE_ERROR; /* not that the file is missing */
	}
	system = interface;
	if (system->open_volume(system, &root) != EFI_SUCCESS) {
		return EFI_DEVICE_ERROR;
	}
	status = root->open(root, file, name, mode, 0);
	root->close(root);
	return status;
}

efi_status_t disk_read(const efi_char_t *name, void *to, uint64_t *size_bytes)
{
	struct efi_file *file = NULL;
	efi_status_t status = file_open(name, EFI_FILE_READ, &file);

	if (status == EFI_SUCCESS) {
		status = file->read(file, size_bytes, to);
		file->close(file);
	}
	return status;
}

efi_status_t disk_write(const efi_char_t *name, const void *from,
			uint64_t size_bytes)
{
	const uint64_t change = EFI_FILE_READ | EFI_FILE_WRITE;
	struct efi_file *file = NULL;
	uint64_t written = size_bytes;
	efi_status_t status = file_open(name, change, &file);

	if (status == EFI_SUCCESS) {
		(void)file->delete (file);
	}
	status = file_open(name, change | EFI_FILE_CREATE, &file);
	if (status != EFI_SUCCESS) {
		return status;
	}
	status = file->write(file, &written, from);
	if (status == EFI_SUCCESS && written != size_bytes) {
		status = EFI_DEVICE_ERROR;
	}
	if (status == EFI_SUCCESS) {
		status = file->flush(file);
	}
	file->close(file);
	return status;
}

static uint64_t node_bytes(const struct efi_device_path *node)
{
	return bytes_load16(node->length);
}

static const struct efi_device_path *node_next(
	const struct efi_device_path *node)
{
	return (const void *)((const uint8_t *)node + node_bytes(node));
}

/* Bytes of a device path up to its end node; 0 when it is malformed. */
static uint64_t path_bytes(const struct efi_device_path *path)
{
	uint64_t bytes = 0;

	while (path->type != EFI_PATH_END) {
		if (node_bytes(path) < sizeof(*path) ||
		    bytes > DISK_PATH_BYTES) {
			return 0;
		}
		bytes += node_bytes(path);
		path = node_next(path);
	}
	return bytes;
}

static void node_put(uint8_t *to, uint8_t type, uint8_t subtype, uint64_t bytes)
{
	const struct efi_device_path node = {
		type, subtype, {(uint8_t)bytes, (uint8_t)(bytes >> 8)}};

	memcpy(to, &node, sizeof(node));
}

bool disk_path(const char *name, uint8_t to[DISK_PATH_BYTES])
{
	static const struct efi_guid guid = EFI_GUID_DEVICE_PATH;
	const uint64_t header = sizeof(struct efi_device_path);
	void *device = NULL;
	uint64_t used;
	uint64_t chars = 1;

	if (boot_state.boot->handle_protocol(boot_state.loaded->device, &guid,
					     &device)) {
		return false;
	}
	while (name[chars - 1] != '\0') {
		chars++;
	}
	used = path_bytes(device);
	if (used == 0 ||
	    used + 2 * header + chars * sizeof(efi_char_t) > DISK_PATH_BYTES) {
		return false;
	}
	memcpy(to, device, used);
	node_put(to + used, EFI_PATH_MEDIA, EFI_PATH_MEDIA_FILE,
		 header + chars * sizeof(efi_char_t));
	used += header;
	for (uint64_t i = 0; i < chars; i++) {
		to[used++] = (uint8_t)name[i];
		to[used++] = 0;
	}
	node_put(to + used, EFI_PATH_END, EFI_PATH_END_ALL, header);
	return true;
}
