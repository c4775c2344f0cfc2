/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TPM library against swtpm, with hands between that change, cut, keep and
 * repeat what they carry. What needs no TPM is in test_tpm_known.c.
 *
 * Links: svc/tpm lib/bytes.c tests/unit/tpm_bed.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <string.h>

#include "svc/tpm/policy.h"
#include "svc/tpm/session.h"
#include "tests/unit/tpm_bed.h"
#include "tests/unit/unit.h"

#define SESSION_1 0x900u /* in TPM_RC_WHERE: the first session */

static const uint8_t secret[TPM_HASH_BYTES] = "the root of every other secret!";

static void seal(struct tpm_session *session, const uint8_t *policy,
		 struct tpm_object *object)
{
	struct tpm_create create = {
		.kind = TPM_KIND_SEALED,
		.pcrs = SEAL_PCRS,
		.policy = policy,
		.secret = secret,
	};

	tpm_command_create(&command, &srk, &create);
	assert_ok(bed_in(session));
	assert_ok(tpm_response_created(&answer, &create, object));
}

/* Sealed to the PCRs and loaded, with what a test needs of it. */
struct sealed {
	struct tpm_session hmac;
	struct tpm_object object;
	struct tpm_entity entity;
	struct tpm_policy policy;
	uint8_t digest[TPM_HASH_BYTES]; /* of the PCRs */
};

static void sealed_start(struct sealed *sealed)
{
	traffic_bytes = 0;
	sealed->hmac = bed_start(&honest, TPM_SE_HMAC);
	sealed->policy = bed_seal_policy(&sealed->hmac, sealed->digest);
	seal(&sealed->hmac, sealed->policy.digest, &sealed->object);
	assert_ok(tpm_object_check(&sealed->object, TPM_KIND_SEALED,
				   sealed->policy.digest));
	sealed->entity = bed_load(&sealed->hmac, &sealed->object);
}

static void sealed_finish(struct sealed *sealed)
{
	assert_false(traffic_shows(secret, sizeof(secret)));
	bed_flush(sealed->entity.handle);
	bed_finish(&sealed->hmac);
}

static void policy_pcr(struct tpm_session *session, const uint8_t *digest)
{
	tpm_command_policy_pcr(&command, session->handle, SEAL_PCRS, digest);
	bed_plain_done(&honest);
}

static void extend(void)
{
	static const uint8_t digest[TPM_HASH_BYTES] = {1};

	tpm_command_pcr_extend(&command, OWN_PCR, digest);
	bed_plain_done(&honest);
}

static void seals_and_unseals(void **unused)
{
	struct tpm_session policy;
	uint8_t out[TPM_HASH_BYTES], digest[TPM_HASH_BYTES];
	struct sealed sealed;

	(void)unused;
	sealed_start(&sealed);
	policy = bed_start(&honest, TPM_SE_POLICY);
	policy_pcr(&policy, sealed.digest);
	tpm_command_policy_digest(&command, policy.handle);
	assert_ok(bed_in(&sealed.hmac));
	assert_ok(tpm_response_digest(&answer, digest));
	assert_memory_equal(digest, sealed.policy.digest, sizeof(digest));
	tpm_command_unseal(&command, &sealed.entity);
	assert_ok(bed_in(&policy));
	assert_ok(tpm_response_unsealed(&answer, out));
	assert_memory_equal(out, secret, sizeof(out));
	bed_finish(&policy);
	sealed_finish(&sealed);
}

static void finds_a_secret_that_is_in_clear(void **unused)
{
	(void)unused;
	traffic_bytes = 0;
	tpm_command_pcr_extend(&command, OWN_PCR, secret);
	bed_plain_done(&honest);
	assert_true(traffic_shows(secret, sizeof(secret)));
}

