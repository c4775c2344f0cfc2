/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ssh agent's decoder: what is cut short, too long or encoded in two ways
 * is refused; and a private key in a message becomes the PKCS#8 of that key.
 *
 * Links: host/ssh-agent/message.c host/ssh-agent/private.c
 * Links: host/libvbs/ssh_wire.c host/libvbs/ssh_key.c host/libvbs/pkcs8.c
 * Links: host/libvbs/der.c host/libvbs/keyring_words.c host/libvbs/hex.c
 * Links: lib/status.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <stdlib.h>

#include "abi/keyring.h"
#include "host/libvbs/hex.h"
#include "host/ssh-agent/private.h"
#include "tests/unit/ssh_sample.h"
#include "tests/unit/unit.h"

#define LIFETIME 1
#define CONFIRM	 2

static struct sample sample;
static struct message message;

static enum status read_sample(void)
{
	return message_read(sample_bytes(&sample), &message);
}

static void put_number(const char *hex)
{
	uint8_t bytes[512];

	assert_true(hex_read(hex, bytes, strlen(hex) / 2));
	wire_put_mpint(&sample.wire,
		       (struct der_bytes){bytes, strlen(hex) / 2});
}

/* p = 61, q = 53: Wikipedia's example. */
static void make_rsa(void)
{
	sample_begin(&sample, AGENT_ADD);
	wire_put_text(&sample.wire, "ssh-rsa");
	put_number("0ca1"); /* n = 3233 */
	put_number("11");   /* e = 17 */
	put_number("0ac1"); /* d = 2753 */
	put_number("26");   /* 1 / q mod p = 38 */
	put_number("3d");
	put_number("35");
	wire_put_text(&sample.wire, "small");
}

static void make_ec(const char *name, const char *curve, size_t point_bytes)
{
	uint8_t point[97] = {4}, scalar[48] = {9};

	sample_begin(&sample, AGENT_ADD);
	wire_put_text(&sample.wire, name);
	wire_put_text(&sample.wire, curve);
	wire_put_string(&sample.wire, (struct der_bytes){point, point_bytes});
	wire_put_mpint(&sample.wire,
		       (struct der_bytes){scalar, point_bytes / 2});
	wire_put_text(&sample.wire, "ec");
}

static void make_bind(void)
{
	sample_begin(&sample, AGENT_EXTENSION);
	wire_put_text(&sample.wire, MESSAGE_BIND_NAME);
	wire_put_text(&sample.wire, "host key");
	wire_put_text(&sample.wire, "session");
	wire_put_text(&sample.wire, "signature");
	wire_put_u8(&sample.wire, 1);
}

/* The sample is good; no beginning of it is, nor anything behind it. */
static void only_whole(void)
{
	struct der_bytes bytes = sample_bytes(&sample);
	uint8_t *copy;

	assert_int_equal(read_sample(), STATUS_OK);
	for (size_t cut = 0; cut < bytes.len_bytes; cut++) {
		copy = malloc(cut != 0 ? cut : 1); /* so that ASan sees */
		memcpy(copy, bytes.bytes, cut);
		assert_int_not_equal(
			message_read((struct der_bytes){copy, cut}, &message),
			STATUS_OK);
		free(copy);
	}
	wire_put_u8(&sample.wire, 0);
	assert_int_equal(read_sample(), STATUS_INVALID);
}

static void only_whole_messages(void **unused)
{
	(void)unused;
	sample_begin(&sample, AGENT_LIST);
	only_whole();
	sample_begin(&sample, AGENT_REMOVE_ALL);
	only_whole();
	sample_sign(&sample, 1, "data", 0);
	only_whole();
	sample_add(&sample, AGENT_ADD, 1);
	only_whole();
	make_rsa();
	only_whole();
	make_ec("ecdsa-sha2-nistp256", "nistp256", 65);
	only_whole();
	make_ec("ecdsa-sha2-nistp384", "nistp384", 97);
	only_whole();
	make_bind();
	only_whole();
	sample_begin(&sample, AGENT_LOCK);
	wire_put_text(&sample.wire, "open sesame");
	only_whole();
	sample_begin(&sample, AGENT_REMOVE);
	sample_public(&sample.wire, 1);
	only_whole();
}

static void what_is_not_ours(void **unused)
{
	(void)unused;
	for (unsigned number = 0; number < 256; number++) {
		sample_begin(&sample, (uint8_t)number);
		assert_int_equal(read_sample() == STATUS_OK,
				 number == AGENT_LIST ||
					 number == AGENT_REMOVE_ALL);
		assert_int_equal(message.number, number);
	}
	make_ec("ecdsa-sha2-nistp521", "nistp521", 97);
	assert_int_equal(read_sample(), STATUS_UNSUPPORTED);
	sample_begin(&sample, AGENT_EXTENSION);
	wire_put_text(&sample.wire, "other@example.com");
	assert_int_equal(read_sample(), STATUS_UNSUPPORTED);
	assert_int_equal(message.extension, MESSAGE_EXTENSION_OTHER);
}

