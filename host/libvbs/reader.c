/* SPDX-License-Identifier: MIT */
/* The reader of host/libvbs/reader.h. */
#include "host/libvbs/reader.h"

#include <string.h>

struct bytes_view reader_bytes(struct reader *reader, size_t len_bytes)
{
	struct bytes_view view = {reader->at, len_bytes};

	if (reader->bad || len_bytes > reader->left) {
		reader->bad = true;
		return (struct bytes_view){0};
	}
	if (len_bytes != 0) {
		reader->at += len_bytes;
		reader->left -= len_bytes;
	}
	return view;
}

uint64_t reader_big(struct reader *reader, size_t len_bytes)
{
	struct bytes_view view = reader_bytes(reader, len_bytes);
	uint64_t value = 0;

	for (size_t i = 0; i < view.len_bytes; i++) {
		value = value << 8 | view.bytes[i];
	}
	return value;
}

uint64_t reader_little(struct reader *reader, size_t len_bytes)
{
	struct bytes_view view = reader_bytes(reader, len_bytes);
	uint64_t value = 0;

	for (size_t i = view.len_bytes; i > 0; i--) {
		value = value << 8 | view.bytes[i - 1];
	}
	return value;
}

struct bytes_view reader_tpm2b(struct reader *reader)
{
	return reader_bytes(reader, (size_t)reader_big(reader, 2));
}

void reader_expect(struct reader *reader, const void *bytes, size_t len_bytes)
{
	struct bytes_view view = reader_bytes(reader, len_bytes);

	if (view.len_bytes != len_bytes ||
	    memcmp(view.bytes, bytes, len_bytes) != 0) {
		reader->bad = true;
	}
}

bool reader_end(const struct reader *reader)
{
	return !reader->bad && reader->left == 0;
}
