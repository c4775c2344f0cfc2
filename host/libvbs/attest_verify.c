/* SPDX-License-Identifier: MIT */
/*
 * The chain of host/libvbs/attest_verify.h, link by link. Every function
 * answers ATTEST_GOOD or the first thing that is wrong.
 */
#include "host/libvbs/attest_verify.h"

#include <nettle/sha2.h>
#include <string.h>

#include "abi/measure.h"
#include "abi/vtl1.h"
#include "host/libvbs/hex.h"

#define PCR_PROGRAMS	4u
#define PCR_SECURE_BOOT 7u
#define DECIMAL_DIGITS	10u
#define HEX_MOST	(2 * TCG_HASH_BYTES)

/* The event's text behind "openvbs NAME ", and where it goes. */
enum launch_event {
	LAUNCH_CONFIG,
	LAUNCH_SVN,
	LAUNCH_FACTS,
	LAUNCH_POLICY,
	LAUNCH_BOOT,
	LAUNCH_KEY,
	LAUNCH_CLOSED,
	LAUNCH_EVENTS,
};

static const char *const launch_name[LAUNCH_EVENTS] = {
	[LAUNCH_CONFIG] = MEASURE_PREFIX "config ",
	[LAUNCH_SVN] = MEASURE_PREFIX "svn ",
	[LAUNCH_FACTS] = MEASURE_PREFIX "facts ",
	[LAUNCH_POLICY] = MEASURE_PREFIX "policy ",
	[LAUNCH_BOOT] = MEASURE_PREFIX "boot ",
	[LAUNCH_KEY] = MEASURE_PREFIX "key ",
	[LAUNCH_CLOSED] = MEASURE_CLOSED,
};

static void hash(struct bytes_view view, uint8_t to[TCG_HASH_BYTES])
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, view.len_bytes, view.bytes);
	sha256_digest(&context, TCG_HASH_BYTES, to);
}

/* --- key and quote ----------------------------------------------------------- */

static enum attest_verdict check_key(const struct attest_input *input,
				     struct attest *attest)
{
	if (!attest_ak_read(input->evidence->item[EVIDENCE_AK], &attest->ak)) {
		return ATTEST_AK_FORM;
	}
	if (input->pinned != NULL &&
	    memcmp(input->pinned, &attest->ak, sizeof(attest->ak)) != 0) {
		return ATTEST_AK_OTHER;
	}
	return ATTEST_GOOD;
}

static enum attest_verdict check_quote(const struct evidence *evidence,
				       const struct attest_ak *ak,
				       struct attest_quote *quote)
{
	uint8_t digest[TCG_HASH_BYTES];

	if (!attest_quote_signed(evidence->item[EVIDENCE_QUOTE],
				 evidence->item[EVIDENCE_SIGNATURE], ak)) {
		return ATTEST_SIGNATURE;
	}
	if (!attest_quote_read(evidence->item[EVIDENCE_QUOTE], quote)) {
		return ATTEST_QUOTE_FORM;
	}
	if (quote->pcrs != ATTEST_PCRS) {
		return ATTEST_QUOTE_PCRS;
	}
	hash(evidence->item[EVIDENCE_REPORT], digest);
	if (quote->extra.len_bytes != sizeof(digest) ||
	    memcmp(quote->extra.bytes, digest, sizeof(digest)) != 0) {
		return ATTEST_QUOTE_OTHER;
	}
	return ATTEST_GOOD;
}

/* --- event log ----------------------------------------------------------------- */

/* Part 1, 17.5: a quote's digest is over the selected PCRs, lowest first. */
static enum attest_verdict check_log(struct bytes_view bytes,
				     const struct attest_quote *quote,
				     struct attest *attest)
{
	uint8_t digest[TCG_HASH_BYTES];
	struct sha256_ctx context;

	if (!tcg_log_replay(bytes, attest->pcr)) {
		return ATTEST_LOG_FORM;
	}
	sha256_init(&context);
	for (uint32_t pcr = 0; pcr < TCG_PCRS; pcr++) {
		if ((quote->pcrs >> pcr & 1) != 0) {
			sha256_update(&context, TCG_HASH_BYTES,
				      attest->pcr[pcr]);
		} else { /* nobody vouches for it */
			memset(attest->pcr[pcr], 0, TCG_HASH_BYTES);
		}
	}
	sha256_digest(&context, sizeof(digest), digest);
	return memcmp(digest, quote->pcr_digest, sizeof(digest)) == 0
		       ? ATTEST_GOOD
		       : ATTEST_LOG_REPLAY;
}

static bool next_of(struct tcg_log *log, uint32_t pcr, struct tcg_event *event)
{
	while (tcg_log_next(log, event)) {
		if (event->pcr == pcr) {
			return true;
		}
	}
	return false;
}

/*
 * The types of events are not measured, so a program could be passed off as
 * anything. What may stand before ours is known by its digest: what firmware
 * measures on its way to the first boot option.
 */
