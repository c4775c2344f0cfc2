/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of attestation: evidence and reference values, which are read
 * strictly, and the TPM's event log in its other forms.
 *
 * Links: host/libvbs/evidence.c host/libvbs/reference.c host/libvbs/hex.c
 * Links: host/libvbs/tcg_log.c host/libvbs/attest_quote.c host/libvbs/reader.c
 * Libs: -ljansson -lhogweed -lnettle -lgmp
 */
#include "host/libvbs/evidence.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "abi/vtl1.h"
#include "host/libvbs/attest_quote.h"
#include "host/libvbs/reference.h"
#include "host/libvbs/tcg_log.h"
#include "tests/unit/unit.h"

#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define TWOS "2222222222222222222222222222222222222222222222222222222222222222"
#define GOOD                                                                \
	"{\"format\": \"openvbs-reference-1\", \"version\": \"0.1.0\","     \
	" \"svn\": 3, \"facts\": [\"tpm\", \"iommu\"],"                     \
	" \"policies\": [\"" ONES "\"], \"images\": [\"" ONES "\", \"" TWOS \
	"\"], \"pcrs\": {\"7\": \"" TWOS "\"}}"

static bool read_text(const char *text, struct reference *reference)
{
	json_t *document = json_loads(text, 0, NULL);
	bool good = reference_read(document, reference);

	json_decref(document);
	return good;
}

static void reads_a_reference(void **unused)
{
	struct reference reference;
	uint8_t digest[TCG_HASH_BYTES];

	(void)unused;
	assert_true(read_text(GOOD, &reference));
	assert_string_equal(reference.version, "0.1.0");
	assert_int_equal(reference.svn, 3);
	assert_int_equal(reference.facts, VTL1_FACT_TPM | VTL1_FACT_IOMMU);
	assert_int_equal(reference.pinned, 1u << 7);
	memset(digest, 0x22, sizeof(digest));
	assert_true(reference_has(&reference.images, digest));
	assert_false(reference_has(&reference.policies, digest));
	assert_memory_equal(reference.pcr[7], digest, sizeof(digest));
}

/* Each with one word of it exchanged. */
static void refuses_another_reference(void **unused)
{
	static const struct {
		const char *from, *to;
	} row[] = {
		{"reference-1", "reference-2"},
		{"\"format\"", "\"former\""},
		{"0.1.0", "0.1.0 and so on and on and on and on and on"},
		{"3,", "-3,"},
		{"3,", "4294967296,"},
		{"3,", "\"3\","},
		{"\"iommu\"", "\"iommus\""},
		{"\"iommu\"", "\"tpm\""},
		{"\"iommu\"", "8"},
		{"[\"tpm\", \"iommu\"]", "\"tpm\""},
		{"[\"" ONES "\"],", "[],"},
		{"[\"" ONES "\"],", "\"" ONES "\","},
		{"[\"" ONES "\"],", "[\"" ONES "1\"],"},
		{"\"7\"", "\"1\""},
		{"\"7\"", "\"24\""},
		{"\"7\"", "\"+7\""},
		{"\"7\"", "\"\""},
		{"\"7\"", "\"7x\""},
		{"{\"7\": \"" TWOS "\"}", "[]"},
		{"{\"7\": \"" TWOS "\"}", "{\"7\": 7}"},
		{"\"pcrs\"", "\"pcr\""},
	};
	struct reference reference;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
		const char *at = strstr(GOOD, row[i].from);
		char text[1024];

		assert_non_null(at);
		(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - GOOD),
			       GOOD, row[i].to, at + strlen(row[i].from));
		if (read_text(text, &reference)) {
			fail_msg("taken: %s", text);
		}
	}
	assert_false(reference_read(NULL, &reference));
	assert_false(read_text("[]", &reference));
}

static void names_facts(void **unused)
{
	(void)unused;
	assert_string_equal(reference_fact(VTL1_FACT_SECURE_BOOT),
			    "secure-boot");
	assert_null(reference_fact(0));
	assert_null(reference_fact(1u << 31));
}

/* --- evidence ---------------------------------------------------------------- */

