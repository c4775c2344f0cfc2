/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keyring service, message by message, on a PC: that signatures are ones,
 * who may do what, and what a policy and a PIN stop.
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
#include <nettle/rsa.h>

#include "tests/unit/keyring_sample.h"

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

/* Who could make himself the officer would set the user's PIN anew. */
static void no_officer_comes_behind_a_pin(void **unused)
{
	struct keyring_pin set = pin_of(KEYRING_ROLE_USER, "", PIN);
	struct keyring_pin officer = pin_of(KEYRING_ROLE_SO, "", NEW_PIN);

	(void)unused;
	assert_int_equal(SEND(PIN_SET, set), STATUS_OK);
	assert_int_equal(SEND(PIN_SET, officer), STATUS_DENIED);
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
		TEST(no_officer_comes_behind_a_pin),
		TEST(the_right_pin_gives_back_the_tries),
		TEST(the_officer_unlocks),
		TEST(a_key_has_a_pin_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
