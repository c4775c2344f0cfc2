/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verifier of the stored event log: each way to tamper with a file, and
 * what is said of it. The log has four batches of five records.
 *
 * Links: host/libvbs/verify.c host/libvbs/log.c host/libvbs/log_format.c
 * Links: svc/audit/log.c lib/bytes.c tests/unit/audit_sample.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#define _GNU_SOURCE
#include "host/libvbs/verify.h"

#include <nettle/eddsa.h>
#include <stdlib.h>
#include <string.h>

#include "host/libvbs/log_format.h"
#include "tests/unit/audit_sample.h"
#include "tests/unit/unit.h"

#define BATCHES 4u
#define EACH	5u
#define RECORDS (BATCHES * EACH)
#define BATCH	(24u + EACH * 64 + 160)

static struct sample s;
static struct verify v;

static struct log_batch *batch(unsigned b)
{
	return (void *)(s.bytes + sizeof(struct log_header) + b * BATCH);
}

/* Record by its number, from 1. */
static struct audit_record *record(unsigned number)
{
	unsigned b = (number - 1) / EACH;

	return (struct audit_record *)(void *)(batch(b) + 1) +
	       (number - 1) % EACH;
}

static struct audit_signed_head *head(unsigned b)
{
	return (void *)(record(b * EACH + 1) + EACH);
}

static void fill(uint64_t restarts)
{
	sample_begin(&s, 7, restarts);
	for (unsigned i = 1; i < RECORDS; i++) {
		sample_put(&s, EVENT_MSR_DENIED);
	}
	for (unsigned b = 0; b < BATCHES; b++) {
		assert_int_equal(sample_store(&s, EACH), EACH);
	}
	sample_load(&s);
	assert_int_equal(s.len_bytes,
			 sizeof(struct log_header) + BATCHES * BATCH);
}

static int setup(void **unused)
{
	(void)unused;
	fill(0);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	sample_end(&s);
	return 0;
}

/* Takes bytes out of the file. */
static void cut_out(void *from, size_t len_bytes)
{
	uint8_t *at = from;

	memmove(at, at + len_bytes,
		(size_t)(s.bytes + s.len_bytes - at) - len_bytes);
	s.len_bytes -= len_bytes;
}

static void verify(void)
{
	uint8_t *copy = malloc(s.len_bytes); /* so that no byte more is read */
	bool good;

	memcpy(copy, s.bytes, s.len_bytes);
	good = verify_log(copy, s.len_bytes, &s.key, NULL, &v);
	assert_int_equal(good, v.finding_count == 0);
	assert_false(v.complete);
	free(copy);
}

static void found(unsigned i, enum verify_kind kind, uint64_t first,
		  uint64_t last)
{
	assert_true(i < v.finding_count);
	assert_int_equal(v.finding[i].kind, kind);
	assert_int_equal(v.finding[i].first, first);
	assert_int_equal(v.finding[i].last, last);
}

static void proves(uint64_t proved, uint64_t through, uint32_t findings)
{
	assert_int_equal(v.proved, proved);
	assert_int_equal(v.proved_through, through);
	assert_int_equal(v.finding_count, findings);
}

static void says(const char *words)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	verify_report(&v, to);
	(void)fclose(to);
	if (strstr(text, words) == NULL) {
		fail_msg("\"%s\" is not in:\n%s", words, text);
	}
	free(text);
}

static void proves_an_honest_log(void **unused)
{
	(void)unused;
	verify();
	proves(RECORDS, RECORDS, 0);
	assert_int_equal(v.heads, BATCHES);
	assert_int_equal(v.last_head, RECORDS);
	assert_false(v.key_is_the_logs);
	says("proved: order and integrity of records 1 to 20\n");
	says("complete: not proved; without a live head");
	says("unanchored");
	assert_true(verify_log(s.bytes, s.len_bytes, NULL, NULL, &v));
	assert_true(v.key_is_the_logs);
	says("key: the log's own");
}

/* Any bit of what is chained or signed is missed by nobody. */
static void sees_every_changed_byte(void **unused)
{
	size_t at = sizeof(struct log_header) + BATCH + 24;

	(void)unused;
	s.len_bytes = sizeof(struct log_header) + 2 * (size_t)BATCH;
	for (size_t i = at; i < s.len_bytes; i++) {
		s.bytes[i] ^= 1;
		verify();
		assert_true(v.finding_count != 0);
		assert_int_equal(v.proved, EACH);
		s.bytes[i] ^= 1;
	}
}

