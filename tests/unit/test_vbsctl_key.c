/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `vbsctl key import` and `wrap` of AES and HMAC keys, with the true keyring:
 * the bytes of the file are the key, and a file of another length is none.
 *
 * Links: host/vbsctl/key.c host/vbsctl/key_file.c host/vbsctl/key_make.c
 * Links: host/vbsctl/key_secret.c host/vbsctl/key_type.c host/vbsctl/print.c
 * Links: host/libvbs/vault.c host/libvbs/keyring.c host/libvbs/der.c
 * Links: host/libvbs/keyring_words.c host/libvbs/spki.c host/libvbs/ssh_key.c
 * Links: host/libvbs/ssh_wire.c lib/status.c tests/unit/keyringd.c
 * Libs: -ljansson -lcrypto -lhogweed -lnettle -lgmp
 * Beside: keyringd
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/vbsctl/key.h"
#include "tests/unit/keyringd.h"
#include "tests/unit/unit.h"

static char file[KEYRINGD_PATH_BYTES];

/* The key of that label, which is there, or 0. */
static uint64_t number_of(const char *label, struct keyring_object *object)
{
	struct vault vault = VAULT_INIT;
	uint64_t number = 0;

	object->number = 0;
	while (vault_next(&vault, object->number, object) == STATUS_OK) {
		if (strlen(label) == object->label_bytes &&
		    memcmp(label, object->label, object->label_bytes) == 0) {
			number = object->number;
			break;
		}
	}
	vault_close(&vault);
	return number;
}

static enum exit_code import(const char *type, const char *label, bool wrapped)
{
	const struct arguments arguments = {.type = type,
					    .label = label,
					    .wrapped = wrapped,
					    .operand = {file}};

	return command_key_import(&arguments);
}

/* What the key makes of `in`; its length. */
static size_t use(uint32_t method, const struct keyring_use *use,
		  const void *in, size_t in_bytes, uint8_t *out)
{
	struct keyring_call call = {
		.method = method,
		.in = use,
		.in_bytes = sizeof(*use),
		.data = in,
		.data_bytes = in_bytes,
		.out = out,
		.out_bytes = KEYRING_MESSAGE_BYTES,
	};
	int connection = keyring_connect(keyring_path());

	assert_true(connection >= 0);
	assert_int_equal(keyring_call(connection, &call), STATUS_OK);
	(void)close(connection);
	return call.out_bytes;
}

/* RFC 4231, 4.2. */
static void check_hmac(uint64_t number)
{
	static const uint8_t expected[] = {
		0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53,
		0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
		0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7,
		0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7};
	const struct keyring_use with = {.number = number,
					 .mechanism = KEYRING_HMAC_SHA256};
	uint8_t out[KEYRING_MESSAGE_BYTES];

	assert_int_equal(use(KEYRING_SIGN, &with, "Hi There", 8, out),
			 sizeof(expected));
	assert_memory_equal(out, expected, sizeof(expected));
}

/* By OpenSSL: the key 00 01 .. 1f, a nonce of zeros, "Hi There". */
static void check_aes(uint64_t number)
{
	static const uint8_t expected[] = {0x46, 0xd5, 0x95, 0x8a, 0xdd, 0x49,
					   0xf1, 0xd8, 0xa0, 0x4b, 0x3c, 0x87,
					   0x0f, 0xdf, 0x47, 0xfc, 0xee, 0x47,
					   0x6c, 0xfc, 0xbd, 0xdc, 0xbe, 0x8e};
	const struct keyring_use with = {.number = number,
					 .mechanism = KEYRING_AES_GCM};
	uint8_t in[KEYRING_GCM_NONCE_BYTES + 8] = {0};
	uint8_t out[KEYRING_MESSAGE_BYTES];

	memcpy(in + KEYRING_GCM_NONCE_BYTES, "Hi There", 8);
	assert_int_equal(use(KEYRING_ENCRYPT, &with, in, sizeof(in), out),
			 sizeof(expected));
	assert_memory_equal(out, expected, sizeof(expected));
}

static void write_aes(void)
{
	uint8_t key[32];

	for (size_t i = 0; i < sizeof(key); i++) {
		key[i] = (uint8_t)i;
	}
	keyringd_write("key", key, sizeof(key), file);
}

static void write_hmac(size_t len_bytes)
{
	uint8_t key[128];

	memset(key, 0x0b, sizeof(key));
	keyringd_write("key", key, len_bytes, file);
}

/* --- tests ---------------------------------------------------------------- */

static void bytes_of_a_file_are_the_key(void **unused)
{
	struct keyring_object object;

	(void)unused;
	write_aes();
	assert_int_equal(import("aes256", "aes", false), EXIT_GOOD);
	check_aes(number_of("aes", &object));
	assert_int_equal(object.type, KEYRING_TYPE_AES);
	assert_int_equal(object.bits, 256);
	assert_int_equal(object.origin, KEYRING_IMPORTED);
	write_hmac(20);
	assert_int_equal(import("hmac160", "hmac", false), EXIT_GOOD);
	check_hmac(number_of("hmac", &object));
	assert_int_equal(object.type, KEYRING_TYPE_HMAC);
	assert_int_equal(object.bits, 160);
}

