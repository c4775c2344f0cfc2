/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys that come into the keyring from outside, and a vault that is stored and
 * given back: what was tampered with has a name.
 *
 * Links: svc/keyring/access.c svc/keyring/blob.c svc/keyring/ec.c
 * Links: svc/keyring/key.c svc/keyring/keyring.c svc/keyring/login.c
 * Links: svc/keyring/objects.c svc/keyring/pin.c svc/keyring/pkcs8.c
 * Links: svc/keyring/rsa.c svc/keyring/secret.c svc/keyring/state.c
 * Links: svc/keyring/symmetric.c svc/keyring/unwrap.c svc/keyring/use.c
 * Links: svc/keyring/vault.c svc/rt/dispatch.c lib/bytes.c
 * Links: tests/fake/keyring_device.c
 * Libs: -lhogweed -lnettle -lgmp -lpthread
 */
#include <nettle/aes.h>
#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/nist-keywrap.h>
#include <nettle/sha2.h>

#include "tests/unit/keyring_sample.h"

/* --- imported -------------------------------------------------------------------- */

/* RFC 8410, 10.3, a private key without its public half. */
static const uint8_t pkcs8_ed25519[] = {
	0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70,
	0x04, 0x22, 0x04, 0x20, 0xd4, 0xee, 0x72, 0xdb, 0xf9, 0x13, 0x58, 0x4a,
	0xd5, 0xb6, 0xd8, 0xf1, 0xf7, 0x69, 0xf8, 0xad, 0x3a, 0xfe, 0x7c, 0x28,
	0xcb, 0xf1, 0xd4, 0xfb, 0xe0, 0x97, 0xa8, 0x8f, 0x44, 0x75, 0x58, 0x42,
};
static const uint8_t public_ed25519[] = {
	0x19, 0xbf, 0x44, 0x09, 0x69, 0x84, 0xcd, 0xfe, 0x85, 0x41, 0xba,
	0xc1, 0x67, 0xdc, 0x3b, 0x96, 0xc8, 0x50, 0x86, 0xaa, 0x30, 0xb6,
	0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31, 0x66, 0xe1,
};

struct import {
	struct keyring_import head;
	uint8_t data[KEYRING_DATA_BYTES];
};

static enum status import(struct import *import, const uint8_t *bytes,
			  size_t len_bytes)
{
	import->head.data_bytes = (uint32_t)len_bytes;
	memcpy(import->data, bytes, len_bytes);
	return send_as(USER, KEYRING_IMPORT, import,
		       sizeof(import->head) + len_bytes);
}

static void a_key_comes_in(void **unused)
{
	struct import take = {.head.template = template_of(0, 0)};
	struct keyring_object object;

	(void)unused;
	assert_int_equal(import(&take, pkcs8_ed25519, sizeof(pkcs8_ed25519)),
			 STATUS_OK);
	memcpy(&object, reply, sizeof(object));
	assert_int_equal(object.origin, KEYRING_IMPORTED);
	assert_int_equal(object.type, KEYRING_TYPE_ED25519);
	assert_memory_equal(object.public_key, public_ed25519, 32);
	take.head.template.type = KEYRING_TYPE_P256;
	assert_int_equal(import(&take, pkcs8_ed25519, sizeof(pkcs8_ed25519)),
			 STATUS_INVALID);
}

/* Any byte of the structure changed, or the end cut, is refused or harmless. */
static void malformed_keys_are_refused(void **unused)
{
	struct import take = {.head.template = template_of(0, 0)};
	uint8_t bytes[sizeof(pkcs8_ed25519)];

	(void)unused;
	for (size_t i = 0; i < 16; i++) {
		memcpy(bytes, pkcs8_ed25519, sizeof(bytes));
		bytes[i] ^= 0x12;
		assert_int_equal(import(&take, bytes, sizeof(bytes)),
				 STATUS_INVALID);
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		assert_int_equal(import(&take, pkcs8_ed25519, i),
				 STATUS_INVALID);
	}
}