static void sees_an_edited_record(void **unused)
{
	(void)unused;
	record(7)->event.a ^= 1;
	verify();
	found(0, VERIFY_CHANGED, 6, 10);
	proves(RECORDS - EACH, EACH, 1);
	says("records 6 to 10: a record was changed");
	says("15 records; without a break only 1 to 5");
}

static void sees_a_deleted_record(void **unused)
{
	(void)unused;
	batch(1)->count--;
	cut_out(record(7), sizeof(struct audit_record));
	verify();
	found(0, VERIFY_MISSING, 7, 7);
	found(1, VERIFY_UNPROVED, 6, 10);
	proves(RECORDS - EACH, EACH, 2);
	says("record 7: records are missing");
}

static void sees_a_deleted_last_record(void **unused)
{
	(void)unused;
	batch(1)->count--;
	cut_out(record(10), sizeof(struct audit_record));
	verify();
	found(0, VERIFY_MISSING, 10, 10);
	found(1, VERIFY_UNPROVED, 6, 9);
	proves(RECORDS - EACH, EACH, 2);
}

static void sees_a_deleted_and_renumbered_record(void **unused)
{
	(void)unused;
	batch(1)->count--;
	cut_out(record(7), sizeof(struct audit_record));
	for (unsigned n = 7; n < 10; n++) {
		record(n)->sequence = n;
	}
	verify();
	found(0, VERIFY_MISSING, 10, 10);
	found(1, VERIFY_UNPROVED, 6, 9);
	proves(RECORDS - EACH, EACH, 2);
}

static void sees_a_deleted_batch(void **unused)
{
	(void)unused;
	cut_out(batch(1), BATCH);
	verify();
	found(0, VERIFY_MISSING, 6, 10);
	found(1, VERIFY_UNPROVED, 11, 15);
	proves(2 * EACH, EACH, 2);
}

static void sees_swapped_records(void **unused)
{
	struct audit_record kept = *record(7);

	(void)unused;
	*record(7) = *record(8);
	*record(8) = kept;
	verify();
	found(0, VERIFY_ORDER, 6, 10);
	found(1, VERIFY_UNPROVED, 6, 10);
	proves(RECORDS - EACH, EACH, 2);
	record(7)->sequence = 7; /* and now with their numbers right */
	record(8)->sequence = 8;
	verify();
	found(0, VERIFY_CHANGED, 6, 10);
	proves(RECORDS - EACH, EACH, 1);
}

static void sees_swapped_batches(void **unused)
{
	uint8_t kept[BATCH];

	(void)unused;
	memcpy(kept, batch(1), BATCH);
	memcpy(batch(1), batch(2), BATCH);
	memcpy(batch(2), kept, BATCH);
	verify();
	found(0, VERIFY_MISSING, 6, 10);
	found(1, VERIFY_UNPROVED, 11, 15);
	found(2, VERIFY_ORDER, 6, 10);
	found(3, VERIFY_HEAD_OTHER, 6, 10);
	proves(2 * EACH, EACH, 4);
}

static void sees_a_repeated_batch(void **unused)
{
	(void)unused;
	memmove(batch(2), batch(1), 3 * BATCH);
	s.len_bytes += BATCH;
	verify();
	found(0, VERIFY_ORDER, 6, 10);
	proves(RECORDS, RECORDS, 2);
	assert_int_equal(v.records, RECORDS + EACH);
}

static void sees_a_forged_head(void **unused)
{
	(void)unused;
	head(1)->signature[3] ^= 1;
	verify();
	found(0, VERIFY_HEAD_FORGED, 6, 10);
	proves(RECORDS, RECORDS, 1); /* the next head covers them */
	head(3)->signature[3] ^= 1;
	s.bytes[s.len_bytes++] = 0; /* so that it is not the last */
	verify();
	found(1, VERIFY_HEAD_FORGED, 16, 20);
	found(3, VERIFY_UNPROVED, 16, 20);
	proves(RECORDS - EACH, RECORDS - EACH, 4);
}

