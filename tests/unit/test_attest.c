/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evidence of machines with real (emulated) TPMs, and each way in which it may
 * not hold: what the verifier says first.
 *
 * Links: host/libvbs/attest_verify.c host/libvbs/attest_report.c
 * Links: host/libvbs/tcg_log.c host/libvbs/attest_quote.c host/libvbs/reader.c
 * Links: host/libvbs/reference.c host/libvbs/hex.c host/vbsctl/quote.c
 * Links: svc/audit/log.c svc/audit/report.c svc/audit/cbor.c
 * Links: svc/tpm lib/bytes.c tests/unit/tpm_bed.c tests/unit/attest_bed.c
 * Links: tests/unit/tpm_tcti.c
 * Libs: -lhogweed -lnettle -lgmp -ljansson
 * Libs: -ltss2-esys -ltss2-mu -ltss2-tcti-device
 */
#include "host/libvbs/attest_verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/vtl1.h"
#include "svc/audit/report.h"
#include "tests/unit/attest_bed.h"
#include "tests/unit/tpm_tcti.h"
#include "tests/unit/unit.h"

#define FACTS (VTL1_FACT_SECURE_BOOT | VTL1_FACT_TPM | VTL1_FACT_IOMMU)

static struct machine m, n;
static struct attest_ak pinned;
static struct reference reference;
static struct attest_input input;
static struct attest found;

static enum attest_verdict verify(void)
{
	return attest_verify(&input, &found);
}

static void says(enum attest_verdict verdict)
{
	if (verify() != verdict) {
		fail_msg("\"%s\", not \"%s\"", attest_words(found.verdict),
			 attest_words(verdict));
	}
}

/* What is true of the machine that all tests begin with. */
static void expect_the_usual(void)
{
	input = (struct attest_input){
		.evidence = &m.evidence,
		.reference = &reference,
		.pinned = &pinned,
		.nonce = {1, 2, 3},
	};
	reference = (struct reference){
		.svn = 1,
		.facts = FACTS,
		.policies.count = 2,
		.images.count = 2,
	};
	memset(reference.policies.digest[1], 0x70, TCG_HASH_BYTES);
	memset(reference.images.digest[1], IMAGE_BYTE, TCG_HASH_BYTES);
}

static void attest(void)
{
	machine_attest(&m, input.nonce);
	assert_true(attest_ak_read(m.evidence.item[EVIDENCE_AK], &pinned));
}

/* A launch as it should be, and its evidence. */
static int boot(void **unused)
{
	(void)unused;
	expect_the_usual();
	machine_reset(&m, &honest, 7);
	machine_firmware(&m);
	machine_launch(&m, -1);
	attest();
	return 0;
}

/* Only the firmware's part: the test goes on. */
static int boot_firmware(void **unused)
{
	(void)unused;
	expect_the_usual();
	machine_reset(&m, &honest, 7);
	machine_firmware(&m);
	return 0;
}

/* The place of these bytes in the log. */
static uint8_t *in_log(const char *text)
{
	size_t len = strlen(text);

	for (uint32_t i = 0; i + len <= m.log_bytes; i++) {
		if (memcmp(m.log + i, text, len) == 0) {
			return m.log + i;
		}
	}
	fail_msg("not in the log: %s", text);
	return NULL;
}

static void proves_an_honest_machine(void **unused)
{
	(void)unused;
	says(ATTEST_GOOD);
	assert_int_equal(found.svn, 1);
	assert_int_equal(found.facts, FACTS);
	assert_int_equal(found.config.len_bytes, strlen("next=shim\n"));
	assert_memory_equal(found.boot_id, m.vtl1.boot_id, 16);
	assert_memory_equal(found.report.boot_id, m.vtl1.boot_id, 16);
	assert_memory_equal(found.report.chain, m.vtl1.chain_last, 32);
	assert_int_equal(found.report.events, 1);
}

