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
	FUZZ_CHECK(attest_verify(&input, &attest) != ATTEST_GOOD);
	return 0;
}