/* Somebody with a key of his own makes the chain right again. */
static void sees_another_key(void **unused)
{
	static struct sample other;

	(void)unused;
	sample_begin(&other, 8, 0);
	for (unsigned i = 1; i < EACH; i++) {
		sample_put(&other, EVENT_LAUNCH);
	}
	(void)sample_store(&other, EACH);
	sample_load(&other);
	memcpy(batch(0), other.bytes + sizeof(struct log_header), BATCH);
	verify();
	found(0, VERIFY_HEAD_FORGED, 1, 5);
	found(1, VERIFY_CHANGED, 1, 10);
	proves(2 * EACH, 0, 2);
	assert_false(
		verify_log(other.bytes, other.len_bytes, &s.key, NULL, &v));
	found(0, VERIFY_OTHER_KEY, 0, 0);
	assert_int_equal(v.proved, 0);
	sample_end(&other);
}

static void sees_swapped_heads(void **unused)
{
	struct audit_signed_head kept = *head(1);

	(void)unused;
	*head(1) = *head(0);
	*head(0) = kept;
	verify();
	assert_true(v.finding_count != 0);
	assert_int_equal(v.proved, 2 * EACH);
	assert_int_equal(v.proved_through, 0);
}

static void cut_at_a_head_looks_whole(void **unused)
{
	(void)unused;
	s.len_bytes -= BATCH;
	verify();
	proves(RECORDS - EACH, RECORDS - EACH, 0);
	says("complete: not proved; without a live head a log that was cut");
}

static void sees_a_torn_tail(void **unused)
{
	size_t whole = s.len_bytes;

	(void)unused;
	for (size_t cut = 1; cut < BATCH; cut++) {
		s.len_bytes = whole - cut;
		verify();
		found(0, VERIFY_TORN, 16, 16);
		proves(RECORDS - EACH, RECORDS - EACH, 1);
	}
	s.len_bytes = whole;
	memset(batch(3), 0, BATCH); /* as file systems leave it */
	verify();
	found(0, VERIFY_TORN, 16, 16);
	proves(RECORDS - EACH, RECORDS - EACH, 1);
}

static void sees_half_a_batch(void **unused)
{
	(void)unused;
	memset(record(19), 0, BATCH - 24 - 3 * sizeof(struct audit_record));
	verify();
	found(0, VERIFY_TORN, 16, 16);
	proves(RECORDS - EACH, RECORDS - EACH, 1);
}

static void sees_what_is_no_log(void **unused)
{
	(void)unused;
	batch(2)->magic++;
	verify();
	found(0, VERIFY_FORMAT, 11, 11);
	proves(2 * EACH, 2 * EACH, 1);
	batch(2)->magic--;
	batch(2)->count = 0;
	verify();
	found(0, VERIFY_FORMAT, 11, 11);
	batch(2)->count = AUDIT_BATCH_MAX + 1;
	verify();
	found(0, VERIFY_FORMAT, 11, 11);
	for (size_t len = 0; len < sizeof(struct log_header); len++) {
		s.len_bytes = len;
		verify();
		found(0, VERIFY_HEADER, 0, 0);
	}
}

/* --- with a live head ------------------------------------------------------ */

static struct verify_live live;

static void ask_live(struct audit_log *service)
{
	memset(live.nonce, 0x5a, sizeof(live.nonce));
	audit_log_head(service, live.nonce, &live.head, 5000);
}

static bool verify_live(void)
{
	return verify_log(s.bytes, s.len_bytes, &s.key, &live, &v);
}

static void live_head_proves_completeness(void **unused)
{
	(void)unused;
	ask_live(&s.service);
	assert_true(verify_live());
	assert_true(v.complete);
	assert_int_equal(v.live_head, RECORDS);
	says("complete: up to record 20");
}

/* More was stored since: the head is met inside a batch. */
static void live_head_may_be_older_than_the_log(void **unused)
{
	(void)unused;
	sample_put(&s, EVENT_LAUNCH);
	ask_live(&s.service);
	sample_put(&s, EVENT_LAUNCH);
	(void)sample_store(&s, EACH);
	sample_load(&s);
	assert_true(verify_live());
	assert_true(v.complete);
	assert_int_equal(v.live_head, RECORDS + 1);
	assert_int_equal(v.proved, RECORDS + 2);
}

static void live_head_shows_the_cut(void **unused)
{
	(void)unused;
	ask_live(&s.service);
	s.len_bytes -= BATCH;
	assert_false(verify_live());
	found(0, VERIFY_TAIL_MISSING, 16, 20);
	assert_false(v.complete);
	says("complete: NO");
}

