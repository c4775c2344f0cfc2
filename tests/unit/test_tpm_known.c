/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TPM library against answers computed by other means: key derivation,
 * encryption and policy digests by Python's hashlib and OpenSSL's AES; and what
 * it makes of malformed things.
 *
 * Links: svc/tpm lib/bytes.c host/libvbs/hex.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <nettle/hmac.h>
#include <string.h>

#include "host/libvbs/hex.h"
#include "svc/rt/rt.h"
#include "svc/tpm/crypto.h"
#include "svc/tpm/policy.h"
#include "svc/tpm/response.h"
#include "svc/tpm/session.h"
#include "tests/unit/unit.h"

#define PCRS	  (1u << 0 | 1u << 2 | 1u << 4 | 1u << 7 | 1u << 16)
#define PCR_COUNT 5u
#define MESSAGE	  40u

void rt_random(void *unused, size_t len_bytes, uint8_t *to)
{
	(void)unused;
	memset(to, 0x5a, len_bytes);
}

static void assert_is(const uint8_t *bytes, size_t len_bytes,
		      const char *expected)
{
	char text[2 * TPM_RESPONSE_BYTES + 1];

	hex_write(bytes, len_bytes, text);
	assert_string_equal(text, expected);
}

static void derives_and_encrypts(void **unused)
{
	struct tpm_secret secret = {.len_bytes = sizeof(secret.bytes)};
	uint8_t key[TPM_HASH_BYTES], text[MESSAGE];
	struct tpm_nonces nonces;

	(void)unused;
	memset(nonces.newer, 0x11, sizeof(nonces.newer));
	memset(nonces.older, 0x22, sizeof(nonces.older));
	for (uint8_t i = 0; i < sizeof(secret.bytes); i++) {
		secret.bytes[i] = i;
	}
	for (uint8_t i = 0; i < MESSAGE; i++) {
		text[i] = (uint8_t)(100 + i);
	}
	tpm_kdfa(&secret, "CFB", &nonces, key);
	assert_is(key, sizeof(key),
		  "ec6215805dad492576ff72e01cd0fd5d"
		  "08c0dd0ff6cb4a211ac2fcc6db4e7b5f");
	tpm_encrypt(&secret, &nonces, text, sizeof(text));
	assert_is(text, sizeof(text),
		  "3808aab5a8474f388cc6113d13cd28a2c006c6d7"
		  "55ff81f0a63989f2567004dcb3752bd307182398");
	tpm_decrypt(&secret, &nonces, text, sizeof(text));
	assert_int_equal(text[0], 100);
	assert_int_equal(text[MESSAGE - 1], 100 + MESSAGE - 1);
}

static void digests_policies(void **unused)
{
	static uint8_t values[PCR_COUNT][TPM_HASH_BYTES];
	struct tpm_nv_compare floor = {42, TPM_EO_LESS_EQUAL};
	struct tpm_nv nv = {
		.index = 0x01800001,
		.attributes = TPMA_NV_WRITTEN | TPMA_NV_COUNTER |
			      TPMA_NV_AUTH_WRITE | TPMA_NV_AUTH_READ |
			      TPMA_NV_NO_DA,
		.data_bytes = 8,
	};
	struct tpm_entity index = tpm_nv_entity(&nv);
	uint8_t digest[TPM_HASH_BYTES];
	struct tpm_policy policy = {0};

	(void)unused;
	assert_is(index.name, index.name_bytes,
		  "000bd7f1ed6623f9b47ffedb86e698b13a"
		  "c92810673c90dacb289f30f152bb25ebc1");
	tpm_policy_pcr_digest(values, PCR_COUNT, digest);
	tpm_policy_pcr(&policy, PCRS, digest);
	assert_is(policy.digest, sizeof(policy.digest),
		  "ea933f6fd5fe3c8baeae3b61f284c174"
		  "9b1804fbf8b94c41b7981bbe43b0f88c");
	tpm_policy_nv(&policy, &index, &floor);
	assert_is(policy.digest, sizeof(policy.digest),
		  "0bf070c164a84ea5c279444c9fbe126c"
		  "55e796ff97ed9e37289b66129388c4fa");
	tpm_policy_code(&policy, TPM_CC_UNSEAL);
	assert_is(policy.digest, sizeof(policy.digest),
		  "6be9f828b2474500495e0f15516cbb2e"
		  "5cb5f07d1f7c71d5802a79a90dfbf94b");
}