static void a_tpm_has_one_key(void **unused)
{
	struct attest_ak before = pinned;

	(void)unused;
	assert_int_equal(boot(NULL), 0);
	assert_memory_equal(&before, &pinned, sizeof(before));
}

static void an_unknown_key_is_not_good(void **unused)
{
	(void)unused;
	input.pinned = NULL;
	says(ATTEST_AK_UNPINNED);
	input.nonce[0] ^= 1; /* all else is checked first */
	says(ATTEST_NONCE);
}

static void sees_a_stale_nonce(void **unused)
{
	(void)unused;
	input.nonce[31] ^= 1;
	says(ATTEST_NONCE);
}

static void sees_another_machine(void **unused)
{
	struct attest_ak known = pinned;

	(void)unused;
	machine_reset(&m, &other, 7);
	machine_firmware(&m);
	machine_launch(&m, -1);
	attest();
	says(ATTEST_GOOD);
	pinned = known;
	says(ATTEST_AK_OTHER);
	/* its quote under the known machine's key */
	n = m;
	quote_evidence(&n.quote, &n.evidence);
	assert_int_equal(boot(NULL), 0);
	m.evidence.item[EVIDENCE_QUOTE] = n.evidence.item[EVIDENCE_QUOTE];
	m.evidence.item[EVIDENCE_SIGNATURE] =
		n.evidence.item[EVIDENCE_SIGNATURE];
	says(ATTEST_SIGNATURE);
}

static void sees_an_edited_log(void **unused)
{
	uint8_t *svn = in_log("openvbs svn 1");

	(void)unused;
	svn[12] = '9';
	says(ATTEST_LAUNCH_FORM); /* digests hold, the text is not theirs */
	svn[12] = '1';
	svn[-5] ^= 1; /* in its digest */
	says(ATTEST_LOG_REPLAY);
	svn[-5] ^= 1;
	m.log[20]++;
	says(ATTEST_GOOD); /* a SHA-1 that nobody reads */
}

/* Whatever byte is another: no verdict comes of it that would be better. */
static void no_byte_of_the_log_lies(void **unused)
{
	struct attest honestly;

	(void)unused;
	reference.svn = 1;
	says(ATTEST_GOOD);
	honestly = found;
	for (uint32_t i = 0; i < m.log_bytes; i++) {
		m.log[i] ^= 0x11;
		if (verify() == ATTEST_GOOD) {
			assert_int_equal(found.svn, honestly.svn);
			assert_int_equal(found.facts, honestly.facts);
			assert_memory_equal(found.pcr, honestly.pcr,
					    sizeof(found.pcr));
			assert_memory_equal(found.key, honestly.key, 32);
		}
		m.log[i] ^= 0x11;
	}
}

static void sees_an_event_taken_out(void **unused)
{
	uint8_t *driver = in_log("a driver");
	size_t event = 4 + 4 + 4 + 2 + 20 + 2 + 32 + 4;

	(void)unused;
	memmove(driver - event, driver + 8,
		(size_t)(m.log + m.log_bytes - (driver + 8)));
	m.evidence.item[EVIDENCE_LOG].len_bytes -= event + 8;
	says(ATTEST_LOG_REPLAY);
}

static void sees_a_machine_without_openvbs(void **unused)
{
	(void)unused;
	attest();
	says(ATTEST_LAUNCH_NONE);
	machine_measure(&m, 15, EV_IPL, "machine-id: 1");
	attest();
	says(ATTEST_LAUNCH_NONE);
	/* too late to say what the loader would have said */
	machine_launch(&m, -1);
	attest();
	says(ATTEST_LAUNCH_NONE);
}

static void sees_a_loader_that_gave_up(void **unused)
{
	(void)unused;
	machine_measure(&m, 15, EV_IPL, "openvbs closed");
	attest();
	says(ATTEST_LAUNCH_ABORTED);
	machine_launch(&m, -1);
	attest();
	says(ATTEST_LAUNCH_ABORTED);
}

