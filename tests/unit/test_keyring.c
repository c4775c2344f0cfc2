/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keyring service, message by message, on a PC: who may do what, what a
 * policy and a PIN stop, what a stored vault that was tampered with is called,
 * and that signatures are ones.
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
#include <nettle/bignum.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>
#include <nettle/nist-keywrap.h>
#include <nettle/rsa.h>
#include <nettle/sha2.h>
#include <string.h>

#include "abi/keyring_blob.h"
#include "abi/service.h"
#include "host/libvbs/device.h"
#include "svc/keyring/vault.h"
#include "tests/fake/keyring_device.h"
#include "tests/unit/unit.h"

#define USER	1000u
#define OTHER	1001u
#define ROOM	4056u
#define DIGEST	"a digest of thirty-two bytes ..."
#define PIN	"1234"
#define NEW_PIN "567890"

static uint8_t reply[ROOM];
static size_t reply_bytes;

static enum status send_as(uint64_t caller, uint32_t method, const void *in,
			   size_t in_bytes)
{
	struct device_call call = {.service = SERVICE_KEYRING,
				   .method = method,
				   .caller = caller,
				   .in = in,
				   .in_bytes = in_bytes,
				   .out = reply,
				   .out_bytes = sizeof(reply)};
	enum status status = device_call(-1, &call);

	reply_bytes = call.out_bytes;
	return status;
}

#define SEND(method, request) \
	send_as(USER, KEYRING_##method, &(request), sizeof(request))

static int begin(void **unused)
{
	(void)unused;
	keyring_fake_boot();
	return send_as(USER, KEYRING_CREATE, NULL, 0) == STATUS_OK ? 0 : -1;
}

static struct keyring_template template_of(uint32_t type, uint32_t bits)
{
	return (struct keyring_template){.owner = USER,
					 .type = type,
					 .bits = bits,
					 .label_bytes = 4,
					 .label = "name"};
}

static uint64_t generate(const struct keyring_template *template)
{
	struct keyring_object object;

	assert_int_equal(SEND(GENERATE, *template), STATUS_OK);
	assert_int_equal(reply_bytes, sizeof(object));
	memcpy(&object, reply, sizeof(object));
	assert_int_equal(object.origin, KEYRING_GENERATED);
	return object.number;
}

static uint64_t generate_p256(void)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);

	return generate(&template);
}

struct sign {
	struct keyring_use use;
	uint8_t data[KEYRING_DATA_BYTES];
};

static enum status sign_as(uint64_t caller, uint64_t number, uint32_t mechanism,
			   const uint8_t *ticket)
{
	struct sign sign = {.use = {.number = number, .mechanism = mechanism}};
	size_t bytes = mechanism == KEYRING_RSA_PSS_SHA256 ? 32 : 32;

	if (mechanism == KEYRING_RSA_PSS_SHA256) {
		sign.use.extra = 32;
	}
	if (ticket != NULL) {
		memcpy(sign.use.ticket, ticket, KEYRING_TICKET_BYTES);
	}
	memcpy(sign.data, DIGEST, bytes);
	return send_as(caller, KEYRING_SIGN, &sign, sizeof(sign.use) + bytes);
}

#define SIGN(number) sign_as(USER, number, KEYRING_ECDSA, NULL)

static struct keyring_object show(uint64_t number)
{
	const struct keyring_number of = {number};
	struct keyring_object object;

	assert_int_equal(SEND(SHOW, of), STATUS_OK);
	memcpy(&object, reply, sizeof(object));
	return object;
}

/* --- signatures ------------------------------------------------------------- */

static void check_ecdsa(const struct keyring_object *object,
			const struct ecc_curve *curve, size_t bytes)
{
	struct dsa_signature signature;
	struct ecc_point point;
	mpz_t x, y;

	assert_int_equal(reply_bytes, 2 * bytes);
	assert_int_equal(object->public_bytes, 2 * bytes);
	mpz_inits(x, y, NULL);
	dsa_signature_init(&signature);
	ecc_point_init(&point, curve);
	nettle_mpz_set_str_256_u(x, bytes, object->public_key);
	nettle_mpz_set_str_256_u(y, bytes, object->public_key + bytes);
	assert_true(ecc_point_set(&point, x, y));
	nettle_mpz_set_str_256_u(signature.r, bytes, reply);
	nettle_mpz_set_str_256_u(signature.s, bytes, reply + bytes);
	assert_true(
		ecdsa_verify(&point, 32, (const uint8_t *)DIGEST, &signature));
	ecc_point_clear(&point);
	dsa_signature_clear(&signature);
	mpz_clears(x, y, NULL);
}