static bool is_firmwares(const struct tcg_event *event)
{
	static const char calling[] =
		"Calling EFI Application from Boot Option";
	static const uint8_t separator[] = {0, 0, 0, 0};

	return tcg_event_says(event, calling, sizeof(calling) - 1) ||
	       tcg_event_says(event, separator, sizeof(separator));
}

/* What is measured was loaded; started and running it is until it comes back. */
static bool is_return(const struct tcg_event *event)
{
	static const char returning[] =
		"Returning from EFI Application from Boot Option";

	return tcg_event_says(event, returning, sizeof(returning) - 1);
}

static enum attest_verdict check_image(struct bytes_view bytes,
				       const struct reference *reference,
				       struct attest *attest)
{
	bool others = false;
	struct tcg_event event;
	struct tcg_log log;

	if (!tcg_log_open(bytes, &log)) {
		return ATTEST_LOG_FORM;
	}
	while (next_of(&log, PCR_PROGRAMS, &event)) {
		if (!reference_has(&reference->images, event.digest)) {
			others = others || !is_firmwares(&event);
			continue;
		}
		memcpy(attest->image, event.digest, sizeof(attest->image));
		if (others) {
			return ATTEST_IMAGE_BEFORE;
		}
		return next_of(&log, PCR_PROGRAMS, &event) && is_return(&event)
			       ? ATTEST_IMAGE_ENDED
			       : ATTEST_GOOD;
	}
	return others ? ATTEST_IMAGE_OTHER : ATTEST_IMAGE_NONE;
}

/*
 * The loader says so too, but asks a variable that a driver of the firmware's
 * could make up: with Secure Boot off, whoever boots one in front of us. The
 * firmware measures it before all else in this PCR (PC Client Platform Firmware
 * Profile, 3.3.4.8): a UEFI_VARIABLE_DATA.
 */
static bool is_secure_boot(struct bytes_view bytes)
{
	static const uint8_t on[] = {
		/* EFI_GLOBAL_VARIABLE */
		0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d,
		0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c,
		/* 10 characters of name, 1 byte of data */
		10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		/* name and data */
		'S', 0, 'e', 0, 'c', 0, 'u', 0, 'r', 0, 'e', 0, 'B', 0, 'o', 0,
		'o', 0, 't', 0, 1};
	struct tcg_event event;
	struct tcg_log log;

	return tcg_log_open(bytes, &log) &&
	       next_of(&log, PCR_SECURE_BOOT, &event) &&
	       tcg_event_says(&event, on, sizeof(on));
}

/* --- launch: abi/measure.h ----------------------------------------------------- */

static bool take_hex(struct bytes_view text, uint8_t *to, size_t len_bytes)
{
	char digits[HEX_MOST + 1] = {0};

	if (text.len_bytes != 2 * len_bytes || text.len_bytes > HEX_MOST) {
		return false;
	}
	memcpy(digits, text.bytes, text.len_bytes);
	return hex_read(digits, to, len_bytes);
}

static bool take_number(struct bytes_view text, uint32_t *to)
{
	uint64_t value = 0;

	if (text.len_bytes == 0 || text.len_bytes > DECIMAL_DIGITS) {
		return false;
	}
	for (size_t i = 0; i < text.len_bytes; i++) {
		unsigned digit = (unsigned)text.bytes[i] - '0';

		if (digit > 9) {
			return false;
		}
		value = value * 10 + digit;
	}
	*to = (uint32_t)value;
	return value <= UINT32_MAX;
}

static bool take(enum launch_event which, struct bytes_view text,
		 struct attest *attest)
{
	switch (which) {
	case LAUNCH_CONFIG:
		attest->config = text;
		return true;
	case LAUNCH_SVN:
		return take_number(text, &attest->svn);
	case LAUNCH_FACTS:
		return take_number(text, &attest->facts);
	case LAUNCH_POLICY:
		return take_hex(text, attest->policy, sizeof(attest->policy));
	case LAUNCH_BOOT:
		return take_hex(text, attest->boot_id, sizeof(attest->boot_id));
	case LAUNCH_KEY:
		return take_hex(text, attest->key, sizeof(attest->key));
	default:
		return text.len_bytes == 0;
	}
}

/* Whether this event is the one, by what was measured. */
static bool is_launch(const struct tcg_event *event, enum launch_event which,
		      struct attest *attest)
{
	size_t len = strlen(launch_name[which]);
	struct bytes_view text = event->data;

	if (text.len_bytes < len ||
	    memcmp(text.bytes, launch_name[which], len) != 0 ||
	    !tcg_event_says(event, text.bytes, text.len_bytes)) {
		return false;
	}
	text.bytes += len;
	text.len_bytes -= len;
	return take(which, text, attest);
}

static bool speaks_as_us(const struct tcg_event *event)
{
	const size_t len = sizeof(MEASURE_PREFIX) - 1;

	return event->data.len_bytes >= len &&
	       memcmp(event->data.bytes, MEASURE_PREFIX, len) == 0;
}