static void parts_of_another_curve(void **unused)
{
	(void)unused;
	make_ec("ecdsa-sha2-nistp256", "nistp384", 65);
	assert_int_equal(read_sample(), STATUS_INVALID);
	make_ec("ecdsa-sha2-nistp256", "nistp256", 97);
	assert_int_equal(read_sample(), STATUS_INVALID);
	make_ec("ecdsa-sha2-nistp384", "nistp384", 65);
	assert_int_equal(read_sample(), STATUS_INVALID);
}

static void ed25519_halves_differ(void **unused)
{
	(void)unused;
	sample_add(&sample, AGENT_ADD, 1);
	sample.bytes[sample.wire.len_bytes - 12] ^= 1; /* before the comment */
	assert_int_equal(read_sample(), STATUS_INVALID);
}

/* n: negative, or with a zero that says nothing. */
static void numbers_have_one_encoding(void **unused)
{
	static const uint8_t bad[][2] = {{0x80, 1}, {0, 1}, {0, 0}};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		make_rsa();
		memcpy(sample.bytes + 16, bad[i], 2);
		assert_int_equal(read_sample(), STATUS_INVALID);
	}
}

static void constraints(void **unused)
{
	(void)unused;
	sample_add(&sample, AGENT_ADD_CONSTRAINED, 1);
	wire_put_u8(&sample.wire, LIFETIME);
	wire_put_u32(&sample.wire, 60);
	wire_put_u8(&sample.wire, CONFIRM);
	assert_int_equal(read_sample(), STATUS_OK);
	assert_int_equal(message.add.lifetime_s, 60);
	assert_true(message.add.confirm);
	wire_put_u8(&sample.wire, CONFIRM); /* twice */
	assert_int_equal(read_sample(), STATUS_INVALID);

	sample_add(&sample, AGENT_ADD_CONSTRAINED, 1);
	wire_put_u8(&sample.wire, LIFETIME);
	wire_put_u8(&sample.wire, 0); /* cut short */
	assert_int_equal(read_sample(), STATUS_INVALID);

	sample_add(&sample, AGENT_ADD_CONSTRAINED, 1);
	wire_put_u8(&sample.wire, 255);
	wire_put_text(&sample.wire, "restrict-destination-v00@openssh.com");
	assert_int_equal(read_sample(), STATUS_UNSUPPORTED);

	sample_add(&sample, AGENT_ADD, 1); /* which has none */
	wire_put_u8(&sample.wire, CONFIRM);
	assert_int_equal(read_sample(), STATUS_INVALID);
}

/* 2753 mod 60 = 53, 2753 mod 52 = 49. */
static void rsa_gets_its_exponents(void **unused)
{
	static const char expected[] =
		"3033020100300d06092a864886f70d0101010500041f301d020100"
		"02020ca102011102020ac102013d020135020135020131020126";
	uint8_t out[KEYRING_DATA_BYTES];
	char hex[2 * KEYRING_DATA_BYTES + 1];

	(void)unused;
	make_rsa();
	assert_int_equal(read_sample(), STATUS_OK);
	hex_write(out, private_pkcs8(&message.add, out, sizeof(out)), hex);
	assert_string_equal(hex, expected);
	assert_int_equal(private_pkcs8(&message.add, out, 40), 0);
}

static void rsa_without_odd_primes(void **unused)
{
	static const char *const bad[] = {"3c", "01", "0ac10000"};
	uint8_t out[KEYRING_DATA_BYTES];

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		uint8_t prime[4];

		make_rsa();
		assert_int_equal(read_sample(), STATUS_OK);
		assert_true(hex_read(bad[i], prime, strlen(bad[i]) / 2));
		message.add.rsa.q =
			(struct der_bytes){prime, strlen(bad[i]) / 2};
		assert_int_equal(private_pkcs8(&message.add, out, sizeof(out)),
				 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_whole_messages),
		cmocka_unit_test(what_is_not_ours),
		cmocka_unit_test(parts_of_another_curve),
		cmocka_unit_test(ed25519_halves_differ),
		cmocka_unit_test(numbers_have_one_encoding),
		cmocka_unit_test(constraints),
		cmocka_unit_test(rsa_gets_its_exponents),
		cmocka_unit_test(rsa_without_odd_primes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
