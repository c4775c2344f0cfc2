/* SPDX-License-Identifier: MIT */
/* Forms of public keys: host/pkcs11/material.h. */
#include "host/pkcs11/material.h"

#include <string.h>

#define BYTES(array)	   ((struct der_bytes){array, sizeof(array)})
#define UNCOMPRESSED	   0x04u /* SEC 1, 2.3.3 */
#define DER_PRINTABLE	   0x13u
#define ED25519_SIGN_BYTES 64u

static const uint8_t oid_p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48,
				   0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t oid_p384[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t oid_ed25519[] = {0x06, 0x03, 0x2b, 0x65, 0x70};
/* PKCS#11 3.0, 2.3.10: the curve's name is allowed as well. */
static const uint8_t name_ed25519[] = {DER_PRINTABLE, 12,  'e', 'd', 'w',
				       'a',	      'r', 'd', 's', '2',
				       '5',	      '5', '1', '9'};
static const uint8_t oid_ec[] = {0x06, 0x07, 0x2a, 0x86, 0x48,
				 0xce, 0x3d, 0x02, 0x01};
static const uint8_t algorithm_rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
					0x86, 0x48, 0x86, 0xf7, 0x0d,
					0x01, 0x01, 0x01, 0x05, 0x00};

unsigned long material_key_type(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_RSA:
		return CKK_RSA;
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		return CKK_EC;
	case KEYRING_TYPE_ED25519:
		return CKK_EC_EDWARDS;
	case KEYRING_TYPE_AES:
		return CKK_AES;
	default:
		return CKK_GENERIC_SECRET;
	}
}

struct der_bytes material_curve(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_P256:
		return BYTES(oid_p256);
	case KEYRING_TYPE_P384:
		return BYTES(oid_p384);
	case KEYRING_TYPE_ED25519:
		return BYTES(oid_ed25519);
	default:
		return (struct der_bytes){NULL, 0};
	}
}

static bool equal(struct der_bytes a, struct der_bytes b)
{
	return a.len_bytes == b.len_bytes && a.len_bytes > 0 &&
	       memcmp(a.bytes, b.bytes, a.len_bytes) == 0;
}

uint32_t material_curve_type(struct der_bytes params)
{
	for (uint32_t type = KEYRING_TYPE_P256; type <= KEYRING_TYPE_ED25519;
	     type++) {
		if (equal(params, material_curve(type))) {
			return type;
		}
	}
	return equal(params, BYTES(name_ed25519)) ? KEYRING_TYPE_ED25519
						  : KEYRING_TYPE_ANY;
}

/* Bytes of x || y, or of Ed25519's key. */
static size_t point_bytes(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_P256:
		return 64;
	case KEYRING_TYPE_P384:
		return 96;
	case KEYRING_TYPE_ED25519:
		return 32;
	default:
		return 0;
	}
}

static bool has_form_byte(uint32_t type)
{
	return type != KEYRING_TYPE_ED25519;
}

/* The point with its form byte, as members of DER structures have it. */
static void put_point(struct der_writer *writer,
		      const struct keyring_object *key)
{
	static const uint8_t form[] = {UNCOMPRESSED};

	der_put(writer, key->public_key, key->public_bytes);
	if (has_form_byte(key->type)) {
		der_put(writer, form, sizeof(form));
	}
}

size_t material_point(const struct keyring_object *key, uint8_t *out,
		      size_t room)
{
	struct der_writer writer;

	if (point_bytes(key->type) == 0 ||
	    key->public_bytes != point_bytes(key->type)) {
		return 0;
	}
	der_start(&writer, out, room);
	put_point(&writer, key);
	der_head(&writer, DER_OCTET_STRING, 0);
	return der_end(&writer);
}