/* Why this event is not the one that should be here. */
static enum attest_verdict not_launch(const struct tcg_event *event,
				      enum launch_event which)
{
	if (tcg_event_says(event, MEASURE_CLOSED, sizeof(MEASURE_CLOSED) - 1)) {
		return ATTEST_LAUNCH_ABORTED;
	}
	return which == LAUNCH_CONFIG && !speaks_as_us(event)
		       ? ATTEST_LAUNCH_NONE
		       : ATTEST_LAUNCH_FORM;
}

static enum attest_verdict check_launch(struct bytes_view bytes,
					struct attest *attest)
{
	struct tcg_event event;
	struct tcg_log log;

	if (!tcg_log_open(bytes, &log)) {
		return ATTEST_LOG_FORM;
	}
	for (enum launch_event i = 0; i < LAUNCH_EVENTS; i++) {
		if (!next_of(&log, MEASURE_PCR, &event)) {
			return i == 0 ? ATTEST_LAUNCH_NONE : ATTEST_LAUNCH_OPEN;
		}
		if (!is_launch(&event, i, attest)) {
			return not_launch(&event, i);
		}
	}
	/* A courtesy: what is here can do no harm any more. */
	while (next_of(&log, MEASURE_PCR, &event)) {
		if (speaks_as_us(&event)) {
			return ATTEST_LAUNCH_AGAIN;
		}
	}
	return ATTEST_GOOD;
}

/* --- report and reference -------------------------------------------------------- */

static enum attest_verdict check_report(const struct attest_input *input,
					struct attest *attest)
{
	struct attest_report *report = &attest->report;

	if (!attest_report_read(input->evidence->item[EVIDENCE_REPORT],
				report)) {
		return ATTEST_REPORT_FORM;
	}
	if (!attest_report_signed(report, attest->key)) {
		return ATTEST_REPORT_KEY;
	}
	if (memcmp(report->nonce, input->nonce, sizeof(report->nonce)) != 0) {
		return ATTEST_NONCE;
	}
	if (memcmp(report->boot_id, attest->boot_id, sizeof(report->boot_id)) !=
	    0) {
		return ATTEST_BOOT;
	}
	return ATTEST_GOOD;
}

static enum attest_verdict check_values(struct bytes_view log,
					const struct reference *reference,
					const struct attest *attest)
{
	if (attest->svn < reference->svn) {
		return ATTEST_SVN;
	}
	if (!reference_has(&reference->policies, attest->policy)) {
		return ATTEST_POLICY;
	}
	if ((attest->facts & ~reference->facts & VTL1_FACT_TEST_BUILD) != 0) {
		return ATTEST_TEST_BUILD;
	}
	if ((reference->facts & ~attest->facts) != 0) {
		return ATTEST_FACTS;
	}
	if ((reference->facts & VTL1_FACT_SECURE_BOOT) != 0 &&
	    !is_secure_boot(log)) {
		return ATTEST_SECURE_BOOT;
	}
	for (uint32_t pcr = 0; pcr < TCG_PCRS; pcr++) {
		if ((reference->pinned >> pcr & 1) != 0 &&
		    memcmp(reference->pcr[pcr], attest->pcr[pcr],
			   TCG_HASH_BYTES) != 0) {
			return ATTEST_FIRMWARE;
		}
	}
	return ATTEST_GOOD;
}

enum attest_verdict attest_verify_log(struct bytes_view log,
				      const struct attest_quote *quote,
				      const struct reference *reference,
				      struct attest *attest)
{
	enum attest_verdict verdict = check_log(log, quote, attest);

	if (verdict == ATTEST_GOOD) {
		verdict = check_launch(log, attest);
	}
	if (verdict == ATTEST_GOOD) {
		verdict = check_image(log, reference, attest);
	}
	if (verdict == ATTEST_GOOD) {
		verdict = check_values(log, reference, attest);
	}
	return verdict;
}

static enum attest_verdict check(const struct attest_input *input,
				 struct attest *attest)
{
	enum attest_verdict verdict = check_key(input, attest);
	struct attest_quote quote;

	if (verdict == ATTEST_GOOD) {
		verdict = check_quote(input->evidence, &attest->ak, &quote);
	}
	if (verdict == ATTEST_GOOD) {
		verdict = attest_verify_log(input->evidence->item[EVIDENCE_LOG],
					    &quote, input->reference, attest);
	}
	if (verdict == ATTEST_GOOD) {
		verdict = check_report(input, attest);
	}
	if (verdict == ATTEST_GOOD && input->pinned == NULL) {
		verdict = ATTEST_AK_UNPINNED;
	}
	return verdict;
}

enum attest_verdict attest_verify(const struct attest_input *input,
				  struct attest *attest)
{
	memset(attest, 0, sizeof(*attest));
	attest->verdict = check(input, attest);
	return attest->verdict;
}

const char *attest_words(enum attest_verdict verdict)
{
	static const char *const words[ATTEST_VERDICT_COUNT] = {
#define ATTEST_TEXT(name, text) [ATTEST_##name] = text,
		ATTEST_LIST(ATTEST_TEXT)
#undef ATTEST_TEXT
	};

	return words[verdict];
}
