/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ssh agent from request to reply, with the true keyring: what it offers,
 * signs, takes, hides and refuses, and what stays in the keyring of it.
 *
 * Links: host/ssh-agent/add.c host/ssh-agent/agent.c host/ssh-agent/ask.c
 * Links: host/ssh-agent/bind.c host/ssh-agent/keys.c host/ssh-agent/lock.c
 * Links: host/ssh-agent/login.c host/ssh-agent/message.c
 * Links: host/ssh-agent/private.c host/ssh-agent/sign.c
 * Links: host/ssh-agent/verify.c host/libvbs/vault.c host/libvbs/keyring.c
 * Links: host/libvbs/keyring_words.c host/libvbs/ssh_key.c
 * Links: host/libvbs/ssh_wire.c host/libvbs/der.c host/libvbs/pkcs8.c
 * Links: lib/status.c tests/unit/keyringd.c tests/unit/ssh_private.c
 * Links: tests/unit/ssh_agent_sample.c
 * Libs: -lcrypto -lhogweed -lnettle -lgmp
 * Beside: keyringd
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "host/libvbs/ssh_key.h"
#include "tests/unit/keyringd.h"
#include "tests/unit/ssh_agent_sample.h"
#include "tests/unit/ssh_private.h"
#include "tests/unit/unit.h"

#define LIFETIME 1
#define CONFIRM	 2
#define PIN	 "1234"

/* --- list and sign -------------------------------------------------------- */

static void lists_what_ssh_can_use(void **unused)
{
	struct keyring_template template;
	struct keyring_object p256, rsa;

	(void)unused;
	assert_int_equal(list(NULL, NULL), 0);
	p256 = keep_type(KEYRING_TYPE_P256);
	rsa = keep_type(KEYRING_TYPE_RSA);
	template = template_of(KEYRING_TYPE_AES, 256);
	(void)keep(&template);
	template = template_of(KEYRING_TYPE_HMAC, 256);
	(void)keep(&template);
	template = template_of(KEYRING_TYPE_RSA, 2048);
	template.policy.mechanisms = 1u << KEYRING_RSA_PSS_SHA256;
	(void)keep(&template);
	assert_int_equal(list(NULL, NULL), 2);
	assert_true(is_listed(&p256));
	assert_true(is_listed(&rsa));
	agent.keys.owner = geteuid() + 1;
	assert_int_equal(list(NULL, NULL), 0);
}

static void signs_with_each_type(void **unused)
{
	static const uint32_t types[] = {KEYRING_TYPE_P256, KEYRING_TYPE_P384,
					 KEYRING_TYPE_ED25519};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
		struct keyring_object object = keep_type(types[i]);

		check_signature(&object, 0, ssh_key_name(types[i]));
		check_signature(&object, MESSAGE_RSA_SHA512,
				ssh_key_name(types[i]));
	}
}

static void rsa_signs_as_its_flags_say(void **unused)
{
	struct keyring_object rsa = keep_type(KEYRING_TYPE_RSA);

	(void)unused;
	check_signature(&rsa, MESSAGE_RSA_SHA256, "rsa-sha2-256");
	check_signature(&rsa, MESSAGE_RSA_SHA512, "rsa-sha2-512");
	check_signature(&rsa, MESSAGE_RSA_SHA256 | MESSAGE_RSA_SHA512,
			"rsa-sha2-256");
	assert_int_equal(sign(&rsa, 0), AGENT_FAILURE); /* SHA-1 */
	assert_int_equal(sign(&rsa, 1), AGENT_FAILURE);
}

static void ed25519_has_room_for_so_much(void **unused)
{
	static uint8_t data[KEYRING_DATA_BYTES + 1];
	struct keyring_object object = keep_type(KEYRING_TYPE_ED25519);

	(void)unused;
	for (size_t more = 0; more <= 1; more++) {
		sample_begin(&sample, AGENT_SIGN);
		wire_put_string(&sample.wire, blob_of(&object));
		wire_put_string(
			&sample.wire,
			(struct der_bytes){data, KEYRING_DATA_BYTES + more});
		wire_put_u32(&sample.wire, 0);
		assert_false(sample.wire.full);
		assert_int_equal(serve(),
				 more == 0 ? AGENT_SIGN_REPLY : AGENT_FAILURE);
	}
}