static void wants_the_whole_launch(void **unused)
{
	(void)unused;
	for (int i = 0; i < LAUNCH_TEXTS; i++) {
		assert_int_equal(boot_firmware(NULL), 0);
		machine_launch(&m, i);
		attest();
		says(i == LAUNCH_TEXTS - 1   ? ATTEST_LAUNCH_OPEN
		     : i == LAUNCH_TEXTS - 2 ? ATTEST_LAUNCH_ABORTED
					     : ATTEST_LAUNCH_FORM);
	}
}

static void wants_its_numbers_to_be_some(void **unused)
{
	static const char *const bad[] = {
		"openvbs svn ",	   "openvbs svn -1",	     "openvbs svn 1 ",
		"openvbs svn 0x1", "openvbs svn 4294967296", "openvbs svn",
	};
	char text[LAUNCH_TEXT];

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		assert_int_equal(boot_firmware(NULL), 0);
		machine_text(&m, 0, text);
		machine_measure(&m, 15, EV_IPL, text);
		machine_measure(&m, 15, EV_IPL, bad[i]);
		attest();
		says(ATTEST_LAUNCH_FORM);
	}
}

static void linux_may_extend_if_it_says_so(void **unused)
{
	static const uint8_t digest[32] = {9};

	(void)unused;
	machine_measure(&m, 15, EV_IPL, "machine-id: 1");
	attest();
	says(ATTEST_GOOD);
	machine_measure(&m, 15, EV_IPL, "openvbs svn 9");
	attest();
	says(ATTEST_LAUNCH_AGAIN);
	assert_int_equal(boot(NULL), 0);
	tpm_command_pcr_extend(&command, 15, digest);
	bed_plain_done(&honest);
	attest();
	says(ATTEST_LOG_REPLAY);
}

static void sees_another_boots_report(void **unused)
{
	uint8_t first[ATTEST_REPORT_BYTES_MAX];
	uint32_t bytes = report_write(&m.vtl1, input.nonce, first);

	(void)unused;
	machine_reset(&m, &honest, 8);
	machine_firmware(&m);
	machine_launch(&m, -1);
	attest();
	says(ATTEST_GOOD);
	m.evidence.item[EVIDENCE_REPORT] = (struct bytes_view){first, bytes};
	says(ATTEST_QUOTE_OTHER);
	machine_quote(&m, first, bytes);
	says(ATTEST_REPORT_KEY);
}

static void sees_a_report_of_another_boot_id(void **unused)
{
	(void)unused;
	m.vtl1.boot_id[0] ^= 1;
	attest();
	says(ATTEST_BOOT);
}

static void sees_what_is_no_report(void **unused)
{
	static const char text[] = "everything is fine";

	(void)unused;
	machine_quote(&m, text, sizeof(text));
	says(ATTEST_REPORT_FORM);
	attest();
	m.report[30] ^= 1;
	machine_quote(&m, m.report, m.evidence.item[0].len_bytes);
	says(ATTEST_REPORT_KEY);
}

static void sees_another_image(void **unused)
{
	(void)unused;
	reference.images.digest[1][0] ^= 1;
	says(ATTEST_IMAGE_OTHER);
	reference.images.digest[1][0] ^= 1;
	says(ATTEST_GOOD);
}

/* The event's type is not measured: nothing is believed of it. */
static void sees_what_runs_before(void **unused)
{
	static const uint32_t types[] = {EV_EFI_APPLICATION, EV_EFI_ACTION,
					 EV_SEPARATOR, EV_ACTION};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
		expect_the_usual();
		machine_reset(&m, &honest, 7);
		machine_start(&m, 0xee, types[i]);
		machine_firmware(&m);
		machine_launch(&m, -1);
		attest();
		says(ATTEST_IMAGE_BEFORE);
	}
	/* Loaded, back without a launch, and then Linux says the rest. */
	machine_reset(&m, &honest, 7);
	machine_firmware(&m);
	machine_measure(&m, 4, EV_EFI_ACTION,
			"Returning from EFI Application from Boot Option");
	machine_start(&m, 0xee, EV_EFI_APPLICATION);
	machine_launch(&m, -1);
	attest();
	says(ATTEST_IMAGE_ENDED);
	machine_reset(&m, &honest, 7);
	machine_measure(&m, 4, EV_EFI_ACTION, CALLING_APPLICATION);
	for (int i = 0; i < LAUNCH_TEXTS; i++) {
		char text[LAUNCH_TEXT];

		machine_text(&m, i, text);
		machine_measure(&m, 15, EV_IPL, text);
	}
	attest();
	says(ATTEST_IMAGE_NONE);
}