static json_t *some_evidence(bool with_certificate)
{
	struct evidence evidence = {0};

	for (size_t i = 0; i < EVIDENCE_ITEMS; i++) {
		evidence.item[i] = (struct bytes_view){
			(const uint8_t *)"0123456789", i + 1};
	}
	evidence.item[EVIDENCE_EK_CERTIFICATE].len_bytes =
		with_certificate ? 5 : 0;
	return evidence_json(&evidence);
}

static void evidence_goes_there_and_back(void **unused)
{
	struct evidence evidence;

	(void)unused;
	for (int with = 0; with < 2; with++) {
		json_t *document = some_evidence(with != 0);

		assert_true(evidence_read(document, &evidence));
		for (size_t i = 0; i < EVIDENCE_NEEDED; i++) {
			assert_int_equal(evidence.item[i].len_bytes, i + 1);
			assert_memory_equal(evidence.item[i].bytes,
					    "0123456789", i + 1);
		}
		assert_int_equal(
			evidence.item[EVIDENCE_EK_CERTIFICATE].len_bytes,
			with != 0 ? 5 : 0);
		evidence_free(&evidence);
		json_decref(document);
	}
}

static void refuses_other_evidence(void **unused)
{
	static const char *const names[] = {"format",	 "report", "quote",
					    "signature", "ak",	   "log"};
	static const char *const bad[] = {"",	  "A",	   "AAA",
					  "A*==", "AAAA=", "===="};
	struct evidence evidence;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		json_t *document = some_evidence(true);

		(void)json_object_del(document, names[i]);
		assert_false(evidence_read(document, &evidence));
		(void)json_object_set_new(document, names[i], json_null());
		assert_false(evidence_read(document, &evidence));
		for (size_t j = 0; j < ARRAY_COUNT(bad); j++) {
			(void)json_object_set_new(document, names[i],
						  json_string(bad[j]));
			assert_false(evidence_read(document, &evidence));
		}
		json_decref(document);
	}
	assert_false(evidence_read(NULL, &evidence));
}

static void refuses_what_is_too_much(void **unused)
{
	json_t *document = some_evidence(true);
	size_t len = (EVIDENCE_ITEM_BYTES / 3 + 2) * 4;
	char *text = malloc(len + 1);
	struct evidence evidence;

	(void)unused;
	memset(text, 'A', len);
	text[len] = 0;
	(void)json_object_set_new(document, "log", json_string(text));
	assert_false(evidence_read(document, &evidence));
	free(text);
	json_decref(document);
	document = some_evidence(true);
	(void)json_object_set_new(document, "more", json_true());
	assert_false(evidence_read(document, &evidence));
	json_decref(document);
}

static void a_key_goes_there_and_back(void **unused)
{
	const struct attest_ak ak = {.x = {1, 2, 3}, .y = {[31] = 4}};
	char text[ATTEST_AK_PEM_BYTES];
	struct attest_ak back = {0};

	(void)unused;
	attest_ak_pem(&ak, text);
	assert_true(attest_ak_from_pem(text, &back));
	assert_memory_equal(&back, &ak, sizeof(back));
	for (size_t len = strlen(text) - 1; len-- > 0;) {
		text[len] = 0;
		assert_false(attest_ak_from_pem(text, &back));
	}
}

/* --- event logs that are not as test_attest.c has them -------------------------- */

/* A head with SHA-256 alone, and an event: PCR, type, digest of ones, "ab". */
#define HEAD                                                                \
	"\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\41\0\0\0" \
	"Spec ID Event03\0\0\0\0\0\0\2\0\2\1\0\0\0\13\0\40\0\0"
#define DIGEST \
	"\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1"
#define EVENT(pcr, type) \
	pcr "\0\0\0" type "\0\0\0\1\0\0\0\13\0" DIGEST "\2\0\0\0ab"
#define LOCALITY(is) \
	"\0\0\0\0\3\0\0\0\1\0\0\0\13\0" DIGEST "\21\0\0\0StartupLocality\0" is

static uint8_t pcr[TCG_PCRS][TCG_HASH_BYTES];

