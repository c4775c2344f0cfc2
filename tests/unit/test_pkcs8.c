/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private keys in PKCS#8: byte for byte what OpenSSL 3.0 makes of the same
 * (openssl pkcs8 -topk8 -outform DER -nocrypt; _ALONE: ec -no_public before).
 *
 * Links: host/libvbs/pkcs8.c host/libvbs/der.c host/libvbs/hex.c
 */
#include "host/libvbs/pkcs8.h"

#include <stdlib.h>
#include <string.h>

#include "host/libvbs/hex.h"
#include "tests/unit/unit.h"

#define RSA_N                                                              \
	"00c157a478099938022ca63192d2f39fbfd92423bab43f5c83264c85b656cc7b" \
	"9b4cec8a09b28794afaeeb54ce35e7216aefcce0e44b55718cef7d0751edf776" \
	"7d"
#define RSA_D                                                              \
	"17dd126ec27887e234d29a81cdc9c628eecb3821be47a7ca843aa3b25aca4863" \
	"2ec8e847f6a73bd346a6969a9edbd1020842929036559031dd0b195f0ef7999d"
#define RSA_P                                                              \
	"00e70f716f1ecf559102cc9d606f0caec76bce9958dbea555423a7fb341ad761" \
	"3f"
#define RSA_Q                                                              \
	"00d635fe36aaa8809d683d4fdec6df02636b8abd0f69085a1c9723be1972533d" \
	"43"
#define RSA_DP                                                             \
	"00b1553edfe3ab88a64499b9671b938648734b1a92022634dae08ab9d6e18acf" \
	"8d"
#define RSA_DQ \
	"28c094e0698f2d08c53004e5e907bc3895d90b26c760a364150ce3b98b9a7269"
#define RSA_QINV                                                           \
	"00990653dc4c7ba7f81c5a53728629d3b313b797bb594121b52084464124f693" \
	"06"
#define P256_SCALAR \
	"a730a4dd0b1406d35b6bb298f263a342969f88cfa5403b01103ffd5cfbf5c465"
#define P256_POINT                                                         \
	"04f9436634a54cb95a19f0f63820ce88b9135baccc55abe3b3670345bab5abd1" \
	"ae1da850075c9a94d3d17d058053cdb25e4efcd7ca5bbd9dd92b56f01e8664ce" \
	"cb"
#define P384_SCALAR                                                        \
	"df0f70d721f0df0962e48f73a8f13aa061e8180a5fb6613871e7e9ac06e5571c" \
	"62ff22d07f8b75590347d0aeaa82df65"
#define P384_POINT                                                         \
	"04a8ab39ab5ac171b7f321fb3802615ac18b63a8c31da9e7d4198708079e7590" \
	"a5f4ea87980ed75b3cf01d6d01798cae3e988bce3df98aa1b2af823c07fccd79" \
	"e0e990912b6ca7aa36b024775334ae5030534c59197d7458ffb3ac794c1ebb2e" \
	"bc"
#define ED_SEED \
	"aa45fa08e3d1025488f57beb4f5dd1db6c5f61059f177fafe98620ec1a10299c"
#define RSA_DER                                                            \
	"30820155020100300d06092a864886f70d01010105000482013f3082013b0201" \
	"00024100c157a478099938022ca63192d2f39fbfd92423bab43f5c83264c85b6" \
	"56cc7b9b4cec8a09b28794afaeeb54ce35e7216aefcce0e44b55718cef7d0751" \
	"edf7767d0203010001024017dd126ec27887e234d29a81cdc9c628eecb3821be" \
	"47a7ca843aa3b25aca48632ec8e847f6a73bd346a6969a9edbd1020842929036" \
	"559031dd0b195f0ef7999d022100e70f716f1ecf559102cc9d606f0caec76bce" \
	"9958dbea555423a7fb341ad7613f022100d635fe36aaa8809d683d4fdec6df02" \
	"636b8abd0f69085a1c9723be1972533d43022100b1553edfe3ab88a64499b967" \
	"1b938648734b1a92022634dae08ab9d6e18acf8d022028c094e0698f2d08c530" \
	"04e5e907bc3895d90b26c760a364150ce3b98b9a7269022100990653dc4c7ba7" \
	"f81c5a53728629d3b313b797bb594121b52084464124f69306"
#define P256_DER                                                           \
	"308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02" \
	"01010420a730a4dd0b1406d35b6bb298f263a342969f88cfa5403b01103ffd5c" \
	"fbf5c465a14403420004f9436634a54cb95a19f0f63820ce88b9135baccc55ab" \
	"e3b3670345bab5abd1ae1da850075c9a94d3d17d058053cdb25e4efcd7ca5bbd" \
	"9dd92b56f01e8664cecb"
#define P384_DER                                                           \
	"3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201" \
	"010430df0f70d721f0df0962e48f73a8f13aa061e8180a5fb6613871e7e9ac06" \
	"e5571c62ff22d07f8b75590347d0aeaa82df65a16403620004a8ab39ab5ac171" \
	"b7f321fb3802615ac18b63a8c31da9e7d4198708079e7590a5f4ea87980ed75b" \
	"3cf01d6d01798cae3e988bce3df98aa1b2af823c07fccd79e0e990912b6ca7aa" \
	"36b024775334ae5030534c59197d7458ffb3ac794c1ebb2ebc"