static void every_length_that_there_is(void **unused)
{
	static const char *const aes[] = {"aes128", "aes192", "aes256"};
	struct keyring_object object;
	char type[16];

	(void)unused;
	for (uint32_t i = 0; i < ARRAY_COUNT(aes); i++) {
		write_hmac(16 + 8 * i);
		assert_int_equal(import(aes[i], aes[i], false), EXIT_GOOD);
		assert_int_not_equal(number_of(aes[i], &object), 0);
		assert_int_equal(object.bits, 128 + 64 * i);
	}
	for (uint32_t bytes = 16; bytes <= 128; bytes++) {
		write_hmac(bytes);
		(void)snprintf(type, sizeof(type), "hmac%u", 8 * bytes);
		assert_int_equal(import(type, type, false), EXIT_GOOD);
		assert_int_not_equal(number_of(type, &object), 0);
		assert_int_equal(object.bits, 8 * bytes);
	}
}

static void another_length_is_refused(void **unused)
{
	struct keyring_object object;

	(void)unused;
	for (size_t bytes = 0; bytes <= 40; bytes++) {
		write_hmac(bytes);
		assert_int_equal(import("aes256", "bad", false),
				 bytes == 32 ? EXIT_GOOD : EXIT_DEGRADED);
		assert_int_equal(import("hmac160", "bad", false),
				 bytes == 20 ? EXIT_GOOD : EXIT_DEGRADED);
		assert_int_equal(import("aes256", "wrong", true),
				 EXIT_DEGRADED);
	}
	write_aes(); /* no PEM, and no type that a file would say */
	assert_int_equal(import(NULL, "wrong", false), EXIT_DEGRADED);
	assert_int_equal(number_of("wrong", &object), 0);
}

static void only_types_that_need_saying(void **unused)
{
	static const char *const bad[] = {
		"p256",	   "p384",     "ed25519", "rsa2048",
		"aes",	   "aes255",   "hmac",	  "hmac0",
		"hmac120", "hmac1032", "hmac161", "hmac160x",
		"hmac+8",  "hmac0160", "",	  "hmac18446744073709551744"};
	struct keyring_object object;

	(void)unused;
	write_hmac(20);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		assert_int_equal(import(bad[i], "wrong", false), EXIT_USAGE);
		assert_int_equal(import(bad[i], "wrong", true), EXIT_USAGE);
	}
	assert_int_equal(number_of("wrong", &object), 0);
}

/* --- wrapped -------------------------------------------------------------- */

/* What a command prints goes to a file. */
static enum exit_code to_file(const char *path,
			      enum exit_code (*run)(const struct arguments *),
			      const struct arguments *arguments)
{
	int before,
		to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	enum exit_code code;

	assert_true(to >= 0);
	assert_int_equal(fflush(stdout), 0);
	before = dup(STDOUT_FILENO);
	assert_int_equal(dup2(to, STDOUT_FILENO), STDOUT_FILENO);
	code = run(arguments);
	assert_int_equal(fflush(stdout), 0);
	assert_int_equal(dup2(before, STDOUT_FILENO), STDOUT_FILENO);
	(void)close(before);
	(void)close(to);
	return code;
}

/* `file` for the keyring alone, and from now on that is `file`. */
static enum exit_code wrap(const char *type)
{
	char recipient[KEYRINGD_PATH_BYTES], wrapped[KEYRINGD_PATH_BYTES];
	struct arguments arguments = {0};
	enum exit_code code;

	keyringd_path("recipient", recipient);
	keyringd_path("wrapped", wrapped);
	assert_int_equal(to_file(recipient, command_key_wrapping, &arguments),
			 EXIT_GOOD);
	arguments = (struct arguments){
		.to = recipient, .type = type, .operand = {file}};
	code = to_file(wrapped, command_key_wrap, &arguments);
	memcpy(file, wrapped, sizeof(file));
	return code;
}

static void wrapped_keys_are_the_same(void **unused)
{
	struct keyring_object object;

	(void)unused;
	write_aes();
	assert_int_equal(wrap("aes256"), EXIT_GOOD);
	assert_int_equal(import("aes128", "other", true), EXIT_DEGRADED);
	assert_int_equal(import("hmac264", "other", true), EXIT_DEGRADED);
	assert_int_equal(import("aes256", "waes", true), EXIT_GOOD);
	check_aes(number_of("waes", &object));
	assert_int_equal(object.bits, 256);
	assert_int_equal(object.origin, KEYRING_UNWRAPPED);
	write_hmac(20);
	assert_int_equal(wrap("hmac160"), EXIT_GOOD);
	assert_int_equal(import("hmac160", "whmac", true), EXIT_GOOD);
	check_hmac(number_of("whmac", &object));
	assert_int_equal(object.bits, 160);
	assert_int_equal(number_of("other", &object), 0);
}

static void what_is_no_key_is_not_wrapped(void **unused)
{
	(void)unused;
	write_aes();
	assert_int_equal(wrap("aes128"), EXIT_DEGRADED);
	write_aes();
	assert_int_equal(wrap("p256"), EXIT_USAGE);
	write_aes();
	assert_int_equal(wrap(NULL), EXIT_DEGRADED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_of_a_file_are_the_key),
		cmocka_unit_test(every_length_that_there_is),
		cmocka_unit_test(another_length_is_refused),
		cmocka_unit_test(only_types_that_need_saying),
		cmocka_unit_test(wrapped_keys_are_the_same),
		cmocka_unit_test(what_is_no_key_is_not_wrapped),
	};

	return cmocka_run_group_tests(tests, keyringd_start, keyringd_stop);
}
