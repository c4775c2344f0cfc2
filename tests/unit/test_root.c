/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root secret against swtpm: made, unsealed again, and every way in which
 * it is not.
 *
 * Links: svc/tpm svc/root/launch.c lib/bytes.c tests/unit/tpm_bed.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <string.h>

#include "abi/measure.h"
#include "svc/root/launch.h"
#include "svc/tpm/crypto.h"
#include "tests/unit/tpm_bed.h"
#include "tests/unit/unit.h"

#define MANY 20u

static struct tpm_bed *tpm; /* whom the ferry goes to; NULL: it stands still */
static unsigned ferried, ferry_breaks_at; /* 0: never */

static enum status ferry(const uint8_t *to, uint32_t to_bytes, uint8_t *from,
			 uint32_t *from_bytes)
{
	ferried++;
	if (tpm == NULL || ferried == ferry_breaks_at) {
		return STATUS_BUSY;
	}
	tpm_bed_ferry(tpm, to, to_bytes, from, from_bytes);
	return STATUS_OK;
}

static const struct root_launch none; /* no blob */
static struct root_launch made, reply;
static uint8_t first[SERVICE_ROOT_BYTES], secret[SERVICE_ROOT_BYTES];
static const uint8_t zero[SERVICE_ROOT_BYTES];

static enum root_verdict launch(const struct root_launch *with)
{
	_Alignas(struct root_blob) uint8_t blob[ROOT_BLOB_BYTES_MAX];

	memcpy(blob, with->blob, sizeof(blob));
	ferried = 0;
	root_launch(ferry, (const void *)blob, with->blob_bytes, secret,
		    &reply);
	if (reply.verdict > ROOT_VERDICT_MADE) {
		assert_memory_equal(secret, zero, sizeof(zero));
		assert_int_equal(reply.blob_bytes, 0);
	}
	return (enum root_verdict)reply.verdict;
}

static const uint32_t measured[] = {0, 2, 4, 7}; /* by firmware */

static void extend(uint32_t pcr)
{
	static const uint8_t digest[TPM_HASH_BYTES] = {1};

	tpm_command_pcr_extend(&command, pcr, digest);
	bed_plain_done(tpm);
}

static void measure(void)
{
	for (size_t i = 0; i < ARRAY_COUNT(measured); i++) {
		extend(measured[i]);
	}
}

/* New TPMs, and a secret sealed by the first. */
static int start(void **unused)
{
	bed_start_all(unused);
	tpm = &honest;
	ferry_breaks_at = 0;
	traffic_bytes = 0;
	measure();
	assert_int_equal(launch(&none), ROOT_VERDICT_MADE);
	made = reply;
	memcpy(first, secret, sizeof(first));
	return 0;
}

static void comes_back(void **unused)
{
	(void)unused;
	assert_memory_not_equal(first, zero, sizeof(zero));
	for (unsigned i = 0; i < MANY; i++) { /* and leaves nothing loaded */
		assert_int_equal(launch(&made), ROOT_VERDICT_UNSEALED);
		assert_memory_equal(secret, first, sizeof(first));
		assert_int_equal(reply.blob_bytes, 0);
	}
	assert_false(traffic_shows(first, sizeof(first)));
}

static void differs_each_time(void **unused)
{
	(void)unused;
	assert_int_equal(launch(&none), ROOT_VERDICT_MADE);
	assert_memory_not_equal(secret, first, sizeof(first));
}

static void is_kept_from_every_other_state(void **unused)
{
	for (size_t i = 0; i < ARRAY_COUNT(measured); i++) {
		extend(measured[i]);
		assert_int_equal(launch(&made), ROOT_VERDICT_CHANGED);
		bed_stop_all(unused);
		start(unused);
	}
	extend(8); /* none of ours */
	assert_int_equal(launch(&made), ROOT_VERDICT_UNSEALED);
	extend(MEASURE_PCR);
	assert_int_equal(launch(&made), ROOT_VERDICT_LATE);
}

/* A PCR that the firmware leaves at zero holds nobody off. */
static void needs_measurements(void **unused)
{
	for (size_t i = 0; i < ARRAY_COUNT(measured); i++) {
		tpm_bed_restart(&honest);
		for (size_t k = 0; k < ARRAY_COUNT(measured); k++) {
			if (k != i) {
				extend(measured[k]);
			}
		}
		assert_int_equal(launch(&none), ROOT_VERDICT_UNMEASURED);
		assert_int_equal(launch(&made), ROOT_VERDICT_UNMEASURED);
	}
	(void)unused;
}

static void damage_is_named(void **unused)
{
	struct root_launch changed;

	(void)unused;
	for (uint32_t at = 0; at < made.blob_bytes; at += 7) {
		changed = made;
		changed.blob[at] ^= 1;
		assert_int_equal(launch(&changed), ROOT_VERDICT_DAMAGED);
		assert_int_equal(ferried, 0);
	}
	changed = made;
	for (changed.blob_bytes = 1; changed.blob_bytes < made.blob_bytes;
	     changed.blob_bytes += 13) {
		assert_int_equal(launch(&changed), ROOT_VERDICT_DAMAGED);
	}
	changed.blob_bytes = ROOT_BLOB_BYTES_MAX;
	assert_int_equal(launch(&changed), ROOT_VERDICT_DAMAGED);
}

