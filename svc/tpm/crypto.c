/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Called by session.c, public.c, policy.c and response.c. Each derived key is
 * one SHA-256 digest long, so that a KDF is one turn. Invariant: what was
 * derived on the way is wiped; hogweed's numbers lie in memory that the
 * runtime zeroes when they free it.
 */
#include "svc/tpm/crypto.h"

#include <nettle/aes.h>
#include <nettle/bignum.h>
#include <nettle/cfb.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/hmac.h>
#include <nettle/sha2.h>

#include "lib/bytes.h"
#include "svc/rt/rt.h"
#include "svc/tpm/wire.h"

#define KDF_BITS (8 * TPM_HASH_BYTES)

_Static_assert(TPM_HASH_BYTES == SHA256_DIGEST_SIZE, "one turn of a KDF");
_Static_assert(TPM_HASH_BYTES == AES128_KEY_SIZE + AES_BLOCK_SIZE,
	       "key and IV");

void tpm_secret_add(struct tpm_secret *secret, const uint8_t *bytes,
		    size_t len_bytes)
{
	memcpy(secret->bytes + secret->len_bytes, bytes, len_bytes);
	secret->len_bytes += (uint32_t)len_bytes;
}

static size_t words_bytes(const char *words)
{
	size_t len_bytes = 0;

	while (words[len_bytes] != '\0') {
		len_bytes++;
	}
	return len_bytes + 1; /* KDFs take the zero in */
}

void tpm_kdfa(const struct tpm_secret *secret, const char *label,
	      const struct tpm_nonces *nonces, uint8_t to[TPM_HASH_BYTES])
{
	static const uint8_t first[] = {0, 0, 0, 1};
	static const uint8_t bits[] = {0, 0, KDF_BITS >> 8, KDF_BITS & 255};
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, secret->len_bytes, secret->bytes);
	hmac_sha256_update(&hmac, sizeof(first), first);
	hmac_sha256_update(&hmac, words_bytes(label), (const uint8_t *)label);
	hmac_sha256_update(&hmac, sizeof(nonces->newer), nonces->newer);
	hmac_sha256_update(&hmac, sizeof(nonces->older), nonces->older);
	hmac_sha256_update(&hmac, sizeof(bits), bits);
	hmac_sha256_digest(&hmac, TPM_HASH_BYTES, to);
	bytes_wipe(&hmac, sizeof(hmac));
}

struct cipher {
	struct aes128_ctx aes;
	uint8_t key_iv[TPM_HASH_BYTES];
};

/* CFB decrypts with the block cipher's encryption, too. */
static uint8_t *cipher_begin(struct cipher *cipher,
			     const struct tpm_secret *secret,
			     const struct tpm_nonces *nonces)
{
	tpm_kdfa(secret, "CFB", nonces, cipher->key_iv);
	aes128_set_encrypt_key(&cipher->aes, cipher->key_iv);
	return cipher->key_iv + AES128_KEY_SIZE;
}

void tpm_encrypt(const struct tpm_secret *secret,
		 const struct tpm_nonces *nonces, uint8_t *bytes,
		 size_t len_bytes)
{
	struct cipher cipher;
	uint8_t *iv = cipher_begin(&cipher, secret, nonces);

	cfb_encrypt(&cipher.aes, (nettle_cipher_func *)aes128_encrypt,
		    AES_BLOCK_SIZE, iv, len_bytes, bytes, bytes);
	bytes_wipe(&cipher, sizeof(cipher));
}

void tpm_decrypt(const struct tpm_secret *secret,
		 const struct tpm_nonces *nonces, uint8_t *bytes,
		 size_t len_bytes)
{
	struct cipher cipher;
	uint8_t *iv = cipher_begin(&cipher, secret, nonces);

	cfb_decrypt(&cipher.aes, (nettle_cipher_func *)aes128_encrypt,
		    AES_BLOCK_SIZE, iv, len_bytes, bytes, bytes);
	bytes_wipe(&cipher, sizeof(cipher));
}

static bool point_read(struct ecc_point *point,
		       const uint8_t bytes[2 * TPM_COORDINATE])
{
	bool good;
	mpz_t x, y;

	mpz_inits(x, y, NULL);
	nettle_mpz_set_str_256_u(x, TPM_COORDINATE, bytes);
	nettle_mpz_set_str_256_u(y, TPM_COORDINATE, bytes + TPM_COORDINATE);
	good = ecc_point_set(point, x, y) != 0;
	mpz_clears(x, y, NULL);
	return good;
}

static void point_write(const struct ecc_point *point,
			uint8_t bytes[2 * TPM_COORDINATE])
{
	mpz_t x, y;

	mpz_inits(x, y, NULL);
	ecc_point_get(point, x, y);
	nettle_mpz_get_str_256(TPM_COORDINATE, bytes, x);
	nettle_mpz_get_str_256(TPM_COORDINATE, bytes + TPM_COORDINATE, y);
	mpz_clears(x, y, NULL);
}

/* KDFe with the label of session salts; x coordinates only. */
static void kdfe(const uint8_t *shared, const uint8_t *once, const uint8_t *key,
		 uint8_t salt[TPM_HASH_BYTES])
{
	static const uint8_t first[] = {0, 0, 0, 1};
	static const char label[] = "SECRET";
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, sizeof(first), first);
	sha256_update(&hash, TPM_COORDINATE, shared);
	sha256_update(&hash, sizeof(label), (const uint8_t *)label);
	sha256_update(&hash, TPM_COORDINATE, once);
	sha256_update(&hash, TPM_COORDINATE, key);
	sha256_digest(&hash, TPM_HASH_BYTES, salt);
	bytes_wipe(&hash, sizeof(hash));
}

enum status tpm_salt(const uint8_t key[2 * TPM_COORDINATE],
		     uint8_t once[2 * TPM_COORDINATE],
		     uint8_t salt[TPM_HASH_BYTES])
{
	const struct ecc_curve *curve = nettle_get_secp_256r1();
	uint8_t shared[2 * TPM_COORDINATE];
	struct ecc_point theirs, ours;
	struct ecc_scalar scalar;
	bool good;

	ecc_point_init(&theirs, curve);
	ecc_point_init(&ours, curve);
	ecc_scalar_init(&scalar, curve);
	good = point_read(&theirs, key);
	if (good) {
		ecc_scalar_random(&scalar, NULL, rt_random);
		ecc_point_mul_g(&ours, &scalar);
		point_write(&ours, once);
		ecc_point_mul(&ours, &scalar, &theirs);
		point_write(&ours, shared);
		kdfe(shared, once, key, salt);
		bytes_wipe(shared, sizeof(shared));
	}
	ecc_scalar_clear(&scalar);
	ecc_point_clear(&ours);
	ecc_point_clear(&theirs);
	return good ? STATUS_OK : STATUS_INVALID;
}

void tpm_hash(const uint8_t *bytes, size_t len_bytes,
	      uint8_t digest[TPM_HASH_BYTES])
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, len_bytes, bytes);
	sha256_digest(&hash, TPM_HASH_BYTES, digest);
}
