/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generator of services: what its seed decides, that its state moves on
 * with each stream, and that nothing it gave out is left in it.
 *
 * Links: svc/rt/drbg.c
 * Libs: -lnettle
 */
#include <nettle/chacha.h>
#include <nettle/sha2.h>
#include <string.h>

#include "svc/rt/drbg.h"
#include "tests/unit/unit.h"

static const uint8_t seed_a[48] = {1}, seed_b[48] = {2};

static void draw(struct drbg *drbg, size_t len_bytes, uint8_t *to)
{
	struct drbg stream;

	drbg_split(drbg, &stream);
	assert_memory_not_equal(stream.key, drbg->key, DRBG_KEY_BYTES);
	drbg_stream(&stream, len_bytes, to);
	for (size_t i = 0; i < DRBG_KEY_BYTES; i++) {
		assert_int_equal(stream.key[i], 0);
	}
}

static void seed_decides(void **unused)
{
	uint8_t x[40], y[40], z[40];
	struct drbg a, b, c;

	(void)unused;
	drbg_seed(&a, seed_a, sizeof(seed_a));
	drbg_seed(&b, seed_a, sizeof(seed_a));
	drbg_seed(&c, seed_b, sizeof(seed_b));
	for (int i = 0; i < 3; i++) {
		draw(&a, sizeof(x), x);
		draw(&b, sizeof(y), y);
		draw(&c, sizeof(z), z);
		assert_memory_equal(x, y, sizeof(x));
		assert_memory_not_equal(x, z, sizeof(x));
	}
}

static void streams_differ(void **unused)
{
	uint8_t drawn[16][32];
	struct drbg a;

	(void)unused;
	drbg_seed(&a, seed_a, sizeof(seed_a));
	for (int i = 0; i < 16; i++) {
		draw(&a, sizeof(drawn[i]), drawn[i]);
		for (int j = 0; j < i; j++) {
			assert_memory_not_equal(drawn[i], drawn[j],
						sizeof(drawn[i]));
		}
	}
}

static void key_is_replaced(void **unused)
{
	struct drbg a, before;
	uint8_t x[200];

	(void)unused;
	drbg_seed(&a, seed_a, sizeof(seed_a));
	before = a;
	draw(&a, sizeof(x), x);
	assert_memory_not_equal(&a, &before, sizeof(a));
	for (size_t i = 0; i + sizeof(a) <= sizeof(x); i++) {
		assert_memory_not_equal(x + i, &a, sizeof(a));
	}
}

/* Written out once more from the ciphers themselves. */
static void is_what_it_says(void **unused)
{
	uint8_t block[64] = {0}, x[100] = {0}, y[100], key[32];
	static const uint8_t nonce[CHACHA_NONCE_SIZE];
	struct sha256_ctx sha;
	struct chacha_ctx chacha;
	struct drbg a;

	(void)unused;
	sha256_init(&sha);
	sha256_update(&sha, sizeof(seed_a), seed_a);
	sha256_digest(&sha, sizeof(key), key);
	chacha_set_key(&chacha, key);
	chacha_set_nonce(&chacha, nonce);
	chacha_crypt(&chacha, sizeof(block), block, block);
	chacha_set_key(&chacha, block + 32);
	chacha_set_nonce(&chacha, nonce);
	chacha_crypt(&chacha, sizeof(x), x, x);
	drbg_seed(&a, seed_a, sizeof(seed_a));
	draw(&a, sizeof(y), y);
	assert_memory_equal(x, y, sizeof(x));
	assert_memory_equal(a.key, block, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seed_decides),
		cmocka_unit_test(streams_differ),
		cmocka_unit_test(key_is_replaced),
		cmocka_unit_test(is_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