static void refuses_what_it_does_not_know(void **unused)
{
	(void)unused;
	(void)keep_type(KEYRING_TYPE_ED25519);
	sample_sign(&sample, 7, DATA, 0); /* by a key that nobody has */
	assert_int_equal(serve(), AGENT_FAILURE);
	for (unsigned number = 0; number < 256; number++) {
		if (number != AGENT_LIST && number != AGENT_REMOVE_ALL) {
			assert_int_equal(serve_plain((uint8_t)number),
					 AGENT_FAILURE);
			assert_true(wire_end(&reply));
		}
	}
	assert_int_equal(list(NULL, NULL), 1);
}

static void extensions(void **unused)
{
	(void)unused;
	assert_int_equal(serve_text(AGENT_EXTENSION, "query"),
			 AGENT_EXTENSION_REPLY);
	assert_true(wire_is(wire_string(&reply), "query"));
	assert_true(wire_is(wire_string(&reply), MESSAGE_BIND_NAME));
	assert_true(wire_end(&reply));
	assert_int_equal(serve_text(AGENT_EXTENSION, "other@example.com"),
			 AGENT_FAILURE);
	sample_begin(&sample, AGENT_EXTENSION);
	wire_put_text(&sample.wire, MESSAGE_BIND_NAME);
	wire_put_text(&sample.wire, "no host key");
	wire_put_text(&sample.wire, "session");
	wire_put_text(&sample.wire, "no signature");
	wire_put_u8(&sample.wire, 0);
	assert_int_equal(serve(), AGENT_EXTENSION_FAILURE);
	assert_int_equal(bindings.count, 0);
}

/* --- add and remove ------------------------------------------------------- */

static void takes_each_type(void **unused)
{
	static const uint32_t types[] = {KEYRING_TYPE_RSA, KEYRING_TYPE_P256,
					 KEYRING_TYPE_P384,
					 KEYRING_TYPE_ED25519};

	(void)unused;
	for (uint32_t i = 0; i < ARRAY_COUNT(types); i++) {
		struct keyring_object object;

		sample_begin(&sample, AGENT_ADD);
		ssh_private_put(types[i], &sample.wire);
		wire_put_text(&sample.wire, "me@here");
		object = added();
		assert_int_equal(object.type, types[i]);
		assert_int_equal(object.origin, KEYRING_IMPORTED);
		assert_int_equal(object.policy.operations, KEYRING_MAY_SIGN);
		assert_int_equal(object.policy.flags, KEYRING_FLAG_VOLATILE);
		assert_true(is_listed(&object));
		check_signature(&object, MESSAGE_RSA_SHA256,
				types[i] == KEYRING_TYPE_RSA
					? "rsa-sha2-256"
					: ssh_key_name(types[i]));
	}
	assert_int_equal(list(NULL, NULL), ARRAY_COUNT(types));
}

static void added_twice_is_there_once(void **unused)
{
	struct keyring_object first, second;

	(void)unused;
	add_ed25519(AGENT_ADD);
	first = added();
	second = added();
	assert_int_not_equal(first.number, second.number);
	assert_int_equal(in_keyring(&first), 1);
	assert_int_equal(list(NULL, NULL), 1);
}

static void halves_of_different_keys(void **unused)
{
	struct keyring_object object;

	(void)unused;
	sample_add(&sample, AGENT_ADD, 1);
	assert_int_equal(serve(), AGENT_FAILURE);
	assert_int_equal(in_keyring(&object), 0);
	assert_int_equal(agent.keys.added_count, 0);
}

static void removes_what_was_added_hides_what_is_kept(void **unused)
{
	struct keyring_object kept = keep_type(KEYRING_TYPE_P256), came, last;

	(void)unused;
	add_ed25519(AGENT_ADD);
	came = added();
	assert_int_equal(serve_key(AGENT_REMOVE, &came), AGENT_SUCCESS);
	assert_int_equal(serve_key(AGENT_REMOVE, &came), AGENT_FAILURE);
	assert_int_equal(in_keyring(&last), 1);
	assert_int_equal(serve_key(AGENT_REMOVE, &kept), AGENT_SUCCESS);
	assert_int_equal(list(NULL, NULL), 0);
	assert_int_equal(sign(&kept, 0), AGENT_FAILURE);
	assert_int_equal(in_keyring(&last), 1);
	assert_int_equal(last.number, kept.number);
}

