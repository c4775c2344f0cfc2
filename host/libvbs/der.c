/* SPDX-License-Identifier: MIT */
/* The writer of host/libvbs/der.h. `out` may hold secrets: wiped behind it. */
#include "host/libvbs/der.h"

#include "lib/bytes.h"

#define LONG_FORM 0x80u /* X.690, 8.1.3.5: the low bits count length bytes */

void der_start(struct der_writer *writer, uint8_t *out, size_t room)
{
	*writer = (struct der_writer){.out = out, .room = room, .at = room};
}

void der_put(struct der_writer *writer, const void *bytes, size_t len_bytes)
{
	if (writer->full || len_bytes > writer->at) {
		writer->full = true;
		return;
	}
	writer->at -= len_bytes;
	if (len_bytes > 0) {
		memcpy(writer->out + writer->at, bytes, len_bytes);
	}
}

size_t der_mark(const struct der_writer *writer)
{
	return writer->room - writer->at;
}

static void put_byte(struct der_writer *writer, size_t value)
{
	uint8_t byte = (uint8_t)value;

	der_put(writer, &byte, 1);
}

void der_head(struct der_writer *writer, enum der_tag tag, size_t mark)
{
	size_t len_bytes = der_mark(writer) - mark;
	size_t digits = 0;

	if (len_bytes < LONG_FORM) {
		put_byte(writer, len_bytes);
	} else {
		for (size_t left = len_bytes; left > 0; left >>= 8) {
			put_byte(writer, left);
			digits++;
		}
		put_byte(writer, LONG_FORM | digits);
	}
	put_byte(writer, tag);
}

void der_item(struct der_writer *writer, enum der_tag tag,
	      struct der_bytes value)
{
	size_t mark = der_mark(writer);

	der_put(writer, value.bytes, value.len_bytes);
	der_head(writer, tag, mark);
}

void der_unsigned(struct der_writer *writer, struct der_bytes number)
{
	size_t mark = der_mark(writer);

	while (number.len_bytes > 0 && number.bytes[0] == 0) {
		number.bytes++;
		number.len_bytes--;
	}
	der_put(writer, number.bytes, number.len_bytes);
	if (number.len_bytes == 0 || number.bytes[0] >= LONG_FORM) {
		put_byte(writer, 0); /* zero itself, or the sign */
	}
	der_head(writer, DER_INTEGER, mark);
}

size_t der_end(struct der_writer *writer)
{
	size_t len_bytes = writer->full ? 0 : der_mark(writer);

	if (len_bytes > 0) {
		memmove(writer->out, writer->out + writer->at, len_bytes);
	}
	bytes_wipe(writer->out + len_bytes, writer->room - len_bytes);
	return len_bytes;
}
