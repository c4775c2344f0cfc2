/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * P-256, P-384 and Ed25519 by hogweed, whose functions take the same path for
 * every secret. The number that ECDSA needs for each signature is random.
 */
#include <nettle/bignum.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>

#include "lib/bytes.h"
#include "svc/keyring/algorithms.h"
#include "svc/rt/rt.h"

#define DIGEST_LEAST 20u
#define DIGEST_MOST  64u

const struct ecc_curve *ec_curve(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_P256:
		return nettle_get_secp_256r1();
	case KEYRING_TYPE_P384:
		return nettle_get_secp_384r1();
	default:
		return NULL;
	}
}

size_t ec_bytes(uint32_t type)
{
	return type == KEYRING_TYPE_P256 ? 32 : 48;
}

/* Secret and public half from a scalar that is in its range. */
static void store(struct key *key, const struct ecc_scalar *scalar)
{
	size_t bytes = ec_bytes(key->object.type);
	struct ecc_point point;
	mpz_t x, y;

	mpz_init(x);
	mpz_init(y);
	ecc_scalar_get(scalar, x);
	nettle_mpz_get_str_256(bytes, key->secret, x);
	ecc_point_init(&point, ec_curve(key->object.type));
	ecc_point_mul_g(&point, scalar);
	ecc_point_get(&point, x, y);
	nettle_mpz_get_str_256(bytes, key->object.public_key, x);
	nettle_mpz_get_str_256(bytes, key->object.public_key + bytes, y);
	ecc_point_clear(&point);
	mpz_clear(y);
	mpz_clear(x);
	key->secret_bytes = (uint32_t)bytes;
	key->object.public_bytes = (uint32_t)(2 * bytes);
	key->object.bits = (uint32_t)(8 * bytes);
}

enum status ec_generate(struct key *key)
{
	struct ecc_scalar scalar;

	ecc_scalar_init(&scalar, ec_curve(key->object.type));
	ecc_scalar_random(&scalar, NULL, rt_random);
	store(key, &scalar);
	ecc_scalar_clear(&scalar);
	return STATUS_OK;
}

static bool scalar_read(struct ecc_scalar *scalar, const uint8_t *bytes,
			size_t len_bytes)
{
	bool good;
	mpz_t number;

	mpz_init(number);
	nettle_mpz_set_str_256_u(number, len_bytes, bytes);
	good = ecc_scalar_set(scalar, number);
	mpz_clear(number);
	return good;
}

enum status ec_take(struct key *key, const uint8_t *scalar, size_t len_bytes)
{
	struct ecc_scalar read;
	bool good;

	if (len_bytes == 0 || len_bytes > ec_bytes(key->object.type)) {
		return STATUS_INVALID;
	}
	ecc_scalar_init(&read, ec_curve(key->object.type));
	good = scalar_read(&read, scalar, len_bytes);
	if (good) {
		store(key, &read);
	}
	ecc_scalar_clear(&read);
	return good ? STATUS_OK : STATUS_INVALID;
}

enum status ec_sign(const struct key *key, struct key_work *work)
{
	size_t bytes = ec_bytes(key->object.type);
	struct dsa_signature signature;
	struct ecc_scalar scalar;
	bool good;

	if (work->extra != 0 || work->in_bytes < DIGEST_LEAST ||
	    work->in_bytes > DIGEST_MOST) {
		return STATUS_INVALID;
	}
	if (work->out_bytes < 2 * bytes) {
		return STATUS_NO_SPACE;
	}
	ecc_scalar_init(&scalar, ec_curve(key->object.type));
	good = scalar_read(&scalar, key->secret, key->secret_bytes);
	if (good) {
		dsa_signature_init(&signature);
		ecdsa_sign(&scalar, NULL, rt_random, work->in_bytes, work->in,
			   &signature);
		nettle_mpz_get_str_256(bytes, work->out, signature.r);
		nettle_mpz_get_str_256(bytes, work->out + bytes, signature.s);
		dsa_signature_clear(&signature);
		work->out_bytes = 2 * bytes;
	}
	ecc_scalar_clear(&scalar);
	return good ? STATUS_OK : STATUS_CORRUPT;
}

enum status ed25519_take(struct key *key, const uint8_t *seed, size_t len_bytes)
{
	if (len_bytes != ED25519_KEY_SIZE) {
		return STATUS_INVALID;
	}
	memcpy(key->secret, seed, len_bytes);
	key->secret_bytes = ED25519_KEY_SIZE;
	ed25519_sha512_public_key(key->object.public_key, key->secret);
	key->object.public_bytes = ED25519_KEY_SIZE;
	key->object.bits = 8 * ED25519_KEY_SIZE;
	return STATUS_OK;
}

enum status ed25519_sign(const struct key *key, struct key_work *work)
{
	if (work->extra != 0) {
		return STATUS_INVALID;
	}
	if (work->out_bytes < ED25519_SIGNATURE_SIZE) {
		return STATUS_NO_SPACE;
	}
	ed25519_sha512_sign(key->object.public_key, key->secret, work->in_bytes,
			    work->in, work->out);
	work->out_bytes = ED25519_SIGNATURE_SIZE;
	return STATUS_OK;
}