static void ec_signs(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P384, 0);
	uint64_t p256 = generate_p256();
	uint64_t p384 = generate(&template);
	struct keyring_object object = show(p256);

	(void)unused;
	assert_int_equal(SIGN(p256), STATUS_OK);
	check_ecdsa(&object, nettle_get_secp_256r1(), 32);
	object = show(p384);
	assert_int_equal(SIGN(p384), STATUS_OK);
	check_ecdsa(&object, nettle_get_secp_384r1(), 48);
}

static void ed25519_signs(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_ED25519, 0);
	uint64_t number = generate(&template);
	struct keyring_object object = show(number);

	(void)unused;
	assert_int_equal(sign_as(USER, number, KEYRING_EDDSA, NULL), STATUS_OK);
	assert_int_equal(reply_bytes, 64);
	assert_true(ed25519_sha512_verify(object.public_key, 32,
					  (const uint8_t *)DIGEST, reply));
}

static void rsa_signs(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_RSA, 2048);
	uint64_t number = generate(&template);
	struct keyring_object object = show(number);
	struct rsa_public_key pub;
	mpz_t s;

	(void)unused;
	rsa_public_key_init(&pub);
	mpz_init(s);
	nettle_mpz_set_str_256_u(pub.n, object.public_bytes, object.public_key);
	mpz_set_ui(pub.e, object.exponent);
	assert_true(rsa_public_key_prepare(&pub));
	assert_int_equal(sign_as(USER, number, KEYRING_RSA_PSS_SHA256, NULL),
			 STATUS_OK);
	nettle_mpz_set_str_256_u(s, reply_bytes, reply);
	assert_true(rsa_pss_sha256_verify_digest(&pub, 32,
						 (const uint8_t *)DIGEST, s));
	assert_int_equal(sign_as(USER, number, KEYRING_RSA_PKCS, NULL),
			 STATUS_OK);
	assert_int_equal(reply_bytes, 256);
	mpz_clear(s);
	rsa_public_key_clear(&pub);
}

static void gcm_opens_what_it_sealed(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_AES, 256);
	struct sign use = {.use = {.number = generate(&template),
				   .mechanism = KEYRING_AES_GCM,
				   .extra = 3}};
	size_t head = sizeof(use.use) + KEYRING_GCM_NONCE_BYTES + 3;

	(void)unused;
	memcpy(use.data + KEYRING_GCM_NONCE_BYTES, "aadtext", 7);
	assert_int_equal(send_as(USER, KEYRING_ENCRYPT, &use, head + 4),
			 STATUS_OK);
	assert_int_equal(reply_bytes, 4 + KEYRING_GCM_TAG_BYTES);
	memcpy(use.data + KEYRING_GCM_NONCE_BYTES + 3, reply, reply_bytes);
	assert_int_equal(send_as(USER, KEYRING_DECRYPT, &use, head + 20),
			 STATUS_OK);
	assert_int_equal(reply_bytes, 4);
	assert_memory_equal(reply, "text", 4);
	use.data[KEYRING_GCM_NONCE_BYTES] ^= 1;
	assert_int_equal(send_as(USER, KEYRING_DECRYPT, &use, head + 20),
			 STATUS_CORRUPT);
	use.use.extra = UINT32_MAX;
	assert_int_equal(send_as(USER, KEYRING_DECRYPT, &use, head + 20),
			 STATUS_INVALID);
}

static void data_of_a_wrong_length_is_refused(void **unused)
{
	struct sign sign = {
		.use = {.number = generate_p256(), .mechanism = KEYRING_ECDSA}};

	(void)unused;
	assert_int_equal(
		send_as(USER, KEYRING_SIGN, &sign, sizeof(sign.use) + 19),
		STATUS_INVALID);
	assert_int_equal(
		send_as(USER, KEYRING_SIGN, &sign, sizeof(sign.use) + 65),
		STATUS_INVALID);
	assert_int_equal(
		send_as(USER, KEYRING_SIGN, &sign, sizeof(sign.use) - 1),
		STATUS_INVALID);
}

/* --- who and what ------------------------------------------------------------- */

