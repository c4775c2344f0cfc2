/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ECDH on P-256, one round of the X9.63 derivation with SHA-256, AES-256 key
 * wrap with padding (RFC 5649). Called by keyring.c. nettle has key wrap with
 * a given initial value; with padding, that value holds the length, of which
 * eight are possible.
 */
#include "svc/keyring/unwrap.h"

#include <nettle/aes.h>
#include <nettle/bignum.h>
#include <nettle/ecc.h>
#include <nettle/nist-keywrap.h>
#include <nettle/sha2.h>
#include <stdbool.h>

#include "lib/bytes.h"
#include "svc/keyring/algorithms.h"
#include "svc/keyring/secret.h"

#define COORDINATE_BYTES 32u
#define POINT_BYTES	 (1 + 2 * COORDINATE_BYTES)
#define POINT_PLAIN	 0x04u
#define BLOCK_BYTES	 8u /* of key wrap */
#define WRAPPED_LEAST	 (3 * BLOCK_BYTES)

static void to_bytes32(uint8_t *to, uint32_t value)
{
	for (unsigned i = 0; i < sizeof(value); i++) {
		to[i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

void unwrap_pair(const uint8_t root[SERVICE_ROOT_BYTES],
		 uint8_t scalar[UNWRAP_SCALAR_BYTES], uint8_t public_key[64])
{
	struct key key = {.object.type = KEYRING_TYPE_P256};
	uint8_t candidate[UNWRAP_SCALAR_BYTES];
	uint64_t try = 0;

	/* One try in 2^32 is beyond the group's order. */
	do {
		secret_derive(root, "wrapping key", &try, sizeof(try),
			      candidate);
		try++;
	} while (ec_take(&key, candidate, sizeof(candidate)) != STATUS_OK);
	memcpy(scalar, candidate, sizeof(candidate));
	memcpy(public_key, key.object.public_key, 2 * COORDINATE_BYTES);
	bytes_wipe(candidate, sizeof(candidate));
	bytes_wipe(&key, sizeof(key));
}

/* The x coordinate that both sides know. */
static bool agree(const uint8_t scalar[UNWRAP_SCALAR_BYTES],
		  const uint8_t *point, uint8_t shared[COORDINATE_BYTES])
{
	const struct ecc_curve *curve = ec_curve(KEYRING_TYPE_P256);
	struct ecc_point theirs, both;
	struct ecc_scalar ours;
	mpz_t x, y;
	bool good;

	mpz_inits(x, y, NULL);
	ecc_point_init(&theirs, curve);
	ecc_point_init(&both, curve);
	ecc_scalar_init(&ours, curve);
	nettle_mpz_set_str_256_u(x, UNWRAP_SCALAR_BYTES, scalar);
	good = ecc_scalar_set(&ours, x);
	nettle_mpz_set_str_256_u(x, COORDINATE_BYTES, point + 1);
	nettle_mpz_set_str_256_u(y, COORDINATE_BYTES,
				 point + 1 + COORDINATE_BYTES);
	good = good && ecc_point_set(&theirs, x, y);
	if (good) {
		ecc_point_mul(&both, &ours, &theirs);
		ecc_point_get(&both, x, NULL);
		nettle_mpz_get_str_256(COORDINATE_BYTES, shared, x);
	}
	ecc_scalar_clear(&ours);
	ecc_point_clear(&both);
	ecc_point_clear(&theirs);
	mpz_clears(x, y, NULL);
	return good;
}

static void key_of(const uint8_t shared[COORDINATE_BYTES],
		   struct aes256_ctx *aes)
{
	static const uint8_t counter[] = {0, 0, 0, 1};
	uint8_t key[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha256;

	sha256_init(&sha256);
	sha256_update(&sha256, COORDINATE_BYTES, shared);
	sha256_update(&sha256, sizeof(counter), counter);
	sha256_digest(&sha256, sizeof(key), key);
	aes256_set_decrypt_key(aes, key);
	bytes_wipe(key, sizeof(key));
	bytes_wipe(&sha256, sizeof(sha256));
}

/* RFC 5649, section 3; `to` gets padding as well. */
static enum status key_unwrap(const struct aes256_ctx *aes,
			      const uint8_t *bytes, size_t padded_bytes,
			      uint8_t *to, size_t *to_bytes)
{
	uint8_t value[BLOCK_BYTES] = {0xa6, 0x59, 0x59, 0xa6};
	uint8_t rest = 0;

	for (uint32_t pad = 0; pad < BLOCK_BYTES; pad++) {
		*to_bytes = padded_bytes - pad;
		to_bytes32(value + 4, (uint32_t)*to_bytes);
		if (nist_keyunwrap16(aes, (nettle_cipher_func *)aes256_decrypt,
				     value, padded_bytes, to, bytes)) {
			for (uint32_t i = 0; i < pad; i++) {
				rest |= to[*to_bytes + i];
			}
			return rest == 0 ? STATUS_OK : STATUS_CORRUPT;
		}
	}
	return STATUS_CORRUPT;
}

enum status unwrap(const uint8_t scalar[UNWRAP_SCALAR_BYTES],
		   const uint8_t *bytes, size_t len_bytes, uint8_t *to,
		   size_t *to_bytes)
{
	uint8_t shared[COORDINATE_BYTES];
	struct aes256_ctx aes;
	enum status status;

	if (len_bytes < POINT_BYTES + WRAPPED_LEAST ||
	    (len_bytes - POINT_BYTES) % BLOCK_BYTES != 0 ||
	    bytes[0] != POINT_PLAIN || !agree(scalar, bytes, shared)) {
		return STATUS_INVALID;
	}
	key_of(shared, &aes);
	status =
		key_unwrap(&aes, bytes + POINT_BYTES,
			   len_bytes - POINT_BYTES - BLOCK_BYTES, to, to_bytes);
	bytes_wipe(shared, sizeof(shared));
	bytes_wipe(&aes, sizeof(aes));
	return status;
}
