/* SPDX-License-Identifier: MIT */
/*
 * Verifier of the stored event log. Called by the command line and by tests.
 *
 * It walks the batches and keeps a place: the sequence it has reached, the
 * chain value there, and how many records since the last good head wait for
 * the next one to prove them. Invariant: a record counts as proved only when
 * a head with a good signature names the chain value computed over it from
 * an earlier such head, or from the start. Behind a break, the next good head
 * is a place to go on from, for the records after it.
 */
#include "host/libvbs/verify.h"

#include <inttypes.h>
#include <nettle/eddsa.h>
#include <nettle/sha2.h>
#include <string.h>

#include "abi/service.h"
#include "host/libvbs/log_format.h"

#define CONTEXT_BYTES (sizeof(AUDIT_HEAD_CONTEXT) - 1)

struct place {
	uint64_t sequence;
	uint8_t chain[AUDIT_HASH_BYTES];
	uint64_t waiting;	/* so many records wait for a head */
	uint64_t waiting_first; /* sequence of the first of them */
	bool broken;		/* the chain value is not known here */
};

struct walk {
	struct verify *verify;
	const struct audit_signed_head *live; /* good, or NULL */
	struct place at;
	bool live_met; /* the log had its chain value in its place */
};

static void find(struct walk *w, enum verify_kind kind, uint64_t first,
		 uint64_t last, uint64_t offset_bytes)
{
	struct verify *v = w->verify;

	if (v->finding_count < VERIFY_FINDINGS_MAX) {
		v->finding[v->finding_count] = (struct verify_finding){
			kind, first, last, offset_bytes};
	}
	if (v->finding_count < UINT32_MAX) {
		v->finding_count++;
	}
}