static void another_user_sees_nothing(void **unused)
{
	uint64_t number = generate_p256(), a = 0, b = 0;
	const struct keyring_number behind = {0};
	const struct keyring_use use = {.number = number};

	(void)unused;
	assert_int_equal(sign_as(OTHER, number, KEYRING_ECDSA, NULL),
			 STATUS_NOT_FOUND);
	assert_int_equal(keyring_fake_count(EVENT_KEY_DENIED, &a, &b), 1);
	assert_int_equal(a, number);
	assert_int_equal(b, KEYRING_DENIED_OWNER);
	assert_int_equal(send_as(OTHER, KEYRING_LIST, &behind, sizeof(behind)),
			 STATUS_NOT_FOUND);
	assert_int_equal(send_as(OTHER | KEYRING_CALLER_SYSTEM, KEYRING_DELETE,
				 &use, sizeof(use)),
			 STATUS_NOT_FOUND);
	assert_int_equal(SIGN(number), STATUS_OK);
}

static void the_system_is_for_some(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);
	struct keyring_object object;

	(void)unused;
	template.owner = KEYRING_OWNER_SYSTEM;
	assert_int_equal(SEND(GENERATE, template), STATUS_NOT_FOUND);
	assert_int_equal(send_as(UINT32_MAX, KEYRING_GENERATE, &template,
				 sizeof(template)),
			 STATUS_NOT_FOUND);
	assert_int_equal(send_as(OTHER | KEYRING_CALLER_SYSTEM,
				 KEYRING_GENERATE, &template, sizeof(template)),
			 STATUS_OK);
	memcpy(&object, reply, sizeof(object));
	assert_int_equal(SIGN(object.number), STATUS_NOT_FOUND);
	assert_int_equal(sign_as(USER | KEYRING_CALLER_SYSTEM, object.number,
				 KEYRING_ECDSA, NULL),
			 STATUS_OK);
}

static void the_policy_binds(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_RSA, 2048);
	uint64_t number, a, b;

	(void)unused;
	template.policy.mechanisms = 1u << KEYRING_RSA_PSS_SHA256;
	number = generate(&template);
	assert_int_equal(sign_as(USER, number, KEYRING_RSA_PKCS, NULL),
			 STATUS_UNSUPPORTED);
	assert_int_equal(keyring_fake_count(EVENT_KEY_DENIED, &a, &b), 1);
	assert_int_equal(b, KEYRING_DENIED_POLICY);
	assert_int_equal(sign_as(USER, number, KEYRING_ECDSA, NULL),
			 STATUS_UNSUPPORTED);
	assert_int_equal(sign_as(USER, number, 40, NULL), STATUS_UNSUPPORTED);
	assert_int_equal(sign_as(USER, number, KEYRING_RSA_PSS_SHA256, NULL),
			 STATUS_OK);
}

static void templates_that_make_no_sense_are_refused(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);

#define REFUSED(member, value)                                         \
	do {                                                           \
		struct keyring_template bad = template;                \
		bad.member = value;                                    \
		assert_int_equal(SEND(GENERATE, bad), STATUS_INVALID); \
	} while (0)
	(void)unused;
	REFUSED(type, KEYRING_TYPE_ANY);
	REFUSED(type, KEYRING_TYPE_END);
	REFUSED(type, KEY_TYPE_TOKEN);
	REFUSED(bits, 256);
	REFUSED(label_bytes, KEYRING_LABEL_BYTES + 1);
	REFUSED(id_bytes, KEYRING_ID_BYTES + 1);
	REFUSED(pin_bytes, 4);
	REFUSED(policy.flags, KEYRING_FLAG_OWN_PIN);
	REFUSED(policy.flags, KEYRING_FLAGS + 1);
	REFUSED(policy.operations, KEYRING_MAY_ENCRYPT);
	REFUSED(policy.mechanisms, 1u << KEYRING_RSA_PKCS);
	template.type = KEYRING_TYPE_RSA;
	REFUSED(bits, 1024);
	REFUSED(bits, 2049);
	template.type = KEYRING_TYPE_HMAC;
	REFUSED(bits, 127);
	REFUSED(bits, 1032);
#undef REFUSED
}

static void a_rate_is_kept_by_the_clock(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);
	uint64_t number, a, b;

	(void)unused;
	template.policy.uses_per_minute = 3;
	number = generate(&template);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(SIGN(number), STATUS_OK);
	}
	assert_int_equal(SIGN(number), STATUS_BUSY);
	assert_int_equal(keyring_fake_count(EVENT_KEY_DENIED, &a, &b), 1);
	assert_int_equal(b, KEYRING_DENIED_RATE);
	/* Time goes on: a third of a minute earns one. */
	vault_find(number)->due_time -= vault.time_per_second * 20;
	assert_int_equal(SIGN(number), STATUS_OK);
	assert_int_equal(SIGN(number), STATUS_BUSY);
}