/* Somebody who knows how to write a blob changes what the TPM has made. */
static void a_change_is_noticed(void **unused)
{
	const size_t head = sizeof(struct root_blob);

	(void)unused;
	for (uint32_t at = (uint32_t)head; at < made.blob_bytes; at += 3) {
		struct root_launch changed = made;
		enum root_verdict verdict;

		changed.blob[at] ^= 0x10;
		tpm_hash(changed.blob + head, made.blob_bytes - head,
			 changed.blob + offsetof(struct root_blob, digest));
		verdict = launch(&changed);
		if (verdict == ROOT_VERDICT_UNSEALED) { /* bytes of no use */
			assert_memory_equal(secret, first, sizeof(first));
		} else {
			assert_true(verdict == ROOT_VERDICT_CHANGED ||
				    verdict == ROOT_VERDICT_FOREIGN);
		}
	}
}

static void another_tpms_is_foreign(void **unused)
{
	(void)unused;
	tpm = &other;
	measure();
	assert_int_equal(launch(&made), ROOT_VERDICT_FOREIGN);
}

/*
 * A secret that the attacker knows, sealed by this TPM behind the very same
 * policy, but in a state that is not ours.
 */
static void a_planted_secret_is_foreign(void **unused)
{
	static const uint8_t planted[TPM_HASH_BYTES] = "known to the attacker";
	const uint32_t pcrs =
		1u << 0 | 1u << 2 | 1u << 4 | 1u << 7 | 1u << MEASURE_PCR;
	struct root_blob blob = {.magic = ROOT_BLOB_MAGIC,
				 .version = ROOT_BLOB_VERSION,
				 .bytes = made.blob_bytes};
	struct tpm_create create = {
		.kind = TPM_KIND_SEALED, .pcrs = pcrs, .secret = planted};
	struct root_launch false_one = made;
	uint8_t values[5][TPM_HASH_BYTES];
	struct tpm_policy policy = {0};
	struct tpm_session session;
	struct tpm_object object;

	(void)unused;
	bed_primary(&honest, &srk);
	session = bed_start(&honest, TPM_SE_HMAC);
	tpm_command_pcr_read(&command, pcrs);
	assert_ok(bed_in(&session));
	assert_ok(tpm_response_pcrs(&answer, pcrs, values, 5));
	tpm_policy_pcr_digest(values, 5, blob.digest);
	tpm_policy_pcr(&policy, pcrs, blob.digest);
	extend(MEASURE_PCR); /* as Linux finds it */
	create.policy = policy.digest;
	tpm_command_create(&command, &srk, &create);
	assert_ok(bed_in(&session));
	assert_ok(tpm_response_created(&answer, &create, &object));
	tpm_hash((const uint8_t *)&object, sizeof(object), blob.digest);
	memcpy(false_one.blob, &blob, sizeof(blob));
	memcpy(false_one.blob + sizeof(blob), &object, sizeof(object));
	bed_finish(&session);
	bed_flush(srk.entity.handle);
	/* The next start: PCRs are as they were. */
	tpm_bed_restart(&honest);
	measure();
	assert_int_equal(launch(&made), ROOT_VERDICT_UNSEALED);
	assert_int_equal(launch(&false_one), ROOT_VERDICT_FOREIGN);
}

static void whoever_carries_it_stops(void **unused)
{
	unsigned whole;

	(void)unused;
	assert_int_equal(launch(&made), ROOT_VERDICT_UNSEALED);
	whole = ferried;
	for (unsigned i = 1; i <= whole; i++) {
		ferry_breaks_at = i;
		(void)launch(&made);
		ferry_breaks_at = 0;
		bed_stop_all(unused);
		start(unused);
	}
	tpm = NULL;
	assert_int_equal(launch(&made), ROOT_VERDICT_NO_TPM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_back, start,
						bed_stop_all),
		cmocka_unit_test_setup_teardown(differs_each_time, start,
						bed_stop_all),
		cmocka_unit_test_setup_teardown(is_kept_from_every_other_state,
						start, bed_stop_all),
		cmocka_unit_test_setup_teardown(needs_measurements, start,
						bed_stop_all),
		cmocka_unit_test_setup_teardown(damage_is_named, start,
						bed_stop_all),
		cmocka_unit_test_setup_teardown(a_change_is_noticed, start,
						bed_stop_all),
		cmocka_unit_test_setup_teardown(another_tpms_is_foreign, start,
						bed_stop_all),
		cmocka_unit_test_setup_teardown(a_planted_secret_is_foreign,
						start, bed_stop_all),
		cmocka_unit_test_setup_teardown(whoever_carries_it_stops, start,
						bed_stop_all),
	};

	if (!tpm_bed_is_possible()) {
		print_message("skipped: swtpm is not installed\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
