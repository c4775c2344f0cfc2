/* SPDX-License-Identifier: MIT */
/*
 * Writes DER (ITU-T X.690) into a caller's buffer, from its end towards its
 * beginning, so that every length is known when its header is written:
 *
 *	der_start(&w, out, room);
 *	mark = der_mark(&w);
 *	der_put(...); the last member first
 *	der_head(&w, DER_SEQUENCE, mark);
 *	len_bytes = der_end(&w);
 *
 * What does not fit makes der_end() answer 0; nothing is written outside.
 */
#ifndef OPENVBS_HOST_LIBVBS_DER_H
#define OPENVBS_HOST_LIBVBS_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum der_tag {
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_CONTEXT_0 = 0xa0, /* constructed */
	DER_CONTEXT_1 = 0xa1,
};

struct der_writer {
	uint8_t *out;
	size_t room;
	size_t at; /* what is written begins here */
	bool full;
};

/* Bytes of a number, big-endian, or of anything else. */
struct der_bytes {
	const uint8_t *bytes;
	size_t len_bytes;
};

void der_start(struct der_writer *writer, uint8_t *out, size_t room);

/* Bytes as they are, before what is written. */
void der_put(struct der_writer *writer, const void *bytes, size_t len_bytes);

/* How much is written; der_head() encloses what was written since. */
size_t der_mark(const struct der_writer *writer);
void der_head(struct der_writer *writer, enum der_tag tag, size_t mark);

/* Header and contents of what has no members. */
void der_item(struct der_writer *writer, enum der_tag tag,
	      struct der_bytes value);

/* An INTEGER that is not negative; leading zeros are dropped. */
void der_unsigned(struct der_writer *writer, struct der_bytes number);

/*
 * Moves the result to the buffer's beginning, wipes the rest of it. The
 * result's length; 0: it did not fit.
 */
size_t der_end(struct der_writer *writer);

#endif