static void each_use_is_accounted(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);
	uint64_t number = generate_p256(), each, a, b;

	(void)unused;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(SIGN(number), STATUS_OK);
	}
	assert_int_equal(keyring_fake_count(EVENT_KEY_USED, &a, &b), 1);
	assert_int_equal(send_as(USER, KEYRING_INFO, NULL, 0), STATUS_OK);
	assert_int_equal(keyring_fake_count(EVENT_KEY_USED, &a, &b), 2);
	assert_int_equal(b, 4); /* the other four, told together */
	template.policy.flags = KEYRING_FLAG_AUDIT_EACH;
	each = generate(&template);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(SIGN(each), STATUS_OK);
	}
	assert_int_equal(keyring_fake_count(EVENT_KEY_USED, &a, &b), 5);
}

/* --- PINs ----------------------------------------------------------------------- */

static struct keyring_pin pin_of(uint32_t role, const char *pin,
				 const char *new_pin)
{
	struct keyring_pin request = {.owner = USER, .role = role};

	request.pin_bytes = (uint32_t)strlen(pin);
	request.new_pin_bytes = (uint32_t)strlen(new_pin);
	memcpy(request.pin, pin, strlen(pin));
	memcpy(request.new_pin, new_pin, strlen(new_pin));
	return request;
}

static enum status login(uint32_t role, uint64_t number, const char *pin,
			 uint8_t ticket[KEYRING_TICKET_BYTES])
{
	struct keyring_pin request = pin_of(role, pin, "");
	enum status status;

	request.number = number;
	status = SEND(LOGIN, request);
	if (status == STATUS_OK) {
		assert_int_equal(reply_bytes, KEYRING_TICKET_BYTES);
		memcpy(ticket, reply, KEYRING_TICKET_BYTES);
	}
	return status;
}

static void a_token_pin_guards_its_keys(void **unused)
{
	struct keyring_pin set = pin_of(KEYRING_ROLE_USER, "", PIN);
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);
	uint8_t ticket[KEYRING_TICKET_BYTES];
	uint64_t number = generate_p256();
	struct keyring_use use = {.number = number};

	(void)unused;
	assert_int_equal(SEND(PIN_SET, set), STATUS_OK);
	assert_int_equal(SIGN(number), STATUS_DENIED);
	assert_int_equal(SEND(GENERATE, template), STATUS_DENIED);
	assert_int_equal(SEND(DELETE, use), STATUS_DENIED);
	assert_int_equal(login(KEYRING_ROLE_USER, 0, "4321", ticket),
			 STATUS_DENIED);
	assert_int_equal(login(KEYRING_ROLE_USER, 0, PIN, ticket), STATUS_OK);
	assert_int_equal(sign_as(USER, number, KEYRING_ECDSA, ticket),
			 STATUS_OK);
	assert_int_equal(sign_as(OTHER, number, KEYRING_ECDSA, ticket),
			 STATUS_NOT_FOUND);
	assert_int_equal(send_as(USER, KEYRING_LOGOUT, ticket, sizeof(ticket)),
			 STATUS_OK);
	assert_int_equal(sign_as(USER, number, KEYRING_ECDSA, ticket),
			 STATUS_DENIED);
}

static void a_pin_has_ten_tries(void **unused)
{
	struct keyring_pin set = pin_of(KEYRING_ROLE_USER, "", PIN);
	struct keyring_pin change = pin_of(KEYRING_ROLE_USER, PIN, NEW_PIN);
	uint8_t ticket[KEYRING_TICKET_BYTES];
	uint64_t epoch, a, b;

	(void)unused;
	assert_int_equal(SEND(PIN_SET, set), STATUS_OK);
	epoch = keyring_fake.epoch;
	for (unsigned i = 0; i < KEYRING_TRIES; i++) {
		assert_int_equal(login(KEYRING_ROLE_USER, 0, "4321", ticket),
				 STATUS_DENIED);
	}
	assert_int_equal(keyring_fake.epoch, epoch + KEYRING_TRIES);
	assert_int_equal(login(KEYRING_ROLE_USER, 0, PIN, ticket),
			 STATUS_DENIED);
	assert_int_equal(SEND(PIN_SET, change), STATUS_DENIED);
	assert_int_equal(keyring_fake_count(EVENT_PIN_DENIED, &a, &b), 12);
	assert_int_equal(b, 0);
}

