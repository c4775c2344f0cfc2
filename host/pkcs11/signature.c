/* SPDX-License-Identifier: MIT */
/* Verification with public keys, by hogweed. */
#include "host/pkcs11/signature.h"

#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>
#include <nettle/rsa.h>

static void import(mpz_t number, const uint8_t *bytes, size_t len_bytes)
{
	mpz_import(number, len_bytes, 1, 1, 1, 0, bytes);
}

static bool pss_holds(const struct operation *operation,
		      const struct rsa_public_key *key, const mpz_t number)
{
	size_t salt = operation->extra;
	const uint8_t *digest = operation->buffer;

	switch (operation->pss) {
	case HASH_SHA256:
		return rsa_pss_sha256_verify_digest(key, salt, digest, number);
	case HASH_SHA384:
		return rsa_pss_sha384_verify_digest(key, salt, digest, number);
	case HASH_SHA512:
		return rsa_pss_sha512_verify_digest(key, salt, digest, number);
	case HASH_NONE:
	case HASH_SHA1:
		break;
	}
	return false;
}

static bool rsa_holds(const struct operation *operation,
		      const uint8_t *signature)
{
	const struct keyring_object *from = &operation->key;
	struct rsa_public_key key;
	bool holds = false;
	mpz_t number;

	rsa_public_key_init(&key);
	mpz_init(number);
	import(key.n, from->public_key, from->public_bytes);
	mpz_set_ui(key.e, from->exponent);
	import(number, signature, from->public_bytes);
	if (rsa_public_key_prepare(&key) != 0) {
		holds = operation->mechanism->scheme == SCHEME_PSS
				? pss_holds(operation, &key, number)
				: rsa_pkcs1_verify(&key, operation->used,
						   operation->buffer, number);
	}
	mpz_clear(number);
	rsa_public_key_clear(&key);
	return holds;
}

static bool ecdsa_holds(const struct operation *operation,
			const uint8_t *signature)
{
	const struct keyring_object *from = &operation->key;
	size_t half = from->public_bytes / 2;
	struct dsa_signature numbers;
	struct ecc_point point;
	bool holds = false;
	mpz_t x, y;

	ecc_point_init(&point, from->type == KEYRING_TYPE_P256
				       ? nettle_get_secp_256r1()
				       : nettle_get_secp_384r1());
	dsa_signature_init(&numbers);
	mpz_inits(x, y, NULL);
	import(x, from->public_key, half);
	import(y, from->public_key + half, half);
	import(numbers.r, signature, half);
	import(numbers.s, signature + half, half);
	if (ecc_point_set(&point, x, y) != 0) {
		holds = ecdsa_verify(&point, operation->used, operation->buffer,
				     &numbers) != 0;
	}
	mpz_clears(x, y, NULL);
	dsa_signature_clear(&numbers);
	ecc_point_clear(&point);
	return holds;
}

bool signature_holds(const struct operation *operation,
		     const uint8_t *signature)
{
	switch (operation->mechanism->scheme) {
	case SCHEME_PKCS1:
	case SCHEME_PSS:
		return rsa_holds(operation, signature);
	case SCHEME_ECDSA:
		return ecdsa_holds(operation, signature);
	case SCHEME_EDDSA:
		return ed25519_sha512_verify(operation->key.public_key,
					     operation->used, operation->buffer,
					     signature) != 0;
	case SCHEME_DIGEST:
	case SCHEME_HMAC:
	case SCHEME_GCM:
	case SCHEME_GENERATE:
	case SCHEME_UNWRAP:
		break;
	}
	return false;
}