static void removes_all(void **unused)
{
	struct keyring_object kept = keep_type(KEYRING_TYPE_P256), last;

	(void)unused;
	add_ed25519(AGENT_ADD);
	(void)added();
	assert_int_equal(list(NULL, NULL), 2);
	assert_int_equal(serve_plain(AGENT_REMOVE_ALL), AGENT_SUCCESS);
	assert_int_equal(list(NULL, NULL), 0);
	assert_int_equal(in_keyring(&last), 1);
	assert_int_equal(last.number, kept.number);
}

/* An agent that was killed; and one that listens elsewhere. */
static void a_later_agent_deletes_what_it_left(void **unused)
{
	struct keyring_object last;

	(void)unused;
	add_ed25519(AGENT_ADD);
	(void)added();
	vault_close(&agent.keys.vault);
	keys_init(&agent.keys, geteuid(), "/other.sock");
	assert_int_equal(list(NULL, NULL), 0);
	assert_int_equal(in_keyring(&last), 1);
	vault_close(&agent.keys.vault);
	keys_init(&agent.keys, geteuid(), "/agent.sock");
	assert_int_equal(list(NULL, NULL), 0);
	assert_int_equal(in_keyring(&last), 0);
}

/* --- constraints ---------------------------------------------------------- */

static void lifetime(void **unused)
{
	struct keyring_object object;

	(void)unused;
	add_ed25519(AGENT_ADD_CONSTRAINED);
	wire_put_u8(&sample.wire, LIFETIME);
	wire_put_u32(&sample.wire, 60);
	object = added();
	now_ms += 59999;
	check_signature(&object, 0, "ssh-ed25519");
	now_ms++;
	assert_int_equal(sign(&object, 0), AGENT_FAILURE);
	assert_int_equal(in_keyring(&object), 0);
}

static void confirmation(void **unused)
{
	struct keyring_object object;

	(void)unused;
	add_ed25519(AGENT_ADD_CONSTRAINED);
	wire_put_u8(&sample.wire, CONFIRM);
	object = added();
	answer_with("yes", 0);
	check_signature(&object, 0, "ssh-ed25519");
	assert_int_equal(questions(), 1);
	answer_with("no", 0);
	assert_int_equal(sign(&object, 0), AGENT_FAILURE);
	answer_with("yes", 1);
	assert_int_equal(sign(&object, 0), AGENT_FAILURE);
	assert_int_equal(questions(), 1);
	assert_int_equal(setenv("SSH_ASKPASS", "/nonexistent", 1), 0);
	assert_int_equal(sign(&object, 0), AGENT_FAILURE);
}

static void constraints_that_are_not_ours(void **unused)
{
	struct keyring_object object;

	(void)unused;
	add_ed25519(AGENT_ADD_CONSTRAINED);
	wire_put_u8(&sample.wire, 255);
	wire_put_text(&sample.wire, "restrict-destination-v00@openssh.com");
	wire_put_text(&sample.wire, "");
	assert_int_equal(serve(), AGENT_FAILURE);
	assert_int_equal(in_keyring(&object), 0);
}

/* --- lock and PIN --------------------------------------------------------- */

static void locked_it_does_nothing(void **unused)
{
	struct keyring_object kept = keep_type(KEYRING_TYPE_P256);

	(void)unused;
	assert_int_equal(serve_text(AGENT_UNLOCK, "sesame"), AGENT_FAILURE);
	assert_int_equal(serve_text(AGENT_LOCK, "sesame"), AGENT_SUCCESS);
	assert_int_equal(serve_text(AGENT_LOCK, "sesame"), AGENT_FAILURE);
	assert_int_equal(list(NULL, NULL), 0);
	assert_int_equal(sign(&kept, 0), AGENT_FAILURE);
	add_ed25519(AGENT_ADD);
	assert_int_equal(serve(), AGENT_FAILURE);
	assert_int_equal(serve_key(AGENT_REMOVE, &kept), AGENT_FAILURE);
	assert_int_equal(serve_plain(AGENT_REMOVE_ALL), AGENT_FAILURE);
	assert_int_equal(serve_text(AGENT_EXTENSION, "query"),
			 AGENT_EXTENSION_FAILURE);
	assert_int_equal(serve_text(AGENT_UNLOCK, "open"), AGENT_FAILURE);
	assert_int_equal(serve_text(AGENT_UNLOCK, "sesame"), NOT_YET);
	now_ms = agent.lock.next_ms;
	assert_int_equal(serve_text(AGENT_UNLOCK, "sesame"), AGENT_SUCCESS);
	assert_true(is_listed(&kept));
	check_signature(&kept, 0, "ecdsa-sha2-nistp256");
}