static void the_right_pin_gives_back_the_tries(void **unused)
{
	struct keyring_pin set = pin_of(KEYRING_ROLE_USER, "", PIN);
	uint8_t ticket[KEYRING_TICKET_BYTES];

	(void)unused;
	assert_int_equal(SEND(PIN_SET, set), STATUS_OK);
	for (unsigned i = 0; i < 3 * KEYRING_TRIES; i++) {
		const char *pin = i % 9 == 8 ? PIN : "4321";

		assert_int_equal(login(KEYRING_ROLE_USER, 0, pin, ticket),
				 i % 9 == 8 ? STATUS_OK : STATUS_DENIED);
	}
}

static void the_officer_unlocks(void **unused)
{
	struct keyring_pin init = pin_of(KEYRING_ROLE_SO, "officer", "token");
	struct keyring_pin set = pin_of(KEYRING_ROLE_USER, "", PIN);
	struct keyring_owner of = {.owner = USER};
	uint8_t ticket[KEYRING_TICKET_BYTES];
	struct keyring_token token;
	uint64_t number = generate_p256();

	(void)unused;
	assert_int_equal(SEND(TOKEN_INIT, init), STATUS_OK);
	assert_int_equal(SIGN(number), STATUS_NOT_FOUND); /* all keys go */
	assert_int_equal(SEND(PIN_SET, set), STATUS_DENIED);
	assert_int_equal(login(KEYRING_ROLE_SO, 0, "officer", ticket),
			 STATUS_OK);
	memcpy(set.ticket, ticket, sizeof(ticket));
	assert_int_equal(SEND(PIN_SET, set), STATUS_OK);
	for (unsigned i = 0; i < KEYRING_TRIES; i++) {
		assert_int_equal(login(KEYRING_ROLE_USER, 0, "4321", ticket),
				 STATUS_DENIED);
	}
	assert_int_equal(SEND(PIN_SET, set), STATUS_OK);
	assert_int_equal(login(KEYRING_ROLE_USER, 0, PIN, ticket), STATUS_OK);
	assert_int_equal(SEND(TOKEN, of), STATUS_OK);
	memcpy(&token, reply, sizeof(token));
	assert_int_equal(token.user_tries_left, KEYRING_TRIES);
	assert_memory_equal(token.label, "token", 5);
	init.pin[0] ^= 1;
	assert_int_equal(SEND(TOKEN_INIT, init), STATUS_DENIED);
}

static void a_key_has_a_pin_of_its_own(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);
	uint64_t number, other = generate_p256();
	uint8_t ticket[KEYRING_TICKET_BYTES];

	(void)unused;
	template.policy.flags = KEYRING_FLAG_OWN_PIN;
	template.pin_bytes = 4;
	memcpy(template.pin, PIN, 4);
	number = generate(&template);
	assert_int_equal(SIGN(number), STATUS_DENIED);
	assert_int_equal(SIGN(other), STATUS_OK);
	assert_int_equal(login(KEYRING_ROLE_KEY, other, PIN, ticket),
			 STATUS_NOT_FOUND);
	assert_int_equal(login(KEYRING_ROLE_KEY, number, PIN, ticket),
			 STATUS_OK);
	assert_int_equal(sign_as(USER, number, KEYRING_ECDSA, ticket),
			 STATUS_OK);
}

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
		TEST(ec_signs),
		TEST(ed25519_signs),
		TEST(rsa_signs),
		TEST(gcm_opens_what_it_sealed),
		TEST(data_of_a_wrong_length_is_refused),
		TEST(another_user_sees_nothing),
		TEST(the_system_is_for_some),
		TEST(the_policy_binds),
		TEST(templates_that_make_no_sense_are_refused),
		TEST(a_rate_is_kept_by_the_clock),
		TEST(each_use_is_accounted),
		TEST(a_token_pin_guards_its_keys),
		TEST(a_pin_has_ten_tries),
		TEST(the_right_pin_gives_back_the_tries),
		TEST(the_officer_unlocks),
		TEST(a_key_has_a_pin_of_its_own),
		TEST(a_key_comes_in),
		TEST(malformed_keys_are_refused),
		TEST(a_wrapped_key_comes_in),
		TEST(a_vault_comes_back),
		TEST(tampering_is_named),
		TEST(yesterdays_files_are_noticed),
		TEST(deleted_and_foreign_keys_stay_out),
		TEST(volatile_keys_are_never_stored),
		TEST(the_vault_fills_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