static void knows_which_tpm_made_an_object_and_when(void **unused)
{
	struct tpm_origin origin = {.pcrs = SEAL_PCRS};
	struct sealed sealed;

	(void)unused;
	sealed_start(&sealed);
	memcpy(origin.digest, sealed.digest, sizeof(origin.digest));
	for (int wrong = 0; wrong < 4; wrong++) {
		origin.pcrs = wrong == 1 ? SEAL_PCRS ^ 1u : SEAL_PCRS;
		origin.digest[0] ^= wrong == 2;
		sealed.object.creation[20] ^= wrong == 3;
		tpm_command_certify_creation(&command, &sealed.entity,
					     &sealed.object);
		assert_int_equal(bed_in(&sealed.hmac),
				 wrong == 3 ? STATUS_UNSUPPORTED : STATUS_OK);
		assert_int_equal(tpm_response_certified(&answer, &sealed.entity,
							&sealed.object,
							&origin),
				 wrong == 0 ? STATUS_OK : STATUS_CORRUPT);
		origin.digest[0] ^= wrong == 2;
	}
	sealed_finish(&sealed);
}

static void keeps_it_after_an_extend(void **unused)
{
	struct tpm_session early, late;
	struct sealed sealed;

	(void)unused;
	sealed_start(&sealed);
	early = bed_start(&honest, TPM_SE_POLICY);
	late = bed_start(&honest, TPM_SE_POLICY);
	policy_pcr(&early, sealed.digest);
	extend();
	tpm_command_unseal(&command, &sealed.entity);
	assert_int_equal(bed_in(&early), STATUS_DENIED);
	assert_int_equal(answer.code, TPM_RC_PCR_CHANGED);
	tpm_command_policy_pcr(&command, late.handle, SEAL_PCRS, sealed.digest);
	assert_int_equal(bed_plain(&honest), STATUS_DENIED);
	assert_int_equal(answer.code & ~TPM_RC_WHERE, TPM_RC_VALUE);
	policy_pcr(&late, NULL);
	tpm_command_unseal(&command, &sealed.entity);
	assert_int_equal(bed_in(&late), STATUS_DENIED);
	assert_int_equal(answer.code, TPM_RC_POLICY_FAIL | SESSION_1);
	bed_finish(&late);
	bed_finish(&early);
	sealed_finish(&sealed);
}

static void refuses_another_policy(void **unused)
{
	static const uint8_t wrong[TPM_HASH_BYTES] = {7};
	struct tpm_object object;
	struct tpm_session policy;
	struct tpm_entity entity;
	struct sealed sealed;

	(void)unused;
	sealed_start(&sealed);
	seal(&sealed.hmac, wrong, &object);
	assert_int_equal(tpm_object_check(&object, TPM_KIND_SEALED,
					  sealed.policy.digest),
			 STATUS_CORRUPT);
	assert_int_equal(
		tpm_object_check(&sealed.object, TPM_KIND_SEALED, NULL),
		STATUS_CORRUPT);
	entity = bed_load(&sealed.hmac, &object);
	policy = bed_start(&honest, TPM_SE_POLICY);
	policy_pcr(&policy, sealed.digest);
	tpm_command_unseal(&command, &entity);
	assert_int_equal(bed_in(&policy), STATUS_DENIED);
	assert_int_equal(answer.code, TPM_RC_POLICY_FAIL | SESSION_1);
	bed_flush(entity.handle);
	bed_finish(&policy);
	/* and a blob whose private half is another's, or is damaged */
	memcpy(object.private_part, sealed.object.private_part,
	       sizeof(object.private_part));
	tpm_command_load(&command, &srk, &object);
	assert_int_equal(bed_in(&sealed.hmac), STATUS_CORRUPT);
	assert_int_equal(answer.code & ~TPM_RC_WHERE, TPM_RC_INTEGRITY);
	sealed_finish(&sealed);
}

