/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private keys from outside, as PKCS#8 (RFC 5208, RFC 8410) with RSAPrivateKey
 * (RFC 8017) or ECPrivateKey (RFC 5915) inside. Called for bytes of VTL0's or
 * of whoever encrypted them; by nettle's DER reader, and every length checked
 * by it. What is not used (attributes, public halves) may follow, and is
 * computed anew.
 */
#include <nettle/asn1.h>
#include <nettle/bignum.h>

#include "lib/bytes.h"
#include "svc/keyring/algorithms.h"

#define RSA_BITS_MOST 4096u

static const uint8_t oid_rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
				  0x0d, 0x01, 0x01, 0x01};
static const uint8_t oid_ec[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
static const uint8_t oid_p256[] = {0x2a, 0x86, 0x48, 0xce,
				   0x3d, 0x03, 0x01, 0x07};
static const uint8_t oid_p384[] = {0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t oid_ed25519[] = {0x2b, 0x65, 0x70};

static bool is_oid(const struct asn1_der_iterator *at, const uint8_t *oid,
		   size_t len_bytes)
{
	return at->type == ASN1_IDENTIFIER && at->length == len_bytes &&
	       memcmp(at->data, oid, len_bytes) == 0;
}

#define IS_OID(at, oid) is_oid(at, oid, sizeof(oid))

/* One element of these bytes, all of them, that is constructed or not. */
static bool open_whole(struct asn1_der_iterator *at, const uint8_t *bytes,
		       size_t len_bytes, enum asn1_type type)
{
	enum asn1_iterator_result got =
		asn1_der_iterator_first(at, len_bytes, bytes);

	return (got == ASN1_ITERATOR_PRIMITIVE ||
		got == ASN1_ITERATOR_CONSTRUCTED) &&
	       at->type == type && at->data + at->length == bytes + len_bytes;
}

static bool open_sequence(struct asn1_der_iterator *in, const uint8_t *bytes,
			  size_t len_bytes)
{
	struct asn1_der_iterator at;

	return open_whole(&at, bytes, len_bytes, ASN1_SEQUENCE) &&
	       asn1_der_decode_constructed(&at, in) == ASN1_ITERATOR_PRIMITIVE;
}

static bool next_is(struct asn1_der_iterator *at, enum asn1_type type)
{
	enum asn1_iterator_result got = asn1_der_iterator_next(at);

	return (got == ASN1_ITERATOR_PRIMITIVE ||
		got == ASN1_ITERATOR_CONSTRUCTED) &&
	       at->type == type;
}

static bool next_number(struct asn1_der_iterator *at, mpz_t number)
{
	return next_is(at, ASN1_INTEGER) &&
	       asn1_der_get_bignum(at, number, RSA_BITS_MOST) &&
	       mpz_sgn(number) > 0;
}

static bool numbers_read(const uint8_t *bytes, size_t len_bytes,
			 struct rsa_numbers *to, mpz_t d)
{
	struct asn1_der_iterator at;
	uint32_t version;

	return open_sequence(&at, bytes, len_bytes) &&
	       at.type == ASN1_INTEGER && asn1_der_get_uint32(&at, &version) &&
	       version == 0 && next_number(&at, to->n) &&
	       next_number(&at, to->e) && next_number(&at, d) &&
	       next_number(&at, to->p) && next_number(&at, to->q) &&
	       next_number(&at, to->a) && next_number(&at, to->b) &&
	       next_number(&at, to->c);
}

static enum status rsa_read(struct key *key, const uint8_t *bytes,
			    size_t len_bytes)
{
	enum status status = STATUS_INVALID;
	struct rsa_numbers numbers;
	mpz_t d;

	mpz_inits(numbers.n, numbers.e, numbers.p, numbers.q, numbers.a,
		  numbers.b, numbers.c, d, NULL);
	if (numbers_read(bytes, len_bytes, &numbers, d)) {
		status = rsa_take(key, &numbers);
	}
	mpz_clears(numbers.n, numbers.e, numbers.p, numbers.q, numbers.a,
		   numbers.b, numbers.c, d, NULL);
	return status;
}

static enum status ec_read(struct key *key, const uint8_t *bytes,
			   size_t len_bytes)
{
	struct asn1_der_iterator at;
	uint32_t version;

	if (!open_sequence(&at, bytes, len_bytes) || at.type != ASN1_INTEGER ||
	    !asn1_der_get_uint32(&at, &version) || version != 1 ||
	    !next_is(&at, ASN1_OCTETSTRING)) {
		return STATUS_INVALID;
	}
	return ec_take(key, at.data, at.length);
}

static enum status ed25519_read(struct key *key, const uint8_t *bytes,
				size_t len_bytes)
{
	struct asn1_der_iterator at;

	if (!open_whole(&at, bytes, len_bytes, ASN1_OCTETSTRING)) {
		return STATUS_INVALID;
	}
	return ed25519_take(key, at.data, at.length);
}

/* The type that an AlgorithmIdentifier names; 0: none that we have. */
static uint32_t type_read(struct asn1_der_iterator *algorithm)
{
	if (IS_OID(algorithm, oid_rsa)) {
		return KEYRING_TYPE_RSA;
	}
	if (IS_OID(algorithm, oid_ed25519)) {
		return KEYRING_TYPE_ED25519;
	}
	if (!IS_OID(algorithm, oid_ec) ||
	    !next_is(algorithm, ASN1_IDENTIFIER)) {
		return 0;
	}
	if (IS_OID(algorithm, oid_p256)) {
		return KEYRING_TYPE_P256;
	}
	return IS_OID(algorithm, oid_p384) ? KEYRING_TYPE_P384 : 0;
}

enum status pkcs8_take(struct key *key, const uint8_t *bytes, size_t len_bytes)
{
	struct asn1_der_iterator at, algorithm;
	uint32_t version, type;

	if (!open_sequence(&at, bytes, len_bytes) || at.type != ASN1_INTEGER ||
	    !asn1_der_get_uint32(&at, &version) || version > 1 ||
	    !next_is(&at, ASN1_SEQUENCE) ||
	    asn1_der_decode_constructed(&at, &algorithm) !=
		    ASN1_ITERATOR_PRIMITIVE) {
		return STATUS_INVALID;
	}
	type = type_read(&algorithm);
	if (type == 0 ||
	    (key->object.type != KEYRING_TYPE_ANY &&
	     key->object.type != type) ||
	    !next_is(&at, ASN1_OCTETSTRING)) {
		return STATUS_INVALID;
	}
	key->object.type = type;
	switch (type) {
	case KEYRING_TYPE_RSA:
		return rsa_read(key, at.data, at.length);
	case KEYRING_TYPE_ED25519:
		return ed25519_read(key, at.data, at.length);
	default:
		return ec_read(key, at.data, at.length);
	}
}
