/* SPDX-License-Identifier: MIT */
/*
 * Reads evidence from elsewhere: numbers and bytes, never past the end. It
 * remembers that something was missing, so that a caller asks once, at the
 * end: everything read since is zero or empty.
 */
#ifndef OPENVBS_HOST_LIBVBS_READER_H
#define OPENVBS_HOST_LIBVBS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of somebody else's. */
struct bytes_view {
	const uint8_t *bytes;
	size_t len_bytes;
};

struct reader {
	const uint8_t *at;
	size_t left;
	bool bad;
};

static inline struct reader reader_of(struct bytes_view view)
{
	return (struct reader){.at = view.bytes, .left = view.len_bytes};
}

/* Points into the input. */
struct bytes_view reader_bytes(struct reader *reader, size_t len_bytes);

/* Numbers of 1 to 8 bytes: the TPM's and CBOR's; the event log's. */
uint64_t reader_big(struct reader *reader, size_t len_bytes);
uint64_t reader_little(struct reader *reader, size_t len_bytes);

/* Bytes behind their 16-bit length: a TPM2B. */
struct bytes_view reader_tpm2b(struct reader *reader);

/* Exactly these bytes come next. */
void reader_expect(struct reader *reader, const void *bytes, size_t len_bytes);

/* Nothing was missing, and nothing is left. */
bool reader_end(const struct reader *reader);

#endif