/* All that hands can do to one answer; then it is still good, once. */
static void refuses_changed_cut_and_repeated_answers(void **unused)
{
	static uint8_t kept[TPM_RESPONSE_BYTES];
	uint8_t out[TPM_HASH_BYTES];
	struct tpm_session policy;
	struct sealed sealed;
	uint32_t kept_bytes;

	(void)unused;
	sealed_start(&sealed);
	policy = bed_start(&honest, TPM_SE_POLICY);
	policy_pcr(&policy, sealed.digest);
	tpm_command_unseal(&command, &sealed.entity);
	bed_wrap(&policy);
	bed_ferry(&honest);
	memcpy(kept, got, got_bytes);
	kept_bytes = got_bytes;
	for (uint32_t at = 0; at < kept_bytes * 8; at++) {
		got[at / 8] ^= (uint8_t)(1u << at % 8);
		assert_int_equal(bed_accept(&policy), STATUS_CORRUPT);
		assert_int_equal(tpm_response_unsealed(&answer, out),
				 STATUS_CORRUPT);
		memcpy(got, kept, kept_bytes);
	}
	for (got_bytes = 0; got_bytes < kept_bytes; got_bytes++) {
		memcpy(got, kept, kept_bytes);
		assert_int_equal(bed_accept(&policy), STATUS_CORRUPT);
		/* and with a length that tells what is there */
		got[4] = (uint8_t)(got_bytes >> 8);
		got[5] = (uint8_t)got_bytes;
		assert_int_equal(bed_accept(&policy), STATUS_CORRUPT);
	}
	memcpy(got, kept, kept_bytes);
	got_bytes = kept_bytes + 1;
	assert_int_equal(bed_accept(&policy), STATUS_CORRUPT);
	got_bytes = kept_bytes;
	assert_ok(bed_accept(&policy));
	assert_ok(tpm_response_unsealed(&answer, out));
	assert_memory_equal(out, secret, sizeof(out));
	memcpy(got, kept, kept_bytes);
	assert_int_equal(bed_accept(&policy),
			 STATUS_CONFLICT); /* nothing asked */
	policy_pcr(&policy, sealed.digest);
	tpm_command_unseal(&command, &sealed.entity);
	bed_wrap(&policy);
	assert_int_equal(bed_accept(&policy),
			 STATUS_CORRUPT); /* of another time */
	bed_ferry(&honest);
	assert_ok(bed_accept(&policy));
	bed_finish(&policy);
	sealed_finish(&sealed);
}

/* Hands change what is asked: the TPM refuses, at each byte behind the head. */
static void the_tpm_refuses_changed_commands(void **unused)
{
	struct tpm_session session = bed_start(&honest, TPM_SE_HMAC);
	uint8_t wrong[TPM_COMMAND_BYTES];
	struct tpm_nv none;

	(void)unused;
	tpm_command_pcr_read(&command, SEAL_PCRS);
	bed_wrap(&session);
	for (uint32_t at = TPM_HEAD_BYTES; at < sent_bytes; at++) {
		memcpy(wrong, sent, sent_bytes);
		wrong[at] ^= 1;
		got_bytes = sizeof(got);
		tpm_bed_ferry(&honest, wrong, sent_bytes, got, &got_bytes);
		assert_int_not_equal(
			tpm_response_plain(&command, got, got_bytes, &answer),
			STATUS_OK);
	}
	bed_ferry(&honest);
	assert_ok(bed_accept(&session));
	assert_int_equal(tpm_response_nv_public(&answer, 0, &none),
			 STATUS_CORRUPT);
	bed_finish(&session);
}