static void asks_for_a_pin_until_it_is_locked(void **unused)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);
	struct keyring_object object;

	(void)unused;
	template.policy.flags = KEYRING_FLAG_OWN_PIN;
	template.pin_bytes = sizeof(PIN) - 1;
	memcpy(template.pin, PIN, sizeof(PIN) - 1);
	object = keep(&template);
	answer_with("4321", 0);
	assert_int_equal(sign(&object, 0), AGENT_FAILURE);
	answer_with("", 0);
	assert_int_equal(sign(&object, 0), AGENT_FAILURE);
	answer_with(PIN, 0);
	check_signature(&object, 0, "ecdsa-sha2-nistp256");
	check_signature(&object, 0, "ecdsa-sha2-nistp256");
	assert_int_equal(questions(), 1);
	assert_int_equal(serve_text(AGENT_LOCK, "a"), AGENT_SUCCESS);
	assert_int_equal(serve_text(AGENT_UNLOCK, "a"), AGENT_SUCCESS);
	check_signature(&object, 0, "ecdsa-sha2-nistp256");
	assert_int_equal(questions(), 2);
}

/* --- what goes wrong ------------------------------------------------------ */

/* The sample cut short anywhere, or longer, changes nothing. */
static void only_whole(void)
{
	struct der_bytes bytes = sample_bytes(&sample);
	uint8_t *copy;

	for (size_t cut = 0; cut < bytes.len_bytes; cut++) {
		copy = malloc(cut != 0 ? cut : 1); /* so that ASan sees */
		memcpy(copy, bytes.bytes, cut);
		assert_int_equal(serve_bytes((struct der_bytes){copy, cut}),
				 AGENT_FAILURE);
		free(copy);
	}
	wire_put_u8(&sample.wire, 0);
	assert_int_equal(serve(), AGENT_FAILURE);
}

static void malformed_requests_change_nothing(void **unused)
{
	struct keyring_object kept = keep_type(KEYRING_TYPE_ED25519), last;

	(void)unused;
	add_ed25519(AGENT_ADD);
	only_whole();
	sample_begin(&sample, AGENT_SIGN);
	wire_put_string(&sample.wire, blob_of(&kept));
	wire_put_text(&sample.wire, DATA);
	wire_put_u32(&sample.wire, 0);
	only_whole();
	sample_begin(&sample, AGENT_REMOVE);
	wire_put_string(&sample.wire, blob_of(&kept));
	only_whole();
	sample_begin(&sample, AGENT_LOCK);
	wire_put_text(&sample.wire, "sesame");
	only_whole();
	assert_int_equal(in_keyring(&last), 1);
	assert_true(is_listed(&kept));
}

static void the_keyring_is_gone(void **unused)
{
	struct keyring_object kept = keep_type(KEYRING_TYPE_ED25519);

	(void)unused;
	assert_true(is_listed(&kept));
	keyringd_kill();
	assert_int_equal(serve_plain(AGENT_LIST), AGENT_FAILURE);
	assert_int_equal(sign(&kept, 0), AGENT_FAILURE);
	add_ed25519(AGENT_ADD);
	assert_int_equal(serve(), AGENT_FAILURE);
	assert_int_equal(serve_key(AGENT_REMOVE, &kept), AGENT_FAILURE);
	assert_int_equal(serve_text(AGENT_LOCK, "a"), AGENT_SUCCESS);
	assert_int_equal(list(NULL, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, agent_begin, agent_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lists_what_ssh_can_use),
		TEST(signs_with_each_type),
		TEST(rsa_signs_as_its_flags_say),
		TEST(ed25519_has_room_for_so_much),
		TEST(refuses_what_it_does_not_know),
		TEST(extensions),
		TEST(takes_each_type),
		TEST(added_twice_is_there_once),
		TEST(halves_of_different_keys),
		TEST(removes_what_was_added_hides_what_is_kept),
		TEST(removes_all),
		TEST(a_later_agent_deletes_what_it_left),
		TEST(lifetime),
		TEST(confirmation),
		TEST(constraints_that_are_not_ours),
		TEST(locked_it_does_nothing),
		TEST(asks_for_a_pin_until_it_is_locked),
		TEST(malformed_requests_change_nothing),
		TEST(the_keyring_is_gone), /* the last one */
	};

	return cmocka_run_group_tests(tests, keyringd_start, keyringd_stop);
}
