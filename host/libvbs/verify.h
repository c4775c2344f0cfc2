/* SPDX-License-Identifier: MIT */
/*
 * What a stored event log proves. verify_log() takes any bytes, checks them
 * against a key, and optionally against a head that VTL1 has just signed.
 *
 * Offline a log proves order and integrity of its records up to its last
 * head: nobody but the audit service of that boot has made them. A log that
 * was cut behind an earlier head proves as much of what is left, and nothing
 * in it shows the cut. Only a live head, with a nonce that the reader has
 * chosen, shows that nothing is missing. So:
 *
 *	fill live.nonce with random bytes; AUDIT_METHOD_HEAD -> live.head
 *	wait until the writer has stored live.head.head.sequence
 *	verify_log(..., &live, ...)
 *
 * The key is as good as where it comes from: from the log's own header it
 * shows that one party made the log, from AUDIT_METHOD_KEY that the VTL1
 * running now did, and `anchored` says whether anything outside vouches for
 * it.
 */
#ifndef OPENVBS_HOST_LIBVBS_VERIFY_H
#define OPENVBS_HOST_LIBVBS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "abi/audit.h"

/* What can be found; verify_words() adds which records are meant. */
#define VERIFY_LIST(X)                                                       \
	X(HEADER, "not a log, or its header is damaged")                     \
	X(OTHER_KEY, "made with another key than the one asked for")         \
	X(FORMAT, "what follows is not a log any more")                      \
	X(TORN, "ends inside a batch: torn by a crash, or cut")              \
	X(START, "the first record is not the start of the audit service")   \
	X(MISSING, "records are missing")                                    \
	X(ORDER, "records are repeated or out of order")                     \
	X(CHANGED, "a record was changed, or one put in place of another")   \
	X(HEAD_FORGED, "the signature under these records is not the key's") \
	X(HEAD_OTHER, "the head under these records belongs elsewhere")      \
	X(UNPROVED, "no head proves these records")                          \
	X(LIVE_FORGED, "the live head is not signed by this key")            \
	X(LIVE_STALE, "the live head does not have the reader's nonce")      \
	X(LIVE_DIFFERS, "the live head contradicts the log")                 \
	X(TAIL_MISSING, "VTL1 has records that the log has not")

enum verify_kind {
#define VERIFY_ENUM(name, words) VERIFY_##name,
	VERIFY_LIST(VERIFY_ENUM)
#undef VERIFY_ENUM
	VERIFY_KIND_COUNT,
};

struct verify_finding {
	enum verify_kind kind;
	uint64_t first; /* sequences; 0 when no record is meant */
	uint64_t last;
	uint64_t offset_bytes; /* in the file */
};

#define VERIFY_FINDINGS_MAX 32u

struct verify_live {
	uint8_t nonce[AUDIT_NONCE_BYTES];
	struct audit_signed_head head;
};

struct verify {
	struct audit_key key;	 /* that was used */
	bool key_is_the_logs;	 /* it came from the log's own header */
	uint64_t records;	 /* in the file */
	uint64_t proved;	 /* of them, under a good head and in place */
	uint64_t proved_through; /* 1 to this one without a break */
	uint64_t last_head;	 /* sequence of the last good head */
	uint64_t heads;		 /* good ones */
	uint64_t lost;	    /* dropped by VTL1 for want of room, it says so */
	uint64_t restarts;  /* crashes of the audit service before this log */
	uint64_t live_head; /* sequence of the live head, if it is good */
	bool complete;	    /* a good live head, and nothing is missing */
	uint32_t finding_count; /* may exceed VERIFY_FINDINGS_MAX */
	struct verify_finding finding[VERIFY_FINDINGS_MAX];
};

/*
 * Fills `verify`. `key` NULL: the log's own. `live` NULL: offline. True when
 * nothing was found; a torn tail is a finding, a restart is not (but the
 * report names it: what the earlier log lacks is lost).
 */
bool verify_log(const void *bytes, size_t len_bytes,
		const struct audit_key *key, const struct verify_live *live,
		struct verify *verify);

/* One finding as a sentence; returns `to`. */
#define VERIFY_WORDS_BYTES 160u
const char *verify_words(const struct verify_finding *finding,
			 char to[VERIFY_WORDS_BYTES]);

/* The whole result for a person: what is proved, what is not, and why. */
void verify_report(const struct verify *verify, FILE *to);

#endif