/* As whoever has the wrapping key's public half encrypts to it. */
static size_t wrap(const uint8_t *plain, size_t len_bytes, uint8_t *to)
{
	uint8_t value[8] = {0xa6, 0x59, 0x59, 0xa6};
	uint8_t padded[256] = {0}, shared[36] = {0}, key[32];
	size_t padded_bytes = (len_bytes + 7) / 8 * 8;
	struct ecc_point theirs, ours, both;
	struct keyring_info info;
	struct ecc_scalar scalar;
	struct sha256_ctx sha256;
	struct aes256_ctx aes;
	mpz_t x, y;

	assert_int_equal(send_as(USER, KEYRING_INFO, NULL, 0), STATUS_OK);
	memcpy(&info, reply, sizeof(info));
	mpz_inits(x, y, NULL);
	ecc_point_init(&theirs, nettle_get_secp_256r1());
	ecc_point_init(&ours, nettle_get_secp_256r1());
	ecc_point_init(&both, nettle_get_secp_256r1());
	ecc_scalar_init(&scalar, nettle_get_secp_256r1());
	nettle_mpz_set_str_256_u(x, 32, info.wrapping_key);
	nettle_mpz_set_str_256_u(y, 32, info.wrapping_key + 32);
	assert_true(ecc_point_set(&theirs, x, y));
	mpz_set_ui(x, 123456789);
	assert_true(ecc_scalar_set(&scalar, x));
	ecc_point_mul_g(&ours, &scalar);
	ecc_point_mul(&both, &scalar, &theirs);
	ecc_point_get(&ours, x, y);
	to[0] = 4;
	nettle_mpz_get_str_256(32, to + 1, x);
	nettle_mpz_get_str_256(32, to + 33, y);
	ecc_point_get(&both, x, NULL);
	nettle_mpz_get_str_256(32, shared, x);
	ecc_scalar_clear(&scalar);
	ecc_point_clear(&theirs);
	ecc_point_clear(&ours);
	ecc_point_clear(&both);
	mpz_clears(x, y, NULL);
	shared[35] = 1;
	sha256_init(&sha256);
	sha256_update(&sha256, sizeof(shared), shared);
	sha256_digest(&sha256, sizeof(key), key);
	aes256_set_encrypt_key(&aes, key);
	value[7] = (uint8_t)len_bytes;
	memcpy(padded, plain, len_bytes);
	nist_keywrap16(&aes, (nettle_cipher_func *)aes256_encrypt, value,
		       padded_bytes + 8, to + 65, padded);
	return 65 + padded_bytes + 8;
}

static void a_wrapped_key_comes_in(void **unused)
{
	struct import take = {
		.head = {.template = template_of(0, 0), .wrapped = 1}};
	struct keyring_object object;
	uint8_t wrapped[256];
	size_t bytes = wrap(pkcs8_ed25519, sizeof(pkcs8_ed25519), wrapped);

	(void)unused;
	assert_int_equal(import(&take, wrapped, bytes), STATUS_OK);
	memcpy(&object, reply, sizeof(object));
	assert_int_equal(object.origin, KEYRING_UNWRAPPED);
	assert_memory_equal(object.public_key, public_ed25519, 32);
	wrapped[bytes - 1] ^= 1;
	assert_int_equal(import(&take, wrapped, bytes), STATUS_CORRUPT);
	wrapped[1] ^= 1; /* not on the curve */
	assert_int_equal(import(&take, wrapped, bytes), STATUS_INVALID);
	assert_int_equal(import(&take, wrapped, 65 + 16), STATUS_INVALID);
	/* 20 bytes: padding that is cut again. */
	take.head.template.type = KEYRING_TYPE_HMAC;
	bytes = wrap(pkcs8_ed25519, 20, wrapped);
	assert_int_equal(import(&take, wrapped, bytes), STATUS_OK);
	memcpy(&object, reply, sizeof(object));
	assert_int_equal(object.bits, 160);
}

/* --- stored and given back -------------------------------------------------------- */

struct stored {
	uint64_t number;
	uint8_t blob[ROOM];
	size_t bytes;
};

static struct stored save(uint64_t number)
{
	const struct keyring_number of = {number};
	struct stored stored = {.number = number};

	assert_int_equal(SEND(SAVE, of), STATUS_OK);
	stored.bytes = reply_bytes;
	memcpy(stored.blob, reply, reply_bytes);
	return stored;
}

