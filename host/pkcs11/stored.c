/* SPDX-License-Identifier: MIT */
/* Public objects of host/libvbs/keyring.h. */
#include "host/pkcs11/stored.h"

#include <string.h>

#include "host/pkcs11/door.h"

enum status stored_next(unsigned slot, uint64_t *number, uint8_t *record,
			size_t *len_bytes)
{
	struct keyring_public in = {
		.number = *number,
		.owner = door_owner(slot),
	};
	uint8_t out[sizeof(struct keyring_public) + RECORD_BYTES_MAX];
	struct keyring_public head;
	struct keyring_call call = {
		.method = KEYRING_PUBLIC_GET,
		.in = &in,
		.in_bytes = sizeof(in),
		.out = out,
		.out_bytes = sizeof(out),
	};
	enum status status = door_call(&call, true);

	if (status != STATUS_OK) {
		return status;
	}
	if (call.out_bytes < sizeof(head)) {
		return STATUS_CORRUPT;
	}
	memcpy(&head, out, sizeof(head));
	if (head.bytes != call.out_bytes - sizeof(head) ||
	    head.number <= *number || head.owner != in.owner) {
		return STATUS_CORRUPT;
	}
	*number = head.number;
	*len_bytes = head.bytes;
	memcpy(record, out + sizeof(head), head.bytes);
	return STATUS_OK;
}

enum status stored_load(unsigned slot, uint64_t number, uint8_t *record,
			size_t *len_bytes)
{
	uint64_t found = number - 1;
	enum status status;

	if (number == 0) {
		return STATUS_NOT_FOUND;
	}
	status = stored_next(slot, &found, record, len_bytes);
	return status == STATUS_OK && found != number ? STATUS_NOT_FOUND
						      : status;
}

enum status stored_put(unsigned slot, uint64_t *number, const uint8_t *record,
		       size_t len_bytes)
{
	struct keyring_public in = {
		.number = *number,
		.owner = door_owner(slot),
		.bytes = (uint32_t)len_bytes,
	};
	struct keyring_number out;
	struct keyring_call call = {
		.method = KEYRING_PUBLIC_PUT,
		.in = &in,
		.in_bytes = sizeof(in),
		.data = record,
		.data_bytes = len_bytes,
		.out = &out,
		.out_bytes = sizeof(out),
	};
	enum status status = door_change(&call);

	if (status == STATUS_OK) {
		*number = out.number;
	}
	return status;
}

enum status stored_remove(unsigned slot, uint64_t number)
{
	struct keyring_public in = {
		.number = number,
		.owner = door_owner(slot),
	};
	struct keyring_call call = {
		.method = KEYRING_PUBLIC_REMOVE,
		.in = &in,
		.in_bytes = sizeof(in),
	};

	return door_change(&call);
}
