/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers: the generator's output for a known seed, computed by an
 * independent HMAC_DRBG (Python's hmac and hashlib), and what must not repeat.
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "sk/core/random.h"
#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/unit/unit.h"

#define TIME 0x1122334455667788
#define PAGE SK_FAKE_RAM_FIRST

/* Seed: bytes 0 to 63, 16 words 0xa5, 16 words 0xa6, TIME. */
static const uint8_t first_expected[64] = {
	0xce, 0x5f, 0xc8, 0x75, 0x5c, 0x34, 0xbf, 0x53, 0x0c, 0xa9, 0x86,
	0xd9, 0xdc, 0xc6, 0xb9, 0x1d, 0x78, 0x11, 0x63, 0x5c, 0xec, 0x94,
	0x7b, 0x54, 0x2c, 0x2f, 0x74, 0x7b, 0xad, 0x4e, 0xc1, 0xfe, 0x69,
	0xad, 0x4b, 0x85, 0x5a, 0xed, 0x6c, 0x9a, 0x92, 0x44, 0xe1, 0xda,
	0x41, 0x31, 0xf0, 0x49, 0x7d, 0xc8, 0xac, 0x32, 0xca, 0x69, 0x81,
	0xa5, 0xd4, 0x54, 0x8f, 0x33, 0xb1, 0x5b, 0x5e, 0xca};
static const uint8_t second_expected[16] = {0xea, 0xfa, 0xf6, 0xb6, 0x82, 0xac,
					    0x9b, 0x9b, 0xb3, 0xbe, 0xf4, 0xab,
					    0xaa, 0xd1, 0xbe, 0x77};

/* State: key bytes 0 to 63, value bytes 64 to 127. */
static const uint8_t seeded_first[16] = {0xdc, 0x82, 0x11, 0xb9, 0x5e, 0xde,
					 0x6a, 0xe8, 0xe9, 0xca, 0xce, 0x9a,
					 0xd1, 0xdf, 0x8e, 0xff};
static const uint8_t seeded_second[16] = {0xcd, 0xa7, 0x8d, 0x97, 0xd9, 0x4c,
					  0xe9, 0xb1, 0xf4, 0xd2, 0xe2, 0xeb,
					  0xf5, 0x22, 0x24, 0xe8};

static void known_answer(void **unused)
{
	uint8_t out[RANDOM_TAKE_MAX];

	(void)unused;
	sk_fake_reset();
	for (unsigned i = 0; i < VTL1_SEED_BYTES; i++) {
		sk_fake.boot.seed[i] = (uint8_t)i;
	}
	sk_fake_time(TIME - 1);
	assert_int_equal(random_init(&sk_fake.boot), STATUS_OK);
	random_take(out, 64);
	assert_memory_equal(out, first_expected, 64);
	random_take(out, 16);
	assert_memory_equal(out, second_expected, 16);
}

/* What is left in the state is none of what was given out. */
static void state_moves_on(void **unused)
{
	uint8_t out[RANDOM_TAKE_MAX];

	(void)unused;
	sk_fake_reset();
	assert_int_equal(random_init(&sk_fake.boot), STATUS_OK);
	random_take(out, sizeof(out));
	assert_memory_not_equal(state.random.value, out, sizeof(out));
	assert_memory_not_equal(state.random.key, out, sizeof(out));
}

/* Each source moves the output. */
static void every_source_counts(void **unused)
{
	uint8_t out[4][32];

	(void)unused;
	for (unsigned i = 0; i < ARRAY_COUNT(out); i++) {
		sk_fake_reset();
		sk_fake_time(TIME);
		sk_fake.boot.seed[63] ^= i == 1;
		sk_fake.rdseed = i != 2;
		sk_fake.rdrand = i != 3;
		assert_int_equal(random_init(&sk_fake.boot), STATUS_OK);
		random_take(out[i], sizeof(out[i]));
		for (unsigned j = 0; j < i; j++) {
			assert_memory_not_equal(out[i], out[j], 32);
		}
	}
}

/* Sends the method of the test image; its own status. */
static uint32_t send_seed(const uint8_t *bytes, uint32_t len_bytes)
{
	struct vtl_message *message =
		sk_fake_message(PAGE, SERVICE_SECURE_KERNEL, "");

	message->method = SK_METHOD_TEST_SEED;
	message->in_bytes = len_bytes;
	memcpy(message->data, bytes, len_bytes);
	assert_int_equal(
		sk_fake_call(VTL_CALL_MESSAGE, PAGE * PAGE_BYTES, NULL),
		STATUS_OK);
	return message->status;
}

/* In the test image, and of no other length than it has. */
static void tests_seed(void **unused)
{
	uint8_t seed[sizeof(struct sk_test_seed) + 1], out[16];
	struct random_state before;

	(void)unused;
	for (unsigned i = 0; i < sizeof(seed); i++) {
		seed[i] = (uint8_t)i;
	}
	sk_fake_reset();
	assert_int_equal(sk_fake_start(), STATUS_OK);
	before = state.random;
	assert_int_equal(send_seed(seed, sizeof(seed)), STATUS_INVALID);
	assert_int_equal(send_seed(seed, sizeof(seed) - 2), STATUS_INVALID);
	assert_memory_equal(&state.random, &before, sizeof(before));
	assert_int_equal(send_seed(seed, sizeof(seed) - 1), STATUS_OK);
	random_take(out, sizeof(out));
	assert_memory_equal(out, seeded_first, sizeof(out));
	random_take(out, sizeof(out));
	assert_memory_equal(out, seeded_second, sizeof(out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answer),
		cmocka_unit_test(state_moves_on),
		cmocka_unit_test(every_source_counts),
		cmocka_unit_test(tests_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