static void takes_no_point_beside_the_curve(void **unused)
{
	uint8_t key[2 * TPM_COORDINATE] = {1}, once[2 * TPM_COORDINATE];
	uint8_t salt[TPM_HASH_BYTES];

	(void)unused;
	assert_int_equal(tpm_salt(key, once, salt), STATUS_INVALID);
	memset(key, 0, sizeof(key));
	assert_int_equal(tpm_salt(key, once, salt), STATUS_INVALID);
	memset(key, 0xff, sizeof(key));
	assert_int_equal(tpm_salt(key, once, salt), STATUS_INVALID);
}

/* The TPM leaves out zeros at the end, too. */
static void trims_authorization_values(void **unused)
{
	static const uint8_t auth[] = {1, 0, 2, 0, 0}, none[4];
	uint8_t long_one[TPM_HASH_BYTES + 1];
	struct tpm_entity entity = tpm_entity_of(TPM_RH_OWNER);

	(void)unused;
	tpm_entity_auth(&entity, auth, sizeof(auth));
	assert_int_equal(entity.auth_bytes, 3);
	tpm_entity_auth(&entity, none, sizeof(none));
	assert_int_equal(entity.auth_bytes, 0);
	memset(long_one, 1, sizeof(long_one));
	tpm_entity_auth(&entity, long_one, sizeof(long_one));
	assert_int_equal(entity.auth_bytes, TPM_HASH_BYTES);
}

static void names_codes(void **unused)
{
	static const struct {
		uint32_t code;
		enum status status;
	} rows[] = {
		{0, STATUS_OK},
		{TPM_RC_POLICY_FAIL | 0x900, STATUS_DENIED},
		{TPM_RC_PCR_CHANGED, STATUS_DENIED},
		{TPM_RC_REFERENCE, STATUS_NOT_FOUND},
		{TPM_RC_REFERENCE + 6, STATUS_NOT_FOUND},
		{TPM_RC_HANDLE | 0x100, STATUS_NOT_FOUND},
		{TPM_RC_CONTEXT_GAP + 2, STATUS_NO_SPACE},
		{TPM_RC_NV_DEFINED, STATUS_CONFLICT},
		{TPM_RC_LOCKOUT, STATUS_BUSY},
		{TPM_RC_RETRY, STATUS_BUSY},
		{TPM_RC_INTEGRITY | 0x1c0, STATUS_CORRUPT},
		{UINT32_MAX, STATUS_UNSUPPORTED},
		{0x100, STATUS_UNSUPPORTED},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		assert_int_equal(tpm_response_status(rows[i].code),
				 rows[i].status);
	}
}

/* What VTL0 kept comes back with lengths that are not ours. */
static void loads_no_object_longer_than_its_place(void **unused)
{
	struct tpm_object object = {.private_bytes = TPM_PRIVATE_BYTES + 1};
	struct tpm_entity loaded = tpm_entity_of(TPM_HT_TRANSIENT);
	uint8_t to[TPM_COMMAND_BYTES];
	uint32_t room = sizeof(to);
	struct tpm_key parent = {0};
	struct tpm_command command;

	(void)unused;
	assert_int_equal(tpm_object_check(&object, TPM_KIND_SEALED, NULL),
			 STATUS_CORRUPT);
	tpm_command_load(&command, &parent, &object);
	assert_true(command.put.failed);
	object = (struct tpm_object){.public_bytes = UINT32_MAX};
	tpm_command_load(&command, &parent, &object);
	assert_true(command.put.failed);
	object = (struct tpm_object){.creation_bytes = UINT32_MAX};
	tpm_command_certify_creation(&command, &loaded, &object);
	assert_int_equal(tpm_command_plain(&command, to, &room),
			 STATUS_INVALID);
}

/* A response that this session's TPM gives, with these attributes. */
static void answer(const struct tpm_session *session, uint8_t attributes,
		   struct tpm_put *to)
{
	static const uint8_t codes[8] = {
		[6] = TPM_CC_PCR_EXTEND >> 8, [7] = TPM_CC_PCR_EXTEND & 255};
	uint8_t part[3 * TPM_HASH_BYTES + 1] = {0}, mac[TPM_HASH_BYTES];
	struct hmac_sha256_ctx hmac;

