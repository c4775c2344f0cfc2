/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event log. Invariant: at most AUDIT_RECORDS_MAX records wait, as the
 * number of those that wait and of the kinds of which none waits never
 * exceeds AUDIT_LOG_GENERAL + AUDIT_LOG_KINDS: a record comes in while there
 * is general room, or as the only one of its kind.
 */
#include "svc/audit/log.h"

#include <nettle/eddsa.h>
#include <nettle/sha2.h>
#include <stdbool.h>

#include "abi/service.h"
#include "lib/bytes.h"

#define CONTEXT_BYTES (sizeof(AUDIT_HEAD_CONTEXT) - 1)

_Static_assert(AUDIT_KEY_BYTES == ED25519_KEY_SIZE, "public key");
_Static_assert(AUDIT_PRIVATE_BYTES == ED25519_KEY_SIZE, "private key");
_Static_assert(AUDIT_SIGNATURE_BYTES == ED25519_SIGNATURE_SIZE, "signature");
_Static_assert(AUDIT_HASH_BYTES == SHA256_DIGEST_SIZE, "chain value");
_Static_assert((AUDIT_RECORDS_MAX & (AUDIT_RECORDS_MAX - 1)) == 0, "ring");

static uint32_t kind_index(const struct event *event)
{
	return event->kind < EVENT_KIND_END ? event->kind : 0;
}

static struct audit_record *slot(struct audit_log *log, uint64_t sequence)
{
	return &log->record[sequence & (AUDIT_RECORDS_MAX - 1)];
}

static void chain_add(uint8_t chain[AUDIT_HASH_BYTES],
		      const struct audit_record *record)
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, AUDIT_HASH_BYTES, chain);
	sha256_update(&context, sizeof(*record), (const uint8_t *)record);
	sha256_digest(&context, AUDIT_HASH_BYTES, chain);
}

static void head_sign(const struct audit_log *log,
		      struct audit_signed_head *head)
{
	uint8_t message[CONTEXT_BYTES + sizeof(head->head)];

	memcpy(head->head.boot_id, log->boot_id, sizeof(log->boot_id));
	memcpy(message, AUDIT_HEAD_CONTEXT, CONTEXT_BYTES);
	memcpy(message + CONTEXT_BYTES, &head->head, sizeof(head->head));
	ed25519_sha512_sign(log->public_key, log->private_key, sizeof(message),
			    message, head->signature);
}

static bool has_room(const struct audit_log *log, const struct event *event)
{
	return log->last + 1 - log->first < AUDIT_LOG_GENERAL ||
	       log->waiting[kind_index(event)] == 0;
}

static void append(struct audit_log *log, uint32_t source,
		   const struct event *event)
{
	struct audit_record *record = slot(log, ++log->last);

	*record = (struct audit_record){
		.sequence = log->last,
		.source = source,
		.event = *event,
	};
	log->waiting[kind_index(event)]++;
	chain_add(log->chain_last, record);
}

static void append_own(struct audit_log *log, struct event *event)
{
	event->number = ++log->own_events;
	append(log, AUDIT_SOURCE_SERVICE + SERVICE_AUDIT, event);
}

/* If records were lost and there is room to say so. */
static void tell_lost(struct audit_log *log, uint64_t time)
{
	struct event event = {
		.time = time,
		.kind = EVENT_LOG_LOST,
		.a = log->lost - log->lost_told,
		.b = log->lost,
	};

	if (event.a != 0 && has_room(log, &event)) {
		log->lost_told = log->lost;
		append_own(log, &event);
	}
}

void audit_log_start(struct audit_log *log,
		     const uint8_t private_key[AUDIT_PRIVATE_BYTES],
		     const uint8_t boot_id[AUDIT_BOOT_ID_BYTES],
		     uint64_t restarts, uint64_t time)
{
	struct event event = {
		.time = time,
		.kind = EVENT_SERVICE_STARTED,
		.a = SERVICE_AUDIT,
		.b = restarts,
	};

	bytes_zero(log, sizeof(*log));
	memcpy(log->private_key, private_key, sizeof(log->private_key));
	ed25519_sha512_public_key(log->public_key, log->private_key);
	memcpy(log->boot_id, boot_id, sizeof(log->boot_id));
	memcpy(log->chain_first, boot_id, sizeof(log->boot_id));
	memcpy(log->chain_last, boot_id, sizeof(log->boot_id));
	log->first = 1;
	append_own(log, &event);
}

void audit_log_put(struct audit_log *log, uint32_t source,
		   const struct event *event, uint64_t time)
{
	if (has_room(log, event)) {
		tell_lost(log, time);
	}
	if (has_room(log, event)) {
		append(log, source, event);
	} else {
		log->lost++;
	}
}

enum status audit_log_acknowledge(struct audit_log *log, uint64_t sequence,
				  uint64_t time)
{
	if (sequence > log->read) {
		return STATUS_INVALID;
	}
	for (; log->first <= sequence; log->first++) {
		const struct audit_record *record = slot(log, log->first);

		log->waiting[kind_index(&record->event)]--;
		chain_add(log->chain_first, record);
	}
	tell_lost(log, time);
	return STATUS_OK;
}

uint32_t audit_log_read(struct audit_log *log, uint32_t count_max,
			struct audit_record *record,
			struct audit_signed_head *head, uint64_t time)
{
	uint64_t sequence = log->first;
	uint32_t count = 0;

	*head = (struct audit_signed_head){.head = {.time = time}};
	memcpy(head->head.chain, log->chain_first, sizeof(head->head.chain));
	for (; count < count_max && sequence <= log->last; sequence++) {
		record[count] = *slot(log, sequence);
		chain_add(head->head.chain, &record[count]);
		count++;
	}
	head->head.sequence = sequence - 1;
	head_sign(log, head);
	if (log->read < sequence - 1) {
		log->read = sequence - 1;
	}
	return count;
}

void audit_log_head(const struct audit_log *log,
		    const uint8_t nonce[AUDIT_NONCE_BYTES],
		    struct audit_signed_head *head, uint64_t time)
{
	*head = (struct audit_signed_head){
		.head = {.sequence = log->last, .time = time},
	};
	memcpy(head->head.chain, log->chain_last, sizeof(head->head.chain));
	memcpy(head->head.nonce, nonce, sizeof(head->head.nonce));
	head_sign(log, head);
}