static void compares_with_the_reference(void **unused)
{
	(void)unused;
	reference.svn = 2;
	says(ATTEST_SVN);
	reference.svn = 1;
	reference.policies.count = 1;
	says(ATTEST_POLICY);
	reference.policies.count = 2;
	reference.facts |= VTL1_FACT_TEST_BUILD;
	says(ATTEST_FACTS);
	reference.facts = FACTS;
	says(ATTEST_GOOD);
	reference.pinned = 1u << 7;
	says(ATTEST_FIRMWARE);
	memcpy(reference.pcr[7], found.pcr[7], TCG_HASH_BYTES);
	says(ATTEST_GOOD);
}

static void sees_a_test_build(void **unused)
{
	char text[LAUNCH_TEXT];

	(void)unused;
	for (int i = 0; i < LAUNCH_TEXTS; i++) {
		machine_text(&m, i, text);
		machine_measure(&m, 15, EV_IPL,
				i == 2 ? "openvbs facts 15" : text);
	}
	attest();
	says(ATTEST_TEST_BUILD);
	reference.facts |= VTL1_FACT_TEST_BUILD;
	says(ATTEST_GOOD);
}

/* Whatever the loader has been told. */
static void wants_firmware_to_vouch_for_secure_boot(void **unused)
{
	(void)unused;
	machine_reset(&m, &honest, 7);
	machine_measure(&m, 7, EV_EFI_ACTION, "UEFI Debug Mode");
	machine_firmware(&m);
	machine_launch(&m, -1);
	attest();
	says(ATTEST_SECURE_BOOT);
	assert_int_not_equal(found.facts & VTL1_FACT_SECURE_BOOT, 0);
	reference.facts = VTL1_FACT_TPM;
	says(ATTEST_GOOD);
}

/* Each part shorter by any number of bytes, and by one longer. */
static void sees_truncation(void **unused)
{
	(void)unused;
	for (int i = 0; i < EVIDENCE_NEEDED; i++) {
		struct bytes_view whole = m.evidence.item[i];

		for (size_t len = 0; len <= whole.len_bytes + 1; len++) {
			uint8_t *copy = calloc(1, len + 1);
			bool good = len == whole.len_bytes;

			memcpy(copy, whole.bytes,
			       len > whole.len_bytes ? whole.len_bytes : len);
			copy = realloc(copy, len != 0 ? len : 1);
			m.evidence.item[i] = (struct bytes_view){copy, len};
			assert_int_equal(verify() == ATTEST_GOOD, good);
			free(copy);
		}
		m.evidence.item[i] = whole;
	}
}

static void sees_a_changed_quote(void **unused)
{
	static const enum evidence_item item[] = {EVIDENCE_QUOTE,
						  EVIDENCE_SIGNATURE,
						  EVIDENCE_AK, EVIDENCE_REPORT};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(item); i++) {
		struct bytes_view view = m.evidence.item[item[i]];
		uint8_t *bytes = (uint8_t *)(uintptr_t)view.bytes;

		for (size_t at = 0; at < view.len_bytes; at++) {
			bytes[at] ^= 1;
			assert_int_not_equal(verify(), ATTEST_GOOD);
			bytes[at] ^= 1;
		}
	}
	says(ATTEST_GOOD);
}

