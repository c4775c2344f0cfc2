/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TPM library against swtpm: counters in NV memory, policies that ask them,
 * and quotes, checked by nettle's ECDSA.
 *
 * Links: svc/tpm lib/bytes.c tests/unit/tpm_bed.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <nettle/bignum.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>
#include <string.h>

#include "svc/tpm/policy.h"
#include "svc/tpm/session.h"
#include "tests/unit/tpm_bed.h"
#include "tests/unit/unit.h"

#define NV_INDEX 0x01800001u
#define NV_COUNTER                                                  \
	(TPMA_NV_COUNTER | TPMA_NV_AUTH_WRITE | TPMA_NV_AUTH_READ | \
	 TPMA_NV_NO_DA)

/* An index as the owner's auth makes it, read back by its Name. */
static struct tpm_entity counter_define(struct tpm_session *session,
					struct tpm_nv *nv, const char *auth)
{
	struct tpm_entity owner = tpm_entity_of(TPM_RH_OWNER), index;
	struct tpm_nv seen;

	index = tpm_nv_entity(nv);
	tpm_entity_auth(&index, (const uint8_t *)auth, strlen(auth) + 1);
	tpm_command_nv_define(&command, &owner, nv, &index);
	bed_in_done(session);
	tpm_command_nv_read_public(&command, &index);
	assert_ok(bed_in(session));
	assert_ok(tpm_response_nv_public(&answer, NV_INDEX, &seen));
	assert_memory_equal(&seen, nv, sizeof(seen));
	tpm_command_nv_increment(&command, &index);
	bed_in_done(session);
	nv->attributes |= TPMA_NV_WRITTEN;
	index = tpm_nv_entity(nv);
	tpm_entity_auth(&index, (const uint8_t *)auth, strlen(auth));
	return index;
}

static uint64_t counter_read(struct tpm_session *session,
			     const struct tpm_entity *index)
{
	uint64_t value;

	tpm_command_nv_read(&command, index, sizeof(value));
	assert_ok(bed_in(session));
	assert_ok(tpm_response_counter(&answer, &value));
	return value;
}

static void counts_and_holds_a_floor(void **unused)
{
	struct tpm_nv nv = {
		.index = NV_INDEX,
		.attributes = NV_COUNTER,
		.data_bytes = 8,
	};
	struct tpm_session session = bed_start(&honest, TPM_SE_HMAC), policy;
	struct tpm_entity owner = tpm_entity_of(TPM_RH_OWNER), index;
	struct tpm_nv_compare floor = {.operation = TPM_EO_LESS_EQUAL};
	struct tpm_policy expected = {0};
	uint8_t digest[TPM_HASH_BYTES];

	(void)unused;
	traffic_bytes = 0;
	index = counter_define(&session, &nv, "auth of an index");
	floor.operand = counter_read(&session, &index);
	for (int late = 0; late < 2; late++) {
		policy = bed_start(&honest, TPM_SE_POLICY);
		tpm_command_policy_nv(&command, policy.handle, &index, &floor);
		assert_int_equal(bed_in(&session),
				 late ? STATUS_DENIED : STATUS_OK);
		assert_int_equal(answer.code, late ? TPM_RC_POLICY : 0);
		tpm_command_policy_code(&command, policy.handle, TPM_CC_UNSEAL);
		bed_in_done(&session);
		tpm_command_policy_digest(&command, policy.handle);
		assert_ok(bed_in(&session));
		assert_ok(tpm_response_digest(&answer, digest));
		expected = (struct tpm_policy){0};
		if (!late) {
			tpm_policy_nv(&expected, &index, &floor);
		}
		tpm_policy_code(&expected, TPM_CC_UNSEAL);
		assert_memory_equal(digest, expected.digest, sizeof(digest));
		bed_finish(&policy);
		tpm_command_nv_increment(&command, &index);
		bed_in_done(&session);
	}
	assert_int_equal(counter_read(&session, &index), floor.operand + 2);
	assert_false(traffic_shows((const uint8_t *)"auth of an index", 16));
	/* An auth value that is not the index's. */
	index.auth[0] ^= 1;
	tpm_command_nv_increment(&command, &index);
	assert_int_equal(bed_in(&session), STATUS_DENIED);
	tpm_command_nv_undefine(&command, &owner, &index);
	bed_in_done(&session);
	tpm_command_nv_read_public(&command, &index);
	assert_int_equal(bed_in(&session), STATUS_NOT_FOUND);
	bed_finish(&session);
}

static bool signature_is_right(const uint8_t point[2 * TPM_COORDINATE],
			       const struct tpm_quote *quote)
{
	struct dsa_signature signature;
	uint8_t digest[TPM_HASH_BYTES];
	struct ecc_point key;
	mpz_t x, y;
	bool good;

	tpm_hash(quote->attest, quote->attest_bytes, digest);
	mpz_inits(x, y, NULL);
	nettle_mpz_set_str_256_u(x, TPM_COORDINATE, point);
	nettle_mpz_set_str_256_u(y, TPM_COORDINATE, point + TPM_COORDINATE);
	ecc_point_init(&key, nettle_get_secp_256r1());
	assert_true(ecc_point_set(&key, x, y));
	dsa_signature_init(&signature);
	nettle_mpz_set_str_256_u(signature.r, TPM_COORDINATE, quote->signature);
	nettle_mpz_set_str_256_u(signature.s, TPM_COORDINATE,
				 quote->signature + TPM_COORDINATE);
	good = ecdsa_verify(&key, sizeof(digest), digest, &signature);
	dsa_signature_clear(&signature);
	ecc_point_clear(&key);
	mpz_clears(x, y, NULL);
	return good;
}

static void quotes_by_a_key_of_this_tpm(void **unused)
{
	struct tpm_session session = bed_start(&honest, TPM_SE_HMAC);
	struct tpm_create create = {.kind = TPM_KIND_QUOTE};
	struct tpm_quote quote = {.pcrs = SEAL_PCRS, .nonce = {1, 2, 3}};
	uint8_t point[2 * TPM_COORDINATE], digest[TPM_HASH_BYTES];
	struct tpm_object object;
	struct tpm_entity key;

	(void)unused;
	(void)bed_seal_policy(&session, digest);
	tpm_command_create(&command, &srk, &create);
	assert_ok(bed_in(&session));
	assert_ok(tpm_response_created(&answer, &create, &object));
	key = bed_load(&session, &object);
	tpm_command_quote(&command, &key, SEAL_PCRS, quote.nonce);
	assert_ok(bed_in(&session));
	assert_ok(tpm_response_quoted(&answer, &quote));
	assert_memory_equal(quote.pcr_digest, digest, sizeof(digest));
	assert_ok(tpm_public_check((struct tpm_get){object.public_part,
						    object.public_bytes, false},
				   TPM_KIND_QUOTE, NULL, point));
	assert_true(signature_is_right(point, &quote));
	quote.attest[quote.attest_bytes - 1] ^= 1;
	assert_false(signature_is_right(point, &quote));
	/* A nonce that the verifier did not give. */
	quote.nonce[0] = 9;
	tpm_command_quote(&command, &key, SEAL_PCRS, digest);
	assert_ok(bed_in(&session));
	assert_int_equal(tpm_response_quoted(&answer, &quote), STATUS_CORRUPT);
	bed_flush(key.handle);
	bed_finish(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_and_holds_a_floor),
		cmocka_unit_test(quotes_by_a_key_of_this_tpm),
	};

	if (!tpm_bed_is_possible()) {
		print_message("skipped: swtpm is not installed\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, bed_start_all, bed_stop_all);
}