static bool head_good(const struct audit_key *key,
		      const struct audit_signed_head *head)
{
	uint8_t message[CONTEXT_BYTES + sizeof(head->head)];

	memcpy(message, AUDIT_HEAD_CONTEXT, CONTEXT_BYTES);
	memcpy(message + CONTEXT_BYTES, &head->head, sizeof(head->head));
	return ed25519_sha512_verify(key->public_key, sizeof(message), message,
				     head->signature) != 0;
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

/* Whether the live head, if it belongs to this place, agrees with it. */
static void meet_live(struct walk *w, uint64_t offset_bytes)
{
	if (w->live == NULL || w->at.broken ||
	    w->live->head.sequence != w->at.sequence) {
		return;
	}
	if (memcmp(w->live->head.chain, w->at.chain, sizeof(w->at.chain)) ==
	    0) {
		w->live_met = true;
	} else {
		find(w, VERIFY_LIVE_DIFFERS, w->at.sequence, w->at.sequence,
		     offset_bytes);
	}
}

/* What the records themselves tell. */
static void read_record(struct walk *w, const struct audit_record *record,
			uint64_t offset_bytes)
{
	const uint32_t own = AUDIT_SOURCE_SERVICE + SERVICE_AUDIT;
	const struct event *event = &record->event;

	if (record->sequence == 1) {
		if (record->source == own &&
		    event->kind == EVENT_SERVICE_STARTED &&
		    event->a == SERVICE_AUDIT) {
			w->verify->restarts = event->b;
		} else {
			find(w, VERIFY_START, 1, 1, offset_bytes);
		}
	}
	if (record->source == own && event->kind == EVENT_LOG_LOST) {
		w->verify->lost += event->a;
	}
}

/* The highest sequence of a batch, whatever its order. */
static uint64_t last_of(const struct log_entry *entry)
{
	uint64_t last = 0;

	for (uint32_t i = 0; i < entry->count; i++) {
		if (entry->record[i].sequence > last) {
			last = entry->record[i].sequence;
		}
	}
	return last;
}

/* Sequences of a batch, against each other and against what came before. */
static void check_order(struct walk *w, const struct log_entry *entry)
{
	uint64_t before = w->at.sequence;

	for (uint32_t i = 0; i < entry->count; i++) {
		if (entry->record[i].sequence <= before) {
			find(w, VERIFY_ORDER, entry->record[0].sequence,
			     last_of(entry), entry->offset_bytes);
			w->at.broken = true;
			return;
		}
		before = entry->record[i].sequence;
	}
	before = w->at.sequence;
	for (uint32_t i = 0; i < entry->count; i++) {
		if (entry->record[i].sequence != before + 1) {
			find(w, VERIFY_MISSING, before + 1,
			     entry->record[i].sequence - 1,
			     entry->offset_bytes);
			w->at.broken = true;
		}
		before = entry->record[i].sequence;
	}
}

static void take_records(struct walk *w, const struct log_entry *entry)
{
	check_order(w, entry);
	for (uint32_t i = 0; i < entry->count; i++) {
		read_record(w, &entry->record[i], entry->offset_bytes);
		chain_add(w->at.chain, &entry->record[i]);
		w->at.sequence = entry->record[i].sequence;
		if (w->at.waiting++ == 0) {
			w->at.waiting_first = w->at.sequence;
		}
		meet_live(w, entry->offset_bytes);
	}
	w->verify->records += entry->count;
}

/* Whether the records since the last good head are those of this one. */
static void judge_waiting(struct walk *w, const struct log_entry *entry)
{
	const struct audit_head *head = &entry->head.head;
	uint64_t first = w->at.waiting_first;
	uint64_t last = last_of(entry);
	struct verify *v = w->verify;

	if (last < head->sequence) {
		find(w, VERIFY_MISSING, last + 1, head->sequence,
		     entry->offset_bytes);
	} else if (last > head->sequence) {
		find(w, VERIFY_HEAD_OTHER, first, last, entry->offset_bytes);
	}
	if (w->at.broken || last != head->sequence) {
		find(w, VERIFY_UNPROVED, first, last, entry->offset_bytes);
	} else if (memcmp(head->chain, w->at.chain, sizeof(head->chain)) != 0) {
		find(w, VERIFY_CHANGED, first, last, entry->offset_bytes);
	} else {
		v->proved += w->at.waiting;
		if (v->proved_through == first - 1) {
			v->proved_through = last;
		}
	}
}

static void take_batch(struct walk *w, const struct log_entry *entry)
{
	const struct audit_head *head = &entry->head.head;
	const struct audit_key *key = &w->verify->key;
	const struct place before = w->at;
	uint64_t first = entry->record[0].sequence;
	uint64_t last = last_of(entry);

	take_records(w, entry);
	if (!head_good(key, &entry->head)) {
		find(w, VERIFY_HEAD_FORGED, first, last, entry->offset_bytes);
	} else if (memcmp(head->boot_id, key->boot_id, sizeof(key->boot_id)) !=
			   0 ||
		   head->sequence <= before.sequence) {
		find(w, VERIFY_HEAD_OTHER, first, last, entry->offset_bytes);
	} else {
		judge_waiting(w, entry);
		w->verify->heads++;
		w->verify->last_head = head->sequence;
		w->at = (struct place){.sequence = head->sequence};
		memcpy(w->at.chain, head->chain, sizeof(w->at.chain));
		return;
	}
	/* What is out of place is passed over: the next batch may not be. */
	if (w->at.broken) {
		w->at = before;
	}
}

/* The batches, to the end or to what is none. */
static void walk_batches(struct walk *w, const void *bytes, size_t len_bytes)
{
	size_t offset = sizeof(struct log_header);
	struct log_entry entry;
	enum status status;

	for (;;) {
		status = log_next(bytes, len_bytes, &offset, &entry);
		if (status == STATUS_OK && entry.last && !entry.whole &&
		    !head_good(&w->verify->key, &entry.head)) {
			offset = entry.offset_bytes;
			status = STATUS_INTERRUPTED;
		}
		if (status != STATUS_OK) {
			break;
		}
		take_batch(w, &entry);
	}
	if (status == STATUS_INTERRUPTED) {
		find(w, VERIFY_TORN, w->at.sequence + 1, w->at.sequence + 1,
		     offset);
	} else if (status == STATUS_CORRUPT) {
		find(w, VERIFY_FORMAT, w->at.sequence + 1, w->at.sequence + 1,
		     offset);
	}
}

/* Only a head with a good signature and the reader's nonce is looked at. */
static void begin_live(struct walk *w, const struct verify_live *live)
{
	const struct audit_head *head = &live->head.head;
	const struct audit_key *key = &w->verify->key;

	if (!head_good(key, &live->head) ||
	    memcmp(head->boot_id, key->boot_id, sizeof(key->boot_id)) != 0) {
		find(w, VERIFY_LIVE_FORGED, head->sequence, head->sequence, 0);
	} else if (memcmp(head->nonce, live->nonce, sizeof(live->nonce)) != 0) {
		find(w, VERIFY_LIVE_STALE, head->sequence, head->sequence, 0);
	} else {
		w->live = &live->head;
		w->verify->live_head = head->sequence;
	}
}

static void end_live(struct walk *w, size_t len_bytes)
{
	struct verify *v = w->verify;

	if (w->live == NULL) {
		return;
	}
	if (w->live->head.sequence > w->at.sequence) {
		find(w, VERIFY_TAIL_MISSING, w->at.sequence + 1,
		     w->live->head.sequence, len_bytes);
	}
	v->complete =
		w->live_met && v->proved_through >= w->live->head.sequence;
}

bool verify_log(const void *bytes, size_t len_bytes,
		const struct audit_key *key, const struct verify_live *live,
		struct verify *verify)
{
	struct walk w = {.verify = verify};
	struct log_header header;

	memset(verify, 0, sizeof(*verify));
	if (log_header_read(bytes, len_bytes, &header) != STATUS_OK) {
		find(&w, VERIFY_HEADER, 0, 0, 0);
		return false;
	}
	verify->key_is_the_logs = key == NULL;
	verify->key = key == NULL ? header.key : *key;
	if (memcmp(&verify->key, &header.key, sizeof(header.key)) != 0) {
		find(&w, VERIFY_OTHER_KEY, 0, 0, 0);
		return false;
	}
	memcpy(w.at.chain, verify->key.boot_id, sizeof(verify->key.boot_id));
	if (live != NULL) {
		begin_live(&w, live);
	}
	walk_batches(&w, bytes, len_bytes);
	if (w.at.waiting != 0) {
		find(&w, VERIFY_UNPROVED, w.at.waiting_first, w.at.sequence,
		     len_bytes);
	}
	end_live(&w, len_bytes);
	return verify->finding_count == 0;
}

static const char *const kind_words[] = {
#define VERIFY_WORDS(name, words) [VERIFY_##name] = (words),
	VERIFY_LIST(VERIFY_WORDS)
#undef VERIFY_WORDS
};

const char *verify_words(const struct verify_finding *finding,
			 char to[VERIFY_WORDS_BYTES])
{
	const char *words = kind_words[finding->kind];

	if (finding->first == 0) {
		(void)snprintf(to, VERIFY_WORDS_BYTES, "%s", words);
	} else if (finding->first == finding->last) {
		(void)snprintf(to, VERIFY_WORDS_BYTES, "record %" PRIu64 ": %s",
			       finding->first, words);
	} else {
		(void)snprintf(to, VERIFY_WORDS_BYTES,
			       "records %" PRIu64 " to %" PRIu64 ": %s",
			       finding->first, finding->last, words);
	}
	return to;
}

static void report_proved(const struct verify *v, FILE *to)
{
	(void)fprintf(to,
		      "records: %" PRIu64 ", under %" PRIu64
		      " good heads, the last of them at record %" PRIu64 "\n",
		      v->records, v->heads, v->last_head);
	if (v->proved == v->records && v->proved == v->proved_through) {
		(void)fprintf(to,
			      "proved: order and integrity of records 1 to "
			      "%" PRIu64 "\n",
			      v->proved);
	} else {
		(void)fprintf(to,
			      "proved: order and integrity of %" PRIu64
			      " records; without a break only 1 to %" PRIu64
			      "\n",
			      v->proved, v->proved_through);
	}
}

static void report_complete(const struct verify *v, FILE *to)
{
	if (v->complete) {
		(void)fprintf(to,
			      "complete: up to record %" PRIu64
			      ", by a head that VTL1 signed for this reader\n",
			      v->live_head);
	} else if (v->live_head != 0) {
		(void)fprintf(to,
			      "complete: NO, VTL1 has signed a head at "
			      "record %" PRIu64 "\n",
			      v->live_head);
	} else {
		(void)fputs("complete: not proved; without a live head a log "
			    "that was cut behind an earlier head looks like "
			    "this too\n",
			    to);
	}
}

static void report_key(const struct verify *v, FILE *to)
{
	(void)fputs(v->key_is_the_logs
			    ? "key: the log's own; shows that one party made "
			      "the log, not which"
			    : "key: the one that was asked for",
		    to);
	(void)fputs(v->key.anchored != 0
			    ? "; said to be anchored outside this boot\n"
			    : "; unanchored: nothing outside this boot "
			      "vouches for it, so a kernel that has been "
			      "taken over could have made key and log\n",
		    to);
}

void verify_report(const struct verify *verify, FILE *to)
{
	char words[VERIFY_WORDS_BYTES];

	report_proved(verify, to);
	report_complete(verify, to);
	report_key(verify, to);
	if (verify->restarts != 0) {
		(void)fprintf(to,
			      "break: the audit service had crashed %" PRIu64
			      " times when this log began; what it had not "
			      "given out is lost\n",
			      verify->restarts);
	}
	if (verify->lost != 0) {
		(void)fprintf(to,
			      "lost: VTL1 dropped %" PRIu64
			      " records for want of room, and says where\n",
			      verify->lost);
	}
	for (uint32_t i = 0;
	     i < verify->finding_count && i < VERIFY_FINDINGS_MAX; i++) {
		(void)fprintf(to, "BROKEN at byte %" PRIu64 ": %s\n",
			      verify->finding[i].offset_bytes,
			      verify_words(&verify->finding[i], words));
	}
	if (verify->finding_count > VERIFY_FINDINGS_MAX) {
		(void)fprintf(to, "and %" PRIu32 " more\n",
			      verify->finding_count - VERIFY_FINDINGS_MAX);
	}
}