static void live_head_does_not_hide_a_hole(void **unused)
{
	(void)unused;
	ask_live(&s.service);
	record(7)->event.a ^= 1;
	assert_false(verify_live());
	assert_false(v.complete);
	assert_int_equal(v.live_head, RECORDS);
}

static void refuses_other_live_heads(void **unused)
{
	(void)unused;
	ask_live(&s.service);
	live.nonce[31] ^= 1;
	assert_false(verify_live());
	found(0, VERIFY_LIVE_STALE, 20, 20);
	assert_false(v.complete);
	ask_live(&s.service);
	live.head.signature[0] ^= 1;
	assert_false(verify_live());
	found(0, VERIFY_LIVE_FORGED, 20, 20);
	assert_false(v.complete);
	ask_live(&s.service);
	live.head.head.sequence--;
	assert_false(verify_live());
	found(0, VERIFY_LIVE_FORGED, 19, 19);
}

/* The same key has signed another history: it has been stolen, or is broken. */
static void live_head_contradicts(void **unused)
{
	(void)unused;
	s.service.chain_last[0] ^= 1;
	ask_live(&s.service);
	assert_false(verify_live());
	found(0, VERIFY_LIVE_DIFFERS, 20, 20);
	assert_false(v.complete);
}

/* --- what VTL1 itself says ------------------------------------------------- */

static void tells_of_restarts(void **unused)
{
	(void)unused;
	sample_end(&s);
	fill(2);
	verify();
	proves(RECORDS, RECORDS, 0);
	assert_int_equal(v.restarts, 2);
	says("break: the audit service had crashed 2 times");
}

static void tells_of_another_beginning(void **unused)
{
	(void)unused;
	sample_end(&s);
	sample_begin(&s, 7, 0);
	s.service.last = 0;
	memcpy(s.service.chain_last, s.service.chain_first, 32);
	sample_put(&s, EVENT_LAUNCH);
	(void)sample_store(&s, EACH);
	sample_load(&s);
	verify();
	found(0, VERIFY_START, 1, 1);
}

static void tells_of_lost_records(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < AUDIT_RECORDS_MAX + 10; i++) {
		sample_put(&s, EVENT_LAUNCH);
	}
	while (sample_store(&s, AUDIT_BATCH_MAX) != 0) {
	}
	sample_load(&s);
	verify();
	assert_int_equal(v.finding_count, 0);
	assert_int_equal(v.lost, s.service.lost);
	assert_true(v.lost != 0);
	says("records for want of room");
}

static void counts_findings_beyond_its_table(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < 200; i++) {
		sample_put(&s, EVENT_LAUNCH);
		(void)sample_store(&s, 1);
	}
	sample_load(&s);
	for (size_t at = sizeof(struct log_header) + BATCHES * BATCH;
	     at < s.len_bytes; at += 24 + 64 + 160) {
		s.bytes[at + 24 + 64 - 1] ^= 1;
	}
	verify();
	assert_int_equal(v.finding_count, 200);
	says("and 168 more");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(proves_an_honest_log),
		TEST(sees_every_changed_byte),
		TEST(sees_an_edited_record),
		TEST(sees_a_deleted_record),
		TEST(sees_a_deleted_last_record),
		TEST(sees_a_deleted_and_renumbered_record),
		TEST(sees_a_deleted_batch),
		TEST(sees_swapped_records),
		TEST(sees_swapped_batches),
		TEST(sees_a_repeated_batch),
		TEST(sees_a_forged_head),
		TEST(sees_another_key),
		TEST(sees_swapped_heads),
		TEST(cut_at_a_head_looks_whole),
		TEST(sees_a_torn_tail),
		TEST(sees_half_a_batch),
		TEST(sees_what_is_no_log),
		TEST(live_head_proves_completeness),
		TEST(live_head_may_be_older_than_the_log),
		TEST(live_head_shows_the_cut),
		TEST(live_head_does_not_hide_a_hole),
		TEST(refuses_other_live_heads),
		TEST(live_head_contradicts),
		TEST(tells_of_restarts),
		TEST(tells_of_another_beginning),
		TEST(tells_of_lost_records),
		TEST(counts_findings_beyond_its_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