/* --- somebody who has no TPM ---------------------------------------------------- */

static void only_a_pinned_key_is_a_tpms(void **unused)
{
	(void)unused;
	machine_forge(&m);
	says(ATTEST_AK_OTHER);
	input.pinned = NULL;
	says(ATTEST_AK_UNPINNED);
}

/* Which a TPM's restricted key would not have signed. */
static void reads_only_quotes(void **unused)
{
	uint8_t *quote = m.quote.quote;

	(void)unused;
	input.pinned = NULL;
	quote[0] ^= 1;
	machine_forge(&m);
	says(ATTEST_QUOTE_FORM);
	quote[0] ^= 1;
	quote[5] ^= 1;
	machine_forge(&m);
	says(ATTEST_QUOTE_FORM);
	quote[5] ^= 1;
	quote[m.quote.quote_bytes - 34 - 3] ^= 2; /* PCR 1 too */
	machine_forge(&m);
	says(ATTEST_QUOTE_PCRS);
	quote[m.quote.quote_bytes - 34 - 3] ^= 2;
	for (size_t len = 0; len < m.quote.quote_bytes; len++) {
		size_t whole = m.quote.quote_bytes;

		m.quote.quote_bytes = len;
		m.evidence.item[EVIDENCE_QUOTE].len_bytes = len;
		machine_forge(&m);
		says(ATTEST_QUOTE_FORM);
		m.quote.quote_bytes = whole;
	}
}

/* Read in pieces, and nothing depends on it. */
static void brings_the_makers_certificate(void **unused)
{
	uint8_t certificate[1100];
	struct bytes_view *item = &m.evidence.item[EVIDENCE_EK_CERTIFICATE];

	(void)unused;
	assert_int_equal(item->len_bytes, 0);
	for (size_t i = 0; i < sizeof(certificate); i++) {
		certificate[i] = (uint8_t)(i * 7);
	}
	assert_true(tpm_tcti_certify(machine_tcti(&m), certificate,
				     sizeof(certificate)));
	attest();
	says(ATTEST_GOOD);
	assert_int_equal(item->len_bytes, sizeof(certificate));
	assert_memory_equal(item->bytes, certificate, sizeof(certificate));
	assert_true(tpm_tcti_uncertify(machine_tcti(&m)));
}

#define BOOTED(name)   cmocka_unit_test_setup(name, boot)
#define FIRMWARE(name) cmocka_unit_test_setup(name, boot_firmware)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOOTED(proves_an_honest_machine),
		BOOTED(a_tpm_has_one_key),
		BOOTED(an_unknown_key_is_not_good),
		BOOTED(sees_a_stale_nonce),
		BOOTED(sees_another_machine),
		BOOTED(sees_an_edited_log),
		BOOTED(no_byte_of_the_log_lies),
		BOOTED(sees_an_event_taken_out),
		FIRMWARE(sees_a_machine_without_openvbs),
		FIRMWARE(sees_a_loader_that_gave_up),
		FIRMWARE(wants_the_whole_launch),
		FIRMWARE(wants_its_numbers_to_be_some),
		BOOTED(linux_may_extend_if_it_says_so),
		BOOTED(sees_another_boots_report),
		BOOTED(sees_a_report_of_another_boot_id),
		BOOTED(sees_what_is_no_report),
		BOOTED(sees_another_image),
		FIRMWARE(sees_what_runs_before),
		BOOTED(compares_with_the_reference),
		FIRMWARE(sees_a_test_build),
		FIRMWARE(wants_firmware_to_vouch_for_secure_boot),
		BOOTED(sees_truncation),
		BOOTED(sees_a_changed_quote),
		BOOTED(only_a_pinned_key_is_a_tpms),
		BOOTED(reads_only_quotes),
		BOOTED(brings_the_makers_certificate),
	};

	if (!tpm_bed_is_possible()) {
		printf("no swtpm: nothing tested\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, bed_start_all, bed_stop_all);
}
