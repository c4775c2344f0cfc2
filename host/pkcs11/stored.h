/* SPDX-License-Identifier: MIT */
/* Records that vbsd keeps for a token, found by their number. */
#ifndef OPENVBS_HOST_PKCS11_STORED_H
#define OPENVBS_HOST_PKCS11_STORED_H

#include "abi/status.h"
#include "host/pkcs11/record.h"

/* Record of this number; `record` has room for RECORD_BYTES_MAX. */
enum status stored_load(unsigned slot, uint64_t number, uint8_t *record,
			size_t *len_bytes);

/* The first behind `*number`, which it sets. STATUS_NOT_FOUND: none. */
enum status stored_next(unsigned slot, uint64_t *number, uint8_t *record,
			size_t *len_bytes);

/* Keeps it, as a new one when `*number` is 0, which it sets then. */
enum status stored_put(unsigned slot, uint64_t *number, const uint8_t *record,
		       size_t len_bytes);

enum status stored_remove(unsigned slot, uint64_t number);

#endif
