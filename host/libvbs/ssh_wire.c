/* SPDX-License-Identifier: MIT */
/* RFC 4251, 5: byte, boolean, uint32, string, mpint. */
#include "host/libvbs/ssh_wire.h"

#include <string.h>

#define LENGTH_BYTES 4u
#define HIGH_BIT     0x80u

struct wire_in wire_from(struct der_bytes bytes)
{
	return (struct wire_in){.at = bytes.bytes, .left = bytes.len_bytes};
}

/* The next bytes; NULL, and bad, when there are not so many. */
static const uint8_t *take(struct wire_in *in, size_t len_bytes)
{
	const uint8_t *taken = in->at;

	if (in->bad || len_bytes > in->left) {
		in->bad = true;
		return NULL;
	}
	if (len_bytes != 0) {
		in->at += len_bytes;
		in->left -= len_bytes;
	}
	return taken;
}

uint8_t wire_u8(struct wire_in *in)
{
	const uint8_t *bytes = take(in, 1);

	return bytes != NULL ? bytes[0] : 0;
}

uint32_t wire_u32(struct wire_in *in)
{
	const uint8_t *bytes = take(in, LENGTH_BYTES);

	if (bytes == NULL) {
		return 0;
	}
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

bool wire_bool(struct wire_in *in)
{
	return wire_u8(in) != 0;
}

struct der_bytes wire_string(struct wire_in *in)
{
	size_t len_bytes = wire_u32(in);
	const uint8_t *bytes = take(in, len_bytes);

	return (struct der_bytes){bytes, bytes != NULL ? len_bytes : 0};
}

struct der_bytes wire_mpint(struct wire_in *in)
{
	struct der_bytes number = wire_string(in);

	if (number.len_bytes == 0 || (number.bytes[0] & HIGH_BIT) != 0) {
		in->bad = true;
	} else if (number.bytes[0] == 0) {
		number.bytes++;
		number.len_bytes--;
		in->bad = in->bad || number.len_bytes == 0 ||
			  (number.bytes[0] & HIGH_BIT) == 0;
	}
	return in->bad ? (struct der_bytes){0} : number;
}

bool wire_end(const struct wire_in *in)
{
	return !in->bad && in->left == 0;
}

/* --- writing -------------------------------------------------------------- */

void wire_put(struct wire_out *out, const void *bytes, size_t len_bytes)
{
	if (out->full || len_bytes > out->room - out->len_bytes) {
		out->full = true;
	} else if (len_bytes != 0) {
		memcpy(out->out + out->len_bytes, bytes, len_bytes);
		out->len_bytes += len_bytes;
	}
}

void wire_put_u8(struct wire_out *out, uint8_t value)
{
	wire_put(out, &value, 1);
}

static void store(uint8_t to[LENGTH_BYTES], uint32_t value)
{
	to[0] = (uint8_t)(value >> 24);
	to[1] = (uint8_t)(value >> 16);
	to[2] = (uint8_t)(value >> 8);
	to[3] = (uint8_t)value;
}

void wire_put_u32(struct wire_out *out, uint32_t value)
{
	uint8_t bytes[LENGTH_BYTES];

	store(bytes, value);
	wire_put(out, bytes, sizeof(bytes));
}

void wire_put_string(struct wire_out *out, struct der_bytes bytes)
{
	wire_put_u32(out, (uint32_t)bytes.len_bytes);
	wire_put(out, bytes.bytes, bytes.len_bytes);
}

void wire_put_text(struct wire_out *out, const char *text)
{
	wire_put_string(
		out, (struct der_bytes){(const uint8_t *)text, strlen(text)});
}

void wire_put_mpint(struct wire_out *out, struct der_bytes number)
{
	size_t opened = wire_open(out);

	while (number.len_bytes != 0 && number.bytes[0] == 0) {
		number.bytes++;
		number.len_bytes--;
	}
	if (number.len_bytes != 0 && (number.bytes[0] & HIGH_BIT) != 0) {
		wire_put_u8(out, 0);
	}
	wire_put(out, number.bytes, number.len_bytes);
	wire_close(out, opened);
}

size_t wire_open(struct wire_out *out)
{
	wire_put_u32(out, 0);
	return out->len_bytes;
}

void wire_close(struct wire_out *out, size_t opened)
{
	if (!out->full) {
		store(out->out + opened - LENGTH_BYTES,
		      (uint32_t)(out->len_bytes - opened));
	}
}

bool wire_is(struct der_bytes bytes, const char *text)
{
	return bytes.len_bytes == strlen(text) &&
	       memcmp(bytes.bytes, text, bytes.len_bytes) == 0;
}