#define P256_ALONE_DER                                                     \
	"3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201" \
	"010420a730a4dd0b1406d35b6bb298f263a342969f88cfa5403b01103ffd5cfb" \
	"f5c465"
#define P384_ALONE_DER                                                     \
	"304e020100301006072a8648ce3d020106052b81040022043730350201010430" \
	"df0f70d721f0df0962e48f73a8f13aa061e8180a5fb6613871e7e9ac06e5571c" \
	"62ff22d07f8b75590347d0aeaa82df65"
#define ED_DER                                                             \
	"302e020100300506032b657004220420aa45fa08e3d1025488f57beb4f5dd1db" \
	"6c5f61059f177fafe98620ec1a10299c"

#define MOST_BYTES 512u

static uint8_t *pool[16]; /* exactly as long as the number: overruns show */
static size_t pool_used;

static struct der_bytes number(const char *text)
{
	size_t len_bytes = strlen(text) / 2;
	uint8_t *bytes = malloc(len_bytes);

	assert_true(pool_used < ARRAY_COUNT(pool));
	assert_true(hex_read(text, bytes, len_bytes));
	pool[pool_used++] = bytes;
	return (struct der_bytes){bytes, len_bytes};
}

static int drop_numbers(void **unused)
{
	(void)unused;
	while (pool_used > 0) {
		free(pool[--pool_used]);
	}
	return 0;
}

static size_t write_rsa(uint8_t *out, size_t room)
{
	struct pkcs8_rsa key = {
		.n = number(RSA_N),
		.e = number("0000010001"), /* zeros are dropped */
		.d = number(RSA_D),
		.p = number(RSA_P),
		.q = number(RSA_Q),
		.dp = number(RSA_DP),
		.dq = number(RSA_DQ),
		.qinv = number(RSA_QINV),
	};
	size_t len_bytes = pkcs8_rsa(&key, out, room);

	return drop_numbers(NULL) == 0 ? len_bytes : 0;
}

static size_t write_p256(uint8_t *out, size_t room)
{
	return pkcs8_ec(PKCS8_P256, number(P256_SCALAR), number(P256_POINT),
			out, room);
}

static size_t write_p384(uint8_t *out, size_t room)
{
	return pkcs8_ec(PKCS8_P384, number(P384_SCALAR), number(P384_POINT),
			out, room);
}

static size_t write_p256_alone(uint8_t *out, size_t room)
{
	return pkcs8_ec(PKCS8_P256, number(P256_SCALAR), (struct der_bytes){0},
			out, room);
}

static size_t write_p384_alone(uint8_t *out, size_t room)
{
	return pkcs8_ec(PKCS8_P384, number("0000" P384_SCALAR),
			(struct der_bytes){0}, out, room);
}

static size_t write_ed25519(uint8_t *out, size_t room)
{
	return pkcs8_ed25519(number(ED_SEED).bytes, out, room);
}

static const struct {
	size_t (*write)(uint8_t *out, size_t room);
	const char *expected;
} cases[] = {
	{write_rsa, RSA_DER},
	{write_p256, P256_DER},
	{write_p384, P384_DER},
	{write_p256_alone, P256_ALONE_DER},
	{write_p384_alone, P384_ALONE_DER},
	{write_ed25519, ED_DER},
};

static void writes_what_openssl_writes(void **unused)
{
	uint8_t out[MOST_BYTES];
	char text[2 * MOST_BYTES + 1];

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		memset(out, 0xaa, sizeof(out));
		size_t len_bytes = cases[i].write(out, sizeof(out));

		hex_write(out, len_bytes, text);
		assert_string_equal(text, cases[i].expected);
		for (size_t at = len_bytes; at < sizeof(out); at++) {
			assert_int_equal(out[at], 0); /* no secret is left */
		}
		assert_int_equal(drop_numbers(NULL), 0);
	}
}

static void writes_all_or_nothing(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		size_t wanted = strlen(cases[i].expected) / 2;

		for (size_t room = 0; room <= wanted; room++) {
			uint8_t *out = malloc(room);
			size_t got = cases[i].write(out, room);

			assert_int_equal(got, room == wanted ? wanted : 0);
			free(out);
			assert_int_equal(drop_numbers(NULL), 0);
		}
	}
}

static void short_scalar_gets_its_zeros(void **unused)
{
	uint8_t out[MOST_BYTES];
	char text[2 * MOST_BYTES + 1];

	(void)unused;
	hex_write(out,
		  pkcs8_ec(PKCS8_P256, number("07"), (struct der_bytes){0}, out,
			   sizeof(out)),
		  text);
	assert_non_null(strstr(text, "0420"
				     "0000000000000000000000000000000"
				     "0000000000000000000000000000000"
				     "07"));
}

static void long_scalar_is_refused(void **unused)
{
	uint8_t out[MOST_BYTES];

	(void)unused;
	assert_int_equal(pkcs8_ec(PKCS8_P256, number("01" P256_SCALAR),
				  (struct der_bytes){0}, out, sizeof(out)),
			 0);
	assert_int_equal(pkcs8_ec(PKCS8_P256, number(P384_SCALAR),
				  (struct der_bytes){0}, out, sizeof(out)),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(writes_what_openssl_writes,
					  drop_numbers),
		cmocka_unit_test_teardown(writes_all_or_nothing, drop_numbers),
		cmocka_unit_test_teardown(short_scalar_gets_its_zeros,
					  drop_numbers),
		cmocka_unit_test_teardown(long_scalar_is_refused, drop_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
