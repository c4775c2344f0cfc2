/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes CBOR as RFC 8949, 4.2.1 wants it: one form for each value. Called by
 * report.c. What does not fit is left out, and `full` says so.
 */
#ifndef OPENVBS_SVC_AUDIT_CBOR_H
#define OPENVBS_SVC_AUDIT_CBOR_H

#include <stdbool.h>
#include <stdint.h>

/* Major types, RFC 8949, 3.1. */
enum cbor_type {
	CBOR_UNSIGNED = 0,
	CBOR_NEGATIVE = 1, /* its value is -1 - the number */
	CBOR_BYTES = 2,
	CBOR_TEXT = 3,
	CBOR_ARRAY = 4,
	CBOR_MAP = 5,
	CBOR_TAG = 6,
};

struct cbor {
	uint8_t *out;
	uint32_t room;
	uint32_t bytes; /* written so far */
	bool full;
};

/* An item's head: a number, a length in bytes, or a count of members. */
void cbor_head(struct cbor *to, enum cbor_type type, uint64_t value);

/* CBOR_BYTES or CBOR_TEXT. */
void cbor_string(struct cbor *to, enum cbor_type type, const void *bytes,
		 uint32_t count);

void cbor_integer(struct cbor *to, int64_t value);

#endif
