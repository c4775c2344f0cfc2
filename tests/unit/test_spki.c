/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Public keys as SubjectPublicKeyInfo, against keys that OpenSSL 3.0.19 has
 * made and written (genpkey, pkey -pubout -outform DER).
 *
 * Links: host/libvbs/spki.c host/libvbs/der.c host/libvbs/hex.c
 */
#include "host/libvbs/spki.h"

#include <string.h>

#include "host/libvbs/hex.h"
#include "tests/unit/unit.h"

#define RSA4096_BYTES 550 /* as OpenSSL writes it, with exponent 65537 */

/* The keyring's public half, which is a part of the DER. */
static const struct known {
	uint32_t type;
	size_t public_at;
	uint32_t public_bytes;
	uint64_t exponent;
	const char *der;
} known[] = {
	{KEYRING_TYPE_RSA, 33, 256, 65537,
	 "30820122300d06092a864886f70d01010105000382010f003082010a028201"
	 "0100b4c0021a13c5fe1f55166a6e57306465ed9fc6b3c42cb2a2cbe487cbf2"
	 "1812dd6df189f1e64073302d1aaafa07ddff6bd8d7c7be2133e9a1451c7843"
	 "a457203faccf5e9ade3229627fb9fcd718e2372b695b17ede2bf1bda9269db"
	 "f13f1fbefecfe7a85f464e93b7ab4bd2c08feb9673f3730b13f2db8a791e09"
	 "042b1ef11f51e3820af051434fefef9e38cd45ae390da6eda0fce6358cb73b"
	 "17156fa4872369f11ff4a214f7558532cf84faedbbc3178b7ba3b96ad6b956"
	 "a3c95575855d9279c286860d3b0cc771d7bd79c54e5d7932126c80e835710a"
	 "bbf080d2abbc36019125200301093e8684d2a6b788d5513f3c709150e2e26e"
	 "f1947f679861d4b310f50203010001"},
	{KEYRING_TYPE_RSA, 33, 256, 4294967297,
	 "30820124300d06092a864886f70d010101050003820111003082010c028201"
	 "0100d6902e53cf13db1c25300ad74c3bba0b529465deb09f9b4dc375085456"
	 "c90644a5d5a8e4e9fafe07998cd67cc218bcc58a418d5aeba9f75c39a884f3"
	 "564c39fa4234213b116e3aeab1472e6df6856d6fe424d14f0f356190bbc096"
	 "eca43e48bc6fa3fe11d4fa404be0d030cb64a95f462de3b11c212b0f10d5eb"
	 "8991cd02b97c2669dd629a0869adf8b5ab6d33c02cd1e1cd3d9c37aaabf0aa"
	 "823fa906b48e66262cf2597d94dcefb9726a84535ac59549c336c87b7d951e"
	 "e489e138f5e5e95c4851347d30ad9f847651e8022bdc0ae9e130f20c792474"
	 "1fdb9cecede4c49e10bf3c77c67027c8992b95e2e32e4701383ad829922b46"
	 "37d653ae73782cf9627102050100000001"},
	{KEYRING_TYPE_P256, 27, 64, 0,
	 "3059301306072a8648ce3d020106082a8648ce3d030107034200044de95eca"
	 "4a5744db25a96d49fb016b3810654ba473cfaf166a3886cba3841b9eaec77f"
	 "e396f741d814418c636c2c78d605c4311452871c7912805f78f64df1d0"},
	{KEYRING_TYPE_P384, 24, 96, 0,
	 "3076301006072a8648ce3d020106052b8104002203620004c7dd9965540c8b"
	 "8f3aaf23f8af54220a5cdaf8fc4367e6fc0b905746b9bb49f90d0905f66880"
	 "4fe8ce06cf31b627b6e4d03d66d4f1dc3ca18ff86484dc1db9649825f3a697"
	 "d3bd54066c231f1a392f7ac245241e4e49f91c0217bf6be7bb9549"},
	{KEYRING_TYPE_ED25519, 12, 32, 0,
	 "302a300506032b6570032100124bbc4e34ab7c690c0df576c1bfa649bac7fd"
	 "afb3e349497e05493403a10a5b"},
};

/* The length of the DER. */
static size_t read_known(const struct known *from, uint8_t der[SPKI_BYTES],
			 struct keyring_object *object)
{
	size_t len_bytes = strlen(from->der) / 2;

	assert_true(len_bytes <= SPKI_BYTES);
	assert_true(hex_read(from->der, der, len_bytes));
	*object = (struct keyring_object){
		.type = from->type,
		.public_bytes = from->public_bytes,
		.exponent = from->exponent,
	};
	memcpy(object->public_key, der + from->public_at, from->public_bytes);
	return len_bytes;
}

static void as_openssl_writes_them(void **unused)
{
	uint8_t der[SPKI_BYTES], out[SPKI_BYTES];
	struct keyring_object object;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		size_t len_bytes = read_known(&known[i], der, &object);

		memset(out, 0xee, sizeof(out));
		assert_int_equal(spki_write(&object, out), len_bytes);
		assert_memory_equal(out, der, len_bytes);
	}
}

/* Numbers have no zeros in front, and one where the first bit would be set. */
static void rsa_numbers_are_short(void **unused)
{
	static const uint8_t expected[] = {
		0x30, 0x1c, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
		0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x03, 0x0b, 0x00,
		0x30, 0x08, 0x02, 0x03, 0x00, 0xca, 0x01, 0x02, 0x01, 0x11};
	struct keyring_object object = {.type = KEYRING_TYPE_RSA,
					.exponent = 17,
					.public_bytes = 4,
					.public_key = {0, 0, 0xca, 1}};
	uint8_t out[SPKI_BYTES];

	(void)unused;
	assert_int_equal(spki_write(&object, out), sizeof(expected));
	assert_memory_equal(out, expected, sizeof(expected));
}

static void the_largest_fits(void **unused)
{
	struct keyring_object object = {.type = KEYRING_TYPE_RSA,
					.exponent = 65537,
					.public_bytes = KEYRING_PUBLIC_BYTES};
	uint8_t out[SPKI_BYTES];

	(void)unused;
	memset(object.public_key, 0xff, sizeof(object.public_key));
	assert_int_equal(spki_write(&object, out), RSA4096_BYTES);
	object.exponent = UINT64_MAX;
	assert_int_not_equal(spki_write(&object, out), 0);
	object.public_bytes++;
	assert_int_equal(spki_write(&object, out), 0);
}

static void others_have_no_public_half(void **unused)
{
	static const uint32_t types[] = {KEYRING_TYPE_ANY, KEYRING_TYPE_AES,
					 KEYRING_TYPE_HMAC, KEYRING_TYPE_END,
					 UINT32_MAX};
	struct keyring_object object = {0};
	uint8_t out[SPKI_BYTES];

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
		object.type = types[i];
		assert_int_equal(spki_write(&object, out), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_openssl_writes_them),
		cmocka_unit_test(rsa_numbers_are_short),
		cmocka_unit_test(the_largest_fits),
		cmocka_unit_test(others_have_no_public_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