	tpm_hash(codes, sizeof(codes), part);
	memcpy(part + 2 * TPM_HASH_BYTES, session->nonce_caller,
	       TPM_HASH_BYTES);
	part[3 * TPM_HASH_BYTES] = attributes;
	hmac_sha256_set_key(&hmac, session->secret.len_bytes,
			    session->secret.bytes);
	hmac_sha256_update(&hmac, sizeof(part), part);
	hmac_sha256_digest(&hmac, sizeof(mac), mac);
	to->used = 0;
	tpm_put16(to, TPM_ST_SESSIONS);
	tpm_put32(to, TPM_HEAD_BYTES + 4 + 2 * (2 + TPM_HASH_BYTES) + 1);
	tpm_put32(to, 0);
	tpm_put32(to, 0); /* no parameters */
	tpm_put_sized(to, part + TPM_HASH_BYTES, TPM_HASH_BYTES);
	tpm_put8(to, attributes);
	tpm_put_sized(to, mac, sizeof(mac));
}

static void wants_the_attributes_it_asked_for(void **unused)
{
	static const struct {
		uint32_t asked;
		uint8_t came;
		enum status status;
	} rows[] = {
		{TPMA_SESSION_CONTINUE, 0, STATUS_CORRUPT},
		{TPMA_SESSION_CONTINUE,
		 TPMA_SESSION_CONTINUE | TPMA_SESSION_EXCLUSIVE,
		 STATUS_CORRUPT},
		{TPMA_SESSION_CONTINUE, TPMA_SESSION_CONTINUE, STATUS_OK},
		{TPMA_SESSION_CONTINUE | TPMA_SESSION_AUDIT,
		 TPMA_SESSION_CONTINUE | TPMA_SESSION_AUDIT |
			 TPMA_SESSION_EXCLUSIVE,
		 STATUS_OK},
	};
	uint8_t bytes[TPM_COMMAND_BYTES];
	struct tpm_put to = {.bytes = bytes, .room = sizeof(bytes)};
	struct tpm_response response;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct tpm_session session = {
			.state = TPM_SESSION_WAITING,
			.code = TPM_CC_PCR_EXTEND,
			.attributes = rows[i].asked,
			.nonce_caller = {3},
			.secret = {.bytes = {1}, .len_bytes = TPM_HASH_BYTES},
		};

		answer(&session, rows[i].came, &to);
		assert_int_equal(
			tpm_session_accept(&session, bytes, to.used, &response),
			rows[i].status);
	}
}

static void wants_the_digest_of_the_creation_data(void **unused)
{
	struct tpm_create create = {.kind = TPM_KIND_SEALED};
	uint8_t bytes[TPM_COMMAND_BYTES], digest[TPM_HASH_BYTES];
	struct tpm_response response = {0};
	struct tpm_object object;

	(void)unused;
	tpm_hash((const uint8_t *)"data", 4, digest);
	for (uint8_t wrong = 0; wrong < 2; wrong++) {
		struct tpm_put to = {.bytes = bytes, .room = sizeof(bytes)};
		uint32_t at;

		digest[0] ^= wrong;
		tpm_put_sized(&to, "private", 7);
		at = tpm_put_open(&to);
		tpm_public_put(&to, TPM_KIND_SEALED, NULL);
		tpm_put_sized(&to, digest, sizeof(digest));
		tpm_put_close(&to, at);
		tpm_put_sized(&to, "data", 4);
		tpm_put_sized(&to, digest, sizeof(digest));
		tpm_put16(&to, TPM_ST_CREATION);
		tpm_put32(&to, TPM_RH_OWNER);
		tpm_put_sized(&to, "ticket", 6);
		response.parameters =
			(struct tpm_get){.at = bytes, .left = to.used};
		assert_int_equal(
			tpm_response_created(&response, &create, &object),
			wrong ? STATUS_CORRUPT : STATUS_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(derives_and_encrypts),
		cmocka_unit_test(digests_policies),
		cmocka_unit_test(takes_no_point_beside_the_curve),
		cmocka_unit_test(trims_authorization_values),
		cmocka_unit_test(names_codes),
		cmocka_unit_test(wants_the_attributes_it_asked_for),
		cmocka_unit_test(wants_the_digest_of_the_creation_data),
		cmocka_unit_test(loads_no_object_longer_than_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
