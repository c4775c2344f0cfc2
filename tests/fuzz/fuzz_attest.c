/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verifier reads from a machine that it does not trust: whatever the
 * bytes are, nothing outside of them is read, and none of it is proved, as
 * nobody here knows the pinned key.
 *
 * Input: lengths of four parts, 16 bits each, then report, quote, signature,
 * key; the rest is the event log.
 *
 * Links: host/libvbs/attest_verify.c host/libvbs/attest_report.c
 * Links: host/libvbs/tcg_log.c host/libvbs/attest_quote.c host/libvbs/reader.c
 * Links: host/libvbs/reference.c host/libvbs/hex.c
 * Libs: -lhogweed -lnettle -lgmp -ljansson
 */
#include <nettle/sha2.h>
#include <string.h>

#include "host/libvbs/attest_verify.h"
#include "tests/fuzz/fuzz.h"

/* Each reader by itself too: signatures stand in front of most of them. */
static void read_parts(const struct evidence *evidence)
{
	static const uint8_t key[AUDIT_KEY_BYTES];
	uint8_t pcr[TCG_PCRS][TCG_HASH_BYTES];
	struct attest_report report;
	struct attest_quote quote;
	struct tcg_event event;
	struct tcg_log log;
	uint64_t events = 0;

	if (attest_report_read(evidence->item[EVIDENCE_REPORT], &report)) {
		FUZZ_CHECK(!attest_report_signed(&report, key));
	}
	(void)attest_quote_read(evidence->item[EVIDENCE_QUOTE], &quote);
	(void)tcg_log_replay(evidence->item[EVIDENCE_LOG], pcr);
	if (tcg_log_open(evidence->item[EVIDENCE_LOG], &log)) {
		while (tcg_log_next(&log, &event)) {
			FUZZ_CHECK(event.pcr < TCG_PCRS);
			events++;
		}
		FUZZ_CHECK(events <=
			   evidence->item[EVIDENCE_LOG].len_bytes / 46);
	}
}

/* As if a TPM had quoted just this log. */
static void read_log(struct bytes_view bytes, const struct reference *reference)
{
	uint8_t pcr[TCG_PCRS][TCG_HASH_BYTES];
	struct attest_quote quote = {.pcrs = ATTEST_PCRS};
	struct sha256_ctx context;
	struct attest attest = {0};

	if (!tcg_log_replay(bytes, pcr)) {
		return;
	}
	sha256_init(&context);
	for (uint32_t i = 0; i < TCG_PCRS; i++) {
		if ((ATTEST_PCRS >> i & 1) != 0) {
			sha256_update(&context, TCG_HASH_BYTES, pcr[i]);
		}
	}
	sha256_digest(&context, sizeof(quote.pcr_digest), quote.pcr_digest);
	FUZZ_CHECK(attest_verify_log(bytes, &quote, reference, &attest) !=
		   ATTEST_LOG_REPLAY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	static const struct reference reference = {.images = {.count = 1}};
	static const struct attest_ak pinned = {.x = {1}};
	struct reader reader = {.at = data, .left = len_bytes};
	struct evidence evidence = {0};
	const struct attest_input input = {
		.evidence = &evidence,
		.reference = &reference,
		.pinned = &pinned,
	};
	size_t part[EVIDENCE_LOG];
	struct attest attest;

	for (size_t i = 0; i < EVIDENCE_LOG; i++) {
		part[i] = (size_t)reader_little(&reader, 2);
	}
	for (size_t i = 0; i < EVIDENCE_LOG; i++) {
		evidence.item[i] = reader_bytes(&reader, part[i]);
	}
	evidence.item[EVIDENCE_LOG] = reader_bytes(&reader, reader.left);
	if (reader.bad) {
		return -1;
	}
	read_parts(&evidence);
	read_log(evidence.item[EVIDENCE_LOG], &reference);
	FUZZ_CHECK(attest_verify(&input, &attest) != ATTEST_GOOD);
	return 0;
}