static uint32_t verdict(void)
{
	struct keyring_verdict_reply got;

	assert_int_equal(reply_bytes, sizeof(got));
	memcpy(&got, reply, sizeof(got));
	return got.verdict;
}

static uint32_t open_with(const struct stored *index)
{
	assert_int_equal(send_as(USER, KEYRING_OPEN, index->blob, index->bytes),
			 STATUS_OK);
	return verdict();
}

static uint32_t load(const struct stored *object, size_t bytes)
{
	static uint8_t request[sizeof(uint64_t) + ROOM];

	memcpy(request, &object->number, sizeof(uint64_t));
	memcpy(request + sizeof(uint64_t), object->blob, bytes);
	assert_int_equal(
		send_as(USER, KEYRING_LOAD, request, sizeof(uint64_t) + bytes),
		STATUS_OK);
	return verdict();
}

static void a_vault_comes_back(void **unused)
{
	uint64_t number = generate_p256();
	struct stored index = save(0), object = save(number);
	struct keyring_object before = show(number), after;

	(void)unused;
	keyring_fake_restart();
	assert_int_equal(SIGN(number), STATUS_CONFLICT);
	assert_int_equal(open_with(&index), KEYRING_VERDICT_GOOD);
	assert_int_equal(SIGN(number), STATUS_NOT_FOUND);
	assert_int_equal(load(&object, object.bytes), KEYRING_VERDICT_GOOD);
	assert_int_equal(load(&object, object.bytes), KEYRING_VERDICT_PRESENT);
	after = show(number);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(SIGN(number), STATUS_OK);
	/* What was stored is what would be stored. */
	assert_int_equal(save(0).bytes, index.bytes);
}

static void tampering_is_named(void **unused)
{
	uint64_t first = generate_p256(), second = generate_p256();
	struct stored index = save(0), one = save(first), two = save(second);
	struct stored bad;
	uint64_t a, b;

	(void)unused;
	keyring_fake_restart();
	for (size_t i = 0; i < index.bytes; i++) {
		bad = index;
		bad.blob[i] ^= 1;
		assert_int_not_equal(open_with(&bad), KEYRING_VERDICT_GOOD);
	}
	assert_int_equal(open_with(&one), KEYRING_VERDICT_SWAPPED);
	assert_int_equal(open_with(&index), KEYRING_VERDICT_GOOD);
	for (size_t i = 0; i < one.bytes; i++) {
		bad = one;
		bad.blob[i] ^= 1;
		assert_int_not_equal(load(&bad, bad.bytes),
				     KEYRING_VERDICT_GOOD);
	}
	assert_int_equal(load(&one, one.bytes - 1), KEYRING_VERDICT_TRUNCATED);
	bad = two;
	bad.number = first;
	assert_int_equal(load(&bad, bad.bytes), KEYRING_VERDICT_SWAPPED);
	bad = one;
	bad.blob[one.bytes - 1] ^= 1;
	assert_int_equal(load(&bad, bad.bytes), KEYRING_VERDICT_DAMAGED);
	assert_true(keyring_fake_count(EVENT_BLOB_DENIED, &a, &b) > 100);
	assert_int_equal(a, first);
	assert_int_equal(b, KEYRING_VERDICT_DAMAGED);
	assert_int_equal(load(&one, one.bytes), KEYRING_VERDICT_GOOD);
	assert_int_equal(load(&two, two.bytes), KEYRING_VERDICT_GOOD);
}

static void yesterdays_files_are_noticed(void **unused)
{
	struct keyring_pin set = pin_of(KEYRING_ROLE_USER, "", PIN);
	uint8_t ticket[KEYRING_TICKET_BYTES];
	uint64_t number = generate_p256();
	struct keyring_relabel relabel = {.number = number, .label_bytes = 2};
	struct stored old_index, old = save(number), index;

	(void)unused;
	assert_int_equal(SEND(RELABEL, relabel), STATUS_OK);
	assert_int_equal(SEND(PIN_SET, set), STATUS_OK);
	old_index = save(0);
	/* A try is spent; whoever restores the files does not get it back. */
	assert_int_equal(login(KEYRING_ROLE_USER, 0, "4321", ticket),
			 STATUS_DENIED);
	index = save(0);
	keyring_fake_restart();
	assert_int_equal(open_with(&old_index), KEYRING_VERDICT_ROLLED_BACK);
	assert_int_equal(open_with(&index), KEYRING_VERDICT_GOOD);
	assert_int_equal(load(&old, old.bytes), KEYRING_VERDICT_ROLLED_BACK);
}

