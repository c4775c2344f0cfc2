/* SPDX-License-Identifier: MIT */
/*
 * PrivateKeyInfo ::= SEQUENCE { version 0, algorithm, OCTET STRING key }.
 * As the writer goes backwards, members stand here last one first.
 */
#include "host/libvbs/pkcs8.h"

#define BYTES(array) ((struct der_bytes){array, sizeof(array)})

/* AlgorithmIdentifiers, with header. */
static const uint8_t algorithm_rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
					0x86, 0x48, 0x86, 0xf7, 0x0d,
					0x01, 0x01, 0x01, 0x05, 0x00};
static const uint8_t algorithm_p256[] = {
	0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t algorithm_p384[] = {0x30, 0x10, 0x06, 0x07, 0x2a, 0x86,
					 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
					 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t algorithm_ed25519[] = {0x30, 0x05, 0x06, 0x03,
					    0x2b, 0x65, 0x70};

static const uint8_t zero[] = {0};
static const uint8_t one[] = {1};

/* What all kinds have around their key, which is written since the start. */
static size_t finish(struct der_writer *writer, struct der_bytes algorithm)
{
	der_head(writer, DER_OCTET_STRING, 0);
	der_put(writer, algorithm.bytes, algorithm.len_bytes);
	der_unsigned(writer, BYTES(zero));
	der_head(writer, DER_SEQUENCE, 0);
	return der_end(writer);
}

size_t pkcs8_rsa(const struct pkcs8_rsa *key, uint8_t *out, size_t room)
{
	const struct der_bytes backwards[] = {key->qinv, key->dq, key->dp,
					      key->q,	 key->p,  key->d,
					      key->e,	 key->n};
	struct der_writer writer;

	der_start(&writer, out, room);
	for (size_t i = 0; i < sizeof(backwards) / sizeof(*backwards); i++) {
		der_unsigned(&writer, backwards[i]);
	}
	der_unsigned(&writer, BYTES(zero));
	der_head(&writer, DER_SEQUENCE, 0);
	return finish(&writer, BYTES(algorithm_rsa));
}

static void put_point(struct der_writer *writer, struct der_bytes point)
{
	size_t mark = der_mark(writer);

	if (point.len_bytes > 0) {
		der_put(writer, point.bytes, point.len_bytes);
		der_put(writer, zero, sizeof(zero)); /* unused bits */
		der_head(writer, DER_BIT_STRING, mark);
		der_head(writer, DER_CONTEXT_1, mark);
	}
}

size_t pkcs8_ec(enum pkcs8_curve curve, struct der_bytes scalar,
		struct der_bytes point, uint8_t *out, size_t room)
{
	size_t wanted = curve == PKCS8_P256 ? 32 : 48;
	struct der_writer writer;
	size_t mark;

	while (scalar.len_bytes > wanted && scalar.bytes[0] == 0) {
		scalar.bytes++;
		scalar.len_bytes--;
	}
	if (scalar.len_bytes > wanted) {
		return 0;
	}
	der_start(&writer, out, room);
	put_point(&writer, point);
	mark = der_mark(&writer);
	der_put(&writer, scalar.bytes, scalar.len_bytes);
	for (size_t i = scalar.len_bytes; i < wanted; i++) {
		der_put(&writer, zero, sizeof(zero));
	}
	der_head(&writer, DER_OCTET_STRING, mark);
	der_unsigned(&writer, BYTES(one));
	der_head(&writer, DER_SEQUENCE, 0);
	return finish(&writer, curve == PKCS8_P256 ? BYTES(algorithm_p256)
						   : BYTES(algorithm_p384));
}

size_t pkcs8_ed25519(const uint8_t seed[PKCS8_ED25519_BYTES], uint8_t *out,
		     size_t room)
{
	struct der_writer writer;

	der_start(&writer, out, room);
	der_put(&writer, seed, PKCS8_ED25519_BYTES);
	der_head(&writer, DER_OCTET_STRING, 0);
	return finish(&writer, BYTES(algorithm_ed25519));
}
