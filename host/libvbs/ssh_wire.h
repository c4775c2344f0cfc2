/* SPDX-License-Identifier: MIT */
/*
 * The encoding of SSH (RFC 4251, 5): numbers big-endian, strings and positive
 * numbers with their length in front. Reader and writer remember the first
 * thing that went wrong, so that a caller asks once, at the end.
 */
#ifndef OPENVBS_HOST_LIBVBS_SSH_WIRE_H
#define OPENVBS_HOST_LIBVBS_SSH_WIRE_H

#include "host/libvbs/der.h"

struct wire_in {
	const uint8_t *at;
	size_t left;
	bool bad; /* everything read since is zero or empty */
};

struct wire_in wire_from(struct der_bytes bytes);

uint8_t wire_u8(struct wire_in *in);
uint32_t wire_u32(struct wire_in *in);
bool wire_bool(struct wire_in *in);

/* Points into the input. */
struct der_bytes wire_string(struct wire_in *in);

/*
 * A positive number in its one encoding: no zero in front but the one that a
 * high bit needs, which is not in the result.
 */
struct der_bytes wire_mpint(struct wire_in *in);

/* What is left is nothing, and nothing was missing. */
bool wire_end(const struct wire_in *in);

struct wire_out {
	uint8_t *out;
	size_t room;
	size_t len_bytes;
	bool full; /* something did not fit and is not there */
};

void wire_put(struct wire_out *out, const void *bytes, size_t len_bytes);
void wire_put_u8(struct wire_out *out, uint8_t value);
void wire_put_u32(struct wire_out *out, uint32_t value);
void wire_put_string(struct wire_out *out, struct der_bytes bytes);
void wire_put_text(struct wire_out *out, const char *text);
void wire_put_mpint(struct wire_out *out, struct der_bytes number);

/* A string of what is written between; its length is filled in at the end. */
size_t wire_open(struct wire_out *out);
void wire_close(struct wire_out *out, size_t opened);

/* Whether a string is exactly this text. */
bool wire_is(struct der_bytes bytes, const char *text);

#endif