static void a_false_tpm_is_not_believed(void **unused)
{
	uint8_t values[SEAL_COUNT][TPM_HASH_BYTES];
	struct tpm_session session, theirs;
	struct tpm_key false_srk, same;

	(void)unused;
	bed_primary(&other, &false_srk);
	session = bed_start(&other, TPM_SE_HMAC);
	assert_memory_not_equal(false_srk.entity.name, srk.entity.name,
				TPM_NAME_BYTES);
	/* It cannot check our HMAC, ... */
	tpm_command_pcr_read(&command, SEAL_PCRS);
	bed_wrap(&session);
	bed_ferry(&other);
	assert_int_equal(bed_accept(&session), STATUS_DENIED);
	assert_int_equal(answer.code, TPM_RC_BAD_AUTH | SESSION_1);
	assert_int_equal(
		tpm_response_pcrs(&answer, SEAL_PCRS, values, SEAL_COUNT),
		STATUS_CORRUPT);
	/* and when it ignores that and answers by a session of its own: */
	same = srk;
	srk = false_srk;
	theirs = bed_start(&other, TPM_SE_HMAC);
	srk = same;
	tpm_command_pcr_read(&command, SEAL_PCRS);
	bed_wrap(&session);
	tpm_command_pcr_read(&command, SEAL_PCRS);
	bed_wrap(&theirs);
	bed_ferry(&other);
	assert_int_equal(bed_accept(&session), STATUS_CORRUPT);
	assert_ok(bed_accept(&theirs));
	/* nor without any. */
	tpm_command_pcr_read(&command, SEAL_PCRS);
	assert_ok(bed_plain(&other));
	assert_int_equal(bed_accept(&session), STATUS_CORRUPT);
}

static void reads_the_storage_key(void **unused)
{
	struct tpm_session session = bed_start(&honest, TPM_SE_HMAC);
	struct tpm_entity none;
	struct tpm_key key;

	(void)unused;
	tpm_command_read_public(&command, &srk.entity);
	assert_ok(bed_plain(&honest));
	assert_ok(tpm_response_public(&answer, srk.entity.handle, &key));
	assert_memory_equal(&key, &srk, sizeof(key));
	tpm_command_read_public(&command, &srk.entity);
	assert_ok(bed_in(&session));
	assert_ok(tpm_response_public(&answer, srk.entity.handle, &key));
	none = tpm_entity_of(TPM_SRK_PERSISTENT);
	tpm_command_read_public(&command, &none);
	assert_int_equal(bed_plain(&honest), STATUS_NOT_FOUND);
	assert_int_equal(tpm_response_public(&answer, srk.entity.handle, &key),
			 STATUS_CORRUPT);
	bed_finish(&session);
}

static void sends_no_secret_without_a_session(void **unused)
{
	struct tpm_create create = {.kind = TPM_KIND_SEALED, .secret = secret};
	struct tpm_session session = bed_start(&honest, TPM_SE_HMAC);
	uint32_t room = sizeof(sent);

	(void)unused;
	tpm_command_create(&command, &srk, &create);
	memset(sent, 0, sizeof(sent));
	assert_int_equal(tpm_command_plain(&command, sent, &room),
			 STATUS_INVALID);
	for (size_t at = 0; at < sizeof(command.parameter); at++) {
		assert_int_equal(command.parameter[at], 0);
	}
	assert_int_equal(tpm_session_wrap(&session, &command, sent, &room),
			 STATUS_INVALID); /* used up */
	tpm_command_pcr_read(&command, SEAL_PCRS);
	room = 40;
	assert_int_equal(tpm_session_wrap(&session, &command, sent, &room),
			 STATUS_NO_SPACE);
	tpm_command_pcr_read(&command, SEAL_PCRS);
	bed_wrap(&session);
	tpm_command_pcr_read(&command, SEAL_PCRS);
	room = sizeof(sent);
	assert_int_equal(tpm_session_wrap(&session, &command, sent, &room),
			 STATUS_CONFLICT); /* one at a time */
	bed_finish(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_storage_key),
		cmocka_unit_test(seals_and_unseals),
		cmocka_unit_test(finds_a_secret_that_is_in_clear),
		cmocka_unit_test(knows_which_tpm_made_an_object_and_when),
		cmocka_unit_test(keeps_it_after_an_extend),
		cmocka_unit_test(refuses_another_policy),
		cmocka_unit_test(refuses_changed_cut_and_repeated_answers),
		cmocka_unit_test(the_tpm_refuses_changed_commands),
		cmocka_unit_test(a_false_tpm_is_not_believed),
		cmocka_unit_test(sends_no_secret_without_a_session),
	};

	if (!tpm_bed_is_possible()) {
		print_message("skipped: swtpm is not installed\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, bed_start_all, bed_stop_all);
}