static void deleted_and_foreign_keys_stay_out(void **unused)
{
	uint64_t number = generate_p256();
	struct keyring_use use = {.number = number};
	struct stored object = save(number), index = save(0);

	(void)unused;
	assert_int_equal(SEND(DELETE, use), STATUS_OK);
	assert_int_equal(load(&object, object.bytes), KEYRING_VERDICT_UNKNOWN);
	keyring_fake_boot();
	assert_int_equal(open_with(&index), KEYRING_VERDICT_FOREIGN);
	assert_int_equal(send_as(USER, KEYRING_CREATE, NULL, 0), STATUS_OK);
	assert_int_equal(load(&object, object.bytes), KEYRING_VERDICT_FOREIGN);
	assert_int_equal(send_as(USER, KEYRING_CREATE, NULL, 0),
			 STATUS_CONFLICT);
}

/* Under a root that outlives it; within the boot, older ones are known again. */
static void keys_outlive_a_boot(void **unused)
{
	uint64_t number, epoch;
	struct stored object, index, older;
	struct keyring_relabel relabel = {.label_bytes = 2};

	(void)unused;
	keyring_fake.anchored = true;
	number = generate_p256();
	older = save(0);
	relabel.number = number;
	assert_int_equal(SEND(RELABEL, relabel), STATUS_OK);
	object = save(number);
	index = save(0);
	epoch = keyring_fake.epoch;
	keyring_fake_reboot();
	assert_int_equal(open_with(&index), KEYRING_VERDICT_GOOD);
	assert_int_equal(keyring_fake.epoch, epoch);
	assert_int_equal(load(&object, object.bytes), KEYRING_VERDICT_GOOD);
	assert_int_equal(SIGN(number), STATUS_OK);
	keyring_fake_restart();
	assert_int_equal(open_with(&older), KEYRING_VERDICT_ROLLED_BACK);
	keyring_fake.anchored = false;
	keyring_fake_reboot();
	assert_int_equal(open_with(&index), KEYRING_VERDICT_ROLLED_BACK);
}

static void volatile_keys_are_never_stored(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);
	uint64_t epoch = keyring_fake.epoch, number;
	struct keyring_number of;

	(void)unused;
	template.policy.flags = KEYRING_FLAG_VOLATILE;
	number = generate(&template);
	of.number = number;
	assert_true(number >= VAULT_VOLATILE_FIRST);
	assert_int_equal(keyring_fake.epoch, epoch);
	assert_int_equal(SEND(SAVE, of), STATUS_NOT_FOUND);
	assert_int_equal(SIGN(number), STATUS_OK);
}

static void the_vault_fills_up(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_AES, 128);
	struct keyring_use use = {.number = 1};

	(void)unused;
	for (unsigned i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		(void)generate(&template);
	}
	assert_int_equal(SEND(GENERATE, template), STATUS_NO_SPACE);
	assert_int_equal(
		save(0).bytes,
		sizeof(struct keyring_blob) + sizeof(struct keyring_index) +
			KEYRING_OBJECTS_MAX * sizeof(struct keyring_entry) +
			KEYRING_TAG_BYTES);
	assert_int_equal(SEND(DELETE, use), STATUS_OK);
	assert_int_equal(generate(&template), KEYRING_OBJECTS_MAX + 1);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_comes_in),
		TEST(malformed_keys_are_refused),
		TEST(a_wrapped_key_comes_in),
		TEST(a_vault_comes_back),
		TEST(tampering_is_named),
		TEST(yesterdays_files_are_noticed),
		TEST(deleted_and_foreign_keys_stay_out),
		TEST(keys_outlive_a_boot),
		TEST(volatile_keys_are_never_stored),
		TEST(the_vault_fills_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
