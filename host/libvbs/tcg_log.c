/* SPDX-License-Identifier: MIT */
/* Reader of host/libvbs/tcg_log.h. Sections are those of the profile. */
#include "host/libvbs/tcg_log.h"

#include <nettle/sha2.h>
#include <string.h>

#define EV_NO_ACTION  3u /* 10.4.1: tells, extends nothing */
#define ALG_SHA256    0x000bu
#define DIGEST_MOST   64u
#define SHA1_BYTES    20u
#define SPEC_ID	      "Spec ID Event03" /* 10.4.5.1, with its zero */
#define SPEC_NUMBERS  8u /* class, version, errata, size of a word */
#define LOCALITY      "StartupLocality" /* 10.4.5.3, with its zero */
#define LOCALITY_MOST 4u

static bool has_sha256(const struct tcg_log *log)
{
	bool found = false;

	for (uint32_t i = 0; i < log->digest_count; i++) {
		if (log->digest[i].len_bytes == 0 ||
		    log->digest[i].len_bytes > DIGEST_MOST) {
			return false;
		}
		if (log->digest[i].algorithm == ALG_SHA256) {
			if (found ||
			    log->digest[i].len_bytes != TCG_HASH_BYTES) {
				return false;
			}
			found = true;
		}
	}
	return found;
}

/* Which digests each event has. */
static bool read_spec(struct bytes_view bytes, struct tcg_log *log)
{
	struct reader spec = reader_of(bytes);

	reader_expect(&spec, SPEC_ID, sizeof(SPEC_ID));
	(void)reader_bytes(&spec, SPEC_NUMBERS);
	log->digest_count = (uint32_t)reader_little(&spec, 4);
	if (log->digest_count > TCG_DIGESTS_MAX) {
		return false;
	}
	for (uint32_t i = 0; i < log->digest_count; i++) {
		log->digest[i].algorithm = (uint16_t)reader_little(&spec, 2);
		log->digest[i].len_bytes = (uint16_t)reader_little(&spec, 2);
	}
	(void)reader_bytes(&spec, (size_t)reader_little(&spec, 1));
	return reader_end(&spec) && has_sha256(log);
}

bool tcg_log_open(struct bytes_view bytes, struct tcg_log *log)
{
	struct bytes_view spec;

	*log = (struct tcg_log){.events = reader_of(bytes)};
	if (reader_little(&log->events, 4) != 0 || /* PCR */
	    reader_little(&log->events, 4) != EV_NO_ACTION) {
		return false;
	}
	(void)reader_bytes(&log->events, SHA1_BYTES);
	spec = reader_bytes(&log->events,
			    (size_t)reader_little(&log->events, 4));
	return !log->events.bad && read_spec(spec, log);
}

/* How long this algorithm's digests are; 0: the head does not name it. */
static size_t digest_bytes(const struct tcg_log *log, uint64_t algorithm)
{
	for (uint32_t i = 0; i < log->digest_count; i++) {
		if (log->digest[i].algorithm == algorithm) {
			return log->digest[i].len_bytes;
		}
	}
	return 0;
}

static void read_digests(struct tcg_log *log, struct tcg_event *event)
{
	uint64_t count = reader_little(&log->events, 4);
	bool found = false;

	if (count > log->digest_count) {
		log->events.bad = true;
	}
	for (uint64_t i = 0; i < count && !log->events.bad; i++) {
		uint64_t algorithm = reader_little(&log->events, 2);
		size_t len_bytes = digest_bytes(log, algorithm);
		struct bytes_view digest =
			reader_bytes(&log->events, len_bytes);

		if (len_bytes == 0 || (found && algorithm == ALG_SHA256)) {
			log->events.bad = true;
		} else if (algorithm == ALG_SHA256 && !log->events.bad) {
			memcpy(event->digest, digest.bytes, TCG_HASH_BYTES);
			found = true;
		}
	}
	if (!found) {
		log->events.bad = true;
	}
}

/* 10.2.2: TCG_PCR_EVENT2. */
static bool read_event(struct tcg_log *log, struct tcg_event *event)
{
	*event = (struct tcg_event){0};
	event->pcr = (uint32_t)reader_little(&log->events, 4);
	event->type = (uint32_t)reader_little(&log->events, 4);
	read_digests(log, event);
	event->data = reader_bytes(&log->events,
				   (size_t)reader_little(&log->events, 4));
	if (event->pcr >= TCG_PCRS && event->type != EV_NO_ACTION) {
		log->events.bad = true;
	}
	return !log->events.bad;
}

bool tcg_log_next(struct tcg_log *log, struct tcg_event *event)
{
	while (!log->events.bad && log->events.left != 0) {
		if (read_event(log, event) && event->type != EV_NO_ACTION) {
			return true;
		}
	}
	return false;
}

bool tcg_event_says(const struct tcg_event *event, const void *text,
		    size_t len_bytes)
{
	uint8_t digest[TCG_HASH_BYTES];
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, len_bytes, text);
	sha256_digest(&context, sizeof(digest), digest);
	return memcmp(digest, event->digest, sizeof(digest)) == 0;
}

static void extend(uint8_t pcr[TCG_HASH_BYTES],
		   const uint8_t digest[TCG_HASH_BYTES])
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, TCG_HASH_BYTES, pcr);
	sha256_update(&context, TCG_HASH_BYTES, digest);
	sha256_digest(&context, TCG_HASH_BYTES, pcr);
}

/*
 * PCR 0 begins with the locality that started the TPM, which the log tells.
 * Whoever lies about it gets another replay.
 */
static void start(const struct tcg_event *event, uint8_t pcr0[TCG_HASH_BYTES])
{
	struct reader data = reader_of(event->data);
	uint64_t locality;

	reader_expect(&data, LOCALITY, sizeof(LOCALITY));
	locality = reader_little(&data, 1);
	if (reader_end(&data) && locality <= LOCALITY_MOST) {
		pcr0[TCG_HASH_BYTES - 1] = (uint8_t)locality;
	}
}

bool tcg_log_replay(struct bytes_view bytes,
		    uint8_t pcr[TCG_PCRS][TCG_HASH_BYTES])
{
	bool started = false; /* PCR 0 has been extended */
	struct tcg_event event;
	struct tcg_log log;

	memset(pcr, 0, TCG_PCRS * sizeof(pcr[0]));
	if (!tcg_log_open(bytes, &log)) {
		return false;
	}
	while (log.events.left != 0 && read_event(&log, &event)) {
		if (event.type != EV_NO_ACTION) {
			extend(pcr[event.pcr], event.digest);
			started = started || event.pcr == 0;
		} else if (!started && event.pcr == 0) {
			start(&event, pcr[0]);
		}
	}
	return reader_end(&log.events);
}