static bool replay(const char *text, size_t len_bytes)
{
	uint8_t *copy = malloc(len_bytes != 0 ? len_bytes : 1);
	bool good;

	memcpy(copy, text, len_bytes);
	good = tcg_log_replay((struct bytes_view){copy, len_bytes}, pcr);
	free(copy);
	return good;
}

static void extended(unsigned which, uint8_t begin)
{
	uint8_t value[TCG_HASH_BYTES] = {0}, ones[TCG_HASH_BYTES];
	struct sha256_ctx context;

	value[TCG_HASH_BYTES - 1] = begin;
	memset(ones, 1, sizeof(ones));
	sha256_init(&context);
	sha256_update(&context, sizeof(value), value);
	sha256_update(&context, sizeof(ones), ones);
	sha256_digest(&context, sizeof(value), value);
	assert_memory_equal(pcr[which], value, sizeof(value));
}

#define REPLAY(text) replay(text, sizeof(text) - 1)

static void replays(void **unused)
{
	static const uint8_t zeros[TCG_HASH_BYTES];

	(void)unused;
	assert_true(REPLAY(HEAD));
	assert_memory_equal(pcr[0], zeros, sizeof(zeros));
	assert_true(REPLAY(HEAD EVENT("\27", "\5")));
	extended(23, 0);
	assert_true(REPLAY(HEAD EVENT("\4", "\3"))); /* tells, extends not */
	assert_memory_equal(pcr[4], zeros, sizeof(zeros));
	assert_true(REPLAY(HEAD EVENT("\377", "\3")));
}

static void pcr_0_begins_with_the_locality(void **unused)
{
	(void)unused;
	assert_true(REPLAY(HEAD LOCALITY("\3") EVENT("\0", "\5")));
	extended(0, 3);
	assert_true(REPLAY(HEAD LOCALITY("\5") EVENT("\0", "\5")));
	extended(0, 0);
	assert_true(REPLAY(HEAD EVENT("\0", "\5") LOCALITY("\3")));
	extended(0, 0);
}

static void refuses_what_is_no_log(void **unused)
{
	static const char whole[] =
		HEAD EVENT("\4", "\5") LOCALITY("\3") EVENT("\0", "\5");
	char text[sizeof(whole)];
	size_t head = sizeof(HEAD) - 1, event = sizeof(EVENT("a", "b")) - 1;
	size_t locality = sizeof(LOCALITY("\3")) - 1;

	(void)unused;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		assert_int_equal(replay(whole, len),
				 len == head || len == head + event ||
					 len == head + event + locality);
	}
	assert_false(REPLAY(HEAD EVENT("\30", "\5"))); /* PCR 24 */
	memcpy(text, whole, sizeof(whole));
	text[head + 8] = 2; /* more digests than the head names */
	assert_false(replay(text, sizeof(whole) - 1));
	text[head + 8] = 0; /* none */
	assert_false(replay(text, sizeof(whole) - 1));
	text[head + 8] = 1;
	text[head + 12] = 4; /* one that it does not name */
	assert_false(replay(text, sizeof(whole) - 1));
	text[head + 12] = 11;
	text[head + 12 + 2 + 32 + 3] = 1; /* data of 16 MiB */
	assert_false(replay(text, sizeof(whole) - 1));
}

static void refuses_another_head(void **unused)
{
	static const size_t wrong[] = {0, 4, 28, 32, 60, 56, 62};
	char text[] = HEAD;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		text[wrong[i]] ^= 0x21;
		assert_false(replay(text, sizeof(text) - 1));
		text[wrong[i]] ^= 0x21;
	}
	assert_true(replay(text, sizeof(text) - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_reference),
		cmocka_unit_test(refuses_another_reference),
		cmocka_unit_test(names_facts),
		cmocka_unit_test(evidence_goes_there_and_back),
		cmocka_unit_test(refuses_other_evidence),
		cmocka_unit_test(refuses_what_is_too_much),
		cmocka_unit_test(a_key_goes_there_and_back),
		cmocka_unit_test(replays),
		cmocka_unit_test(pcr_0_begins_with_the_locality),
		cmocka_unit_test(refuses_what_is_no_log),
		cmocka_unit_test(refuses_another_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
