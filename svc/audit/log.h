/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of abi/audit.h: a ring of the records that wait for a reader, and
 * the chain over all that ever were. Called by audit.c alone, one message at
 * a time; needs nettle and hogweed, and nothing of VTL1.
 *
 *	first ............ last		waiting: last - first + 1
 *	chain_first behind first - 1	chain_last behind last
 */
#ifndef OPENVBS_SVC_AUDIT_LOG_H
#define OPENVBS_SVC_AUDIT_LOG_H

#include <stdint.h>

#include "abi/audit.h"
#include "abi/status.h"

#define AUDIT_PRIVATE_BYTES 32u

/*
 * Each kind has a place of its own among AUDIT_RECORDS_MAX; it is free as
 * long as no record of the kind waits. Kind 0 stands for unknown ones.
 */
#define AUDIT_LOG_KINDS	  ((uint32_t)EVENT_KIND_END)
#define AUDIT_LOG_GENERAL (AUDIT_RECORDS_MAX - AUDIT_LOG_KINDS)

struct audit_log {
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES];
	uint8_t public_key[AUDIT_KEY_BYTES];
	uint8_t private_key[AUDIT_PRIVATE_BYTES];
	uint64_t first; /* sequence of the oldest that waits */
	uint64_t last;	/* sequence of the newest there is */
	uint64_t read;	/* highest that a reader was given */
	uint64_t lost;	/* dropped so far */
	uint64_t lost_told;
	uint64_t own_events;
	uint8_t chain_first[AUDIT_HASH_BYTES];
	uint8_t chain_last[AUDIT_HASH_BYTES];
	uint32_t waiting[EVENT_KIND_END]; /* of each kind */
	struct audit_record record[AUDIT_RECORDS_MAX];
};

/* An empty log whose first record says that the service has started. */
void audit_log_start(struct audit_log *log,
		     const uint8_t private_key[AUDIT_PRIVATE_BYTES],
		     const uint8_t boot_id[AUDIT_BOOT_ID_BYTES],
		     uint64_t restarts, uint64_t time);

/* Appends an event, or counts it as lost. `time` is now. */
void audit_log_put(struct audit_log *log, uint32_t source,
		   const struct event *event, uint64_t time);

/*
 * Forgets records up to `sequence`; one that is forgotten already is fine.
 * STATUS_INVALID: nobody has been given that one yet.
 */
enum status audit_log_acknowledge(struct audit_log *log, uint64_t sequence,
				  uint64_t time);

/*
 * Copies the oldest records that wait, at most `count_max`, and signs a head
 * behind them. Returns how many.
 */
uint32_t audit_log_read(struct audit_log *log, uint32_t count_max,
			struct audit_record *record,
			struct audit_signed_head *head, uint64_t time);

/* Signs a head behind the last record, with the reader's nonce. */
void audit_log_head(const struct audit_log *log,
		    const uint8_t nonce[AUDIT_NONCE_BYTES],
		    struct audit_signed_head *head, uint64_t time);

#endif
