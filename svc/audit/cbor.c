/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Heads in their shortest form (RFC 8949, 3): values below 24 in the first
 * byte, others in 1, 2, 4 or 8 bytes behind it.
 */
#include "svc/audit/cbor.h"

#include "lib/bytes.h"

#define TYPE_SHIFT     5u
#define IN_FIRST_BYTE  24u /* this and the next three: 1, 2, 4, 8 bytes follow */
#define FOLLOWING_MOST 3u

static void put(struct cbor *to, const void *bytes, uint32_t count)
{
	if (to->full || count > to->room - to->bytes) {
		to->full = true;
		return;
	}
	memcpy(to->out + to->bytes, bytes, count);
	to->bytes += count;
}

static void put_byte(struct cbor *to, uint64_t value)
{
	uint8_t byte = (uint8_t)value;

	put(to, &byte, sizeof(byte));
}

void cbor_head(struct cbor *to, enum cbor_type type, uint64_t value)
{
	uint32_t first = (uint32_t)type << TYPE_SHIFT;
	uint32_t size = 0; /* 2 to the power of it: bytes that follow */

	if (value < IN_FIRST_BYTE) {
		put_byte(to, first | value);
		return;
	}
	while (size < FOLLOWING_MOST && value >> (8u << size) != 0) {
		size++;
	}
	put_byte(to, first | (IN_FIRST_BYTE + size));
	for (uint32_t left = 1u << size; left > 0; left--) {
		put_byte(to, value >> (8 * (left - 1)));
	}
}

void cbor_string(struct cbor *to, enum cbor_type type, const void *bytes,
		 uint32_t count)
{
	cbor_head(to, type, count);
	put(to, bytes, count);
}

void cbor_integer(struct cbor *to, int64_t value)
{
	if (value < 0) {
		cbor_head(to, CBOR_NEGATIVE, (uint64_t)(-1 - value));
	} else {
		cbor_head(to, CBOR_UNSIGNED, (uint64_t)value);
	}
}
