/* SPDX-License-Identifier: MIT */
/*
 * The TPM's event log as firmware keeps it and Linux shows it
 * (binary_bios_measurements): TCG PC Client Platform Firmware Profile, 10.
 * Only the crypto-agile form, only its SHA-256 digests. The bytes come from
 * anybody; what makes them true is that a replay gives the PCRs of a quote.
 * That binds digests alone: an event's type is nobody's word, and its data
 * only where somebody has hashed them (tcg_event_says()).
 */
#ifndef OPENVBS_HOST_LIBVBS_TCG_LOG_H
#define OPENVBS_HOST_LIBVBS_TCG_LOG_H

#include "host/libvbs/reader.h"

#define TCG_HASH_BYTES	32u
#define TCG_PCRS	24u
#define TCG_DIGESTS_MAX 8u

struct tcg_event {
	uint32_t pcr; /* below TCG_PCRS */
	uint32_t type;
	uint8_t digest[TCG_HASH_BYTES];
	struct bytes_view data;
};

struct tcg_log {
	struct reader events; /* `bad`: what follows is no event */
	uint32_t digest_count;
	struct {
		uint16_t algorithm;
		uint16_t len_bytes;
	} digest[TCG_DIGESTS_MAX];
};

/* Reads the head. False: not such a log, or one without SHA-256. */
bool tcg_log_open(struct bytes_view bytes, struct tcg_log *log);

/*
 * The next event that a PCR was extended with. False: there is none, and
 * reader_end(&log->events) says whether the log ends there.
 */
bool tcg_log_next(struct tcg_log *log, struct tcg_event *event);

/* Whether what was measured is exactly this text. */
bool tcg_event_says(const struct tcg_event *event, const void *text,
		    size_t len_bytes);

/* What the PCRs are behind all events. False: the log is malformed. */
bool tcg_log_replay(struct bytes_view bytes,
		    uint8_t pcr[TCG_PCRS][TCG_HASH_BYTES]);

#endif