bool material_set_point(struct keyring_object *key, struct der_bytes point)
{
	size_t wanted = point_bytes(key->type);
	size_t form = has_form_byte(key->type) ? 1 : 0;

	if (point.len_bytes == wanted + form + 2 &&
	    point.bytes[0] == DER_OCTET_STRING &&
	    point.bytes[1] == wanted + form) {
		point.bytes += 2;
		point.len_bytes -= 2;
	}
	if (wanted == 0 || point.len_bytes != wanted + form ||
	    (form != 0 && point.bytes[0] != UNCOMPRESSED)) {
		return false;
	}
	memcpy(key->public_key, point.bytes + form, wanted);
	key->public_bytes = (uint32_t)wanted;
	key->bits = key->type == KEYRING_TYPE_P384 ? 384 : 256;
	return true;
}

static struct der_bytes without_zeros(struct der_bytes number)
{
	while (number.len_bytes > 0 && number.bytes[0] == 0) {
		number.bytes++;
		number.len_bytes--;
	}
	return number;
}

bool material_set_rsa(struct keyring_object *key, struct der_bytes modulus,
		      struct der_bytes exponent)
{
	modulus = without_zeros(modulus);
	exponent = without_zeros(exponent);
	if ((modulus.len_bytes != 256 && modulus.len_bytes != 384 &&
	     modulus.len_bytes != 512) ||
	    (modulus.bytes[0] & 0x80) == 0 || exponent.len_bytes == 0 ||
	    exponent.len_bytes > sizeof(key->exponent)) {
		return false;
	}
	key->exponent = 0;
	for (size_t i = 0; i < exponent.len_bytes; i++) {
		key->exponent = key->exponent << 8 | exponent.bytes[i];
	}
	key->type = KEYRING_TYPE_RSA;
	key->bits = (uint32_t)modulus.len_bytes * 8;
	key->public_bytes = (uint32_t)modulus.len_bytes;
	memcpy(key->public_key, modulus.bytes, modulus.len_bytes);
	return true;
}

size_t material_exponent(const struct keyring_object *key, uint8_t out[8])
{
	size_t len_bytes = 0;

	for (unsigned shift = 64; shift > 0; shift -= 8) {
		uint8_t byte = (uint8_t)(key->exponent >> (shift - 8));

		if (len_bytes > 0 || byte != 0) {
			out[len_bytes++] = byte;
		}
	}
	return len_bytes;
}

static void put_rsa(struct der_writer *writer, const struct keyring_object *key)
{
	size_t mark = der_mark(writer);
	uint8_t exponent[8];

	der_unsigned(
		writer,
		(struct der_bytes){exponent, material_exponent(key, exponent)});
	der_unsigned(writer,
		     (struct der_bytes){key->public_key, key->public_bytes});
	der_head(writer, DER_SEQUENCE, mark);
}

static void put_algorithm(struct der_writer *writer, uint32_t type)
{
	size_t mark = der_mark(writer);
	struct der_bytes curve = material_curve(type);

	if (type == KEYRING_TYPE_RSA) {
		der_put(writer, algorithm_rsa, sizeof(algorithm_rsa));
		return;
	}
	der_put(writer, curve.bytes, curve.len_bytes);
	if (type != KEYRING_TYPE_ED25519) {
		der_put(writer, oid_ec, sizeof(oid_ec));
	}
	der_head(writer, DER_SEQUENCE, mark);
}

size_t material_info(const struct keyring_object *key, uint8_t *out,
		     size_t room)
{
	static const uint8_t unused_bits[] = {0};
	struct der_writer writer;

	if (key->public_bytes == 0) {
		return 0;
	}
	der_start(&writer, out, room);
	if (key->type == KEYRING_TYPE_RSA) {
		put_rsa(&writer, key);
	} else {
		put_point(&writer, key);
	}
	der_put(&writer, unused_bits, sizeof(unused_bits));
	der_head(&writer, DER_BIT_STRING, 0);
	put_algorithm(&writer, key->type);
	der_head(&writer, DER_SEQUENCE, 0);
	return der_end(&writer);
}

size_t material_signature_bytes(const struct keyring_object *key)
{
	switch (key->type) {
	case KEYRING_TYPE_RSA:
		return key->bits / 8;
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		return point_bytes(key->type);
	default:
		return ED25519_SIGN_BYTES;
	}
}
