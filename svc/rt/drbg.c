/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers from nettle's ChaCha20 and SHA-256. Called through
 * rt_random(). Invariant: a key makes one stream and is gone.
 */
#include "svc/rt/drbg.h"

#include <nettle/chacha.h>
#include <nettle/sha2.h>

#include "lib/bytes.h"

_Static_assert(DRBG_KEY_BYTES == CHACHA_KEY_SIZE, "one key");
_Static_assert(DRBG_KEY_BYTES == SHA256_DIGEST_SIZE, "one digest");
_Static_assert(DRBG_BLOCK_BYTES == 2 * DRBG_KEY_BYTES, "two keys a block");

static void drbg_fill(const struct drbg *drbg, size_t len_bytes, uint8_t *to)
{
	static const uint8_t nonce[CHACHA_NONCE_SIZE];
	struct chacha_ctx context;

	chacha_set_key(&context, drbg->key);
	chacha_set_nonce(&context, nonce);
	memset(to, 0, len_bytes);
	chacha_crypt(&context, len_bytes, to, to);
	bytes_wipe(&context, sizeof(context));
}

void drbg_seed(struct drbg *drbg, const uint8_t *seed, size_t len_bytes)
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, len_bytes, seed);
	sha256_digest(&context, sizeof(drbg->key), drbg->key);
	bytes_wipe(&context, sizeof(context));
}

void drbg_split(struct drbg *drbg, struct drbg *stream)
{
	uint8_t block[DRBG_BLOCK_BYTES];

	drbg_fill(drbg, sizeof(block), block);
	memcpy(drbg->key, block, sizeof(drbg->key));
	memcpy(stream->key, block + sizeof(drbg->key), sizeof(stream->key));
	bytes_wipe(block, sizeof(block));
}

void drbg_stream(struct drbg *stream, size_t len_bytes, uint8_t *to)
{
	drbg_fill(stream, len_bytes, to);
	bytes_wipe(stream, sizeof(*stream));
}
