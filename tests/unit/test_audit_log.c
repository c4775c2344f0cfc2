/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of the audit service: numbers and chain, heads, what a reader gets
 * and gives back, and what happens when nobody reads.
 *
 * Links: svc/audit/log.c lib/bytes.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <nettle/eddsa.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "abi/service.h"
#include "svc/audit/log.h"
#include "tests/unit/unit.h"

#define OWN	     (AUDIT_SOURCE_SERVICE + SERVICE_AUDIT)
#define HV	     AUDIT_SOURCE_HYPERVISOR
#define RANDOM_STEPS 3000

static const uint8_t private_key[32] = {3, 1, 4};
static const uint8_t boot_id[16] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t nonce[32] = {9, 9, 9};

static struct audit_log kept;
static struct audit_record got[AUDIT_BATCH_MAX];
static struct audit_signed_head head;

/* What a reader keeps: the chain over all that he was given. */
static uint8_t chain[32];
static uint64_t last;

static void begin(uint64_t restarts)
{
	audit_log_start(&kept, private_key, boot_id, restarts, 77);
	memset(chain, 0, sizeof(chain));
	memcpy(chain, boot_id, sizeof(boot_id));
	last = 0;
}

static void put(uint32_t kind)
{
	struct event event = {.kind = kind, .time = 5};

	audit_log_put(&kept, HV, &event, 78);
}

static void is_signed(const struct audit_signed_head *h)
{
	uint8_t text[sizeof(AUDIT_HEAD_CONTEXT) - 1 + sizeof(h->head)];
	uint8_t key[32];

	memcpy(text, AUDIT_HEAD_CONTEXT, sizeof(AUDIT_HEAD_CONTEXT) - 1);
	memcpy(text + sizeof(AUDIT_HEAD_CONTEXT) - 1, &h->head,
	       sizeof(h->head));
	ed25519_sha512_public_key(key, private_key);
	assert_memory_equal(kept.public_key, key, sizeof(key));
	assert_true(
		ed25519_sha512_verify(key, sizeof(text), text, h->signature));
	assert_memory_equal(h->head.boot_id, boot_id, sizeof(boot_id));
}

/* Reads, checks every number and the chain, acknowledges. */
static uint32_t read_on(uint32_t count_max)
{
	uint32_t count = audit_log_read(&kept, count_max, got, &head, 80);
	struct sha256_ctx sha;

	assert_true(count <= count_max);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(got[i].sequence, ++last);
		assert_int_equal(got[i].reserved_zero, 0);
		sha256_init(&sha);
		sha256_update(&sha, sizeof(chain), chain);
		sha256_update(&sha, sizeof(got[i]), (const uint8_t *)&got[i]);
		sha256_digest(&sha, sizeof(chain), chain);
	}
	is_signed(&head);
	assert_int_equal(head.head.sequence, last);
	assert_int_equal(head.head.time, 80);
	assert_memory_equal(head.head.chain, chain, sizeof(chain));
	assert_int_equal(audit_log_acknowledge(&kept, last, 81), STATUS_OK);
	return count;
}

static void starts_with_its_start(void **unused)
{
	(void)unused;
	begin(4);
	assert_int_equal(read_on(AUDIT_BATCH_MAX), 1);
	assert_int_equal(got[0].source, OWN);
	assert_int_equal(got[0].event.kind, EVENT_SERVICE_STARTED);
	assert_int_equal(got[0].event.a, SERVICE_AUDIT);
	assert_int_equal(got[0].event.b, 4);
	assert_int_equal(got[0].event.number, 1);
	assert_int_equal(got[0].event.time, 77);
	assert_int_equal(read_on(AUDIT_BATCH_MAX), 0); /* an empty one too */
}

static void keeps_until_acknowledged(void **unused)
{
	(void)unused;
	begin(0);
	put(EVENT_LAUNCH);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(audit_log_read(&kept, 60, got, &head, 0), 2);
		assert_int_equal(got[0].sequence, 1);
	}
	put(EVENT_LAUNCH);
	assert_int_equal(audit_log_acknowledge(&kept, 3, 0), STATUS_INVALID);
	assert_int_equal(audit_log_acknowledge(&kept, UINT64_MAX, 0),
			 STATUS_INVALID);
	assert_int_equal(audit_log_acknowledge(&kept, 1, 0), STATUS_OK);
	assert_int_equal(audit_log_acknowledge(&kept, 0, 0), STATUS_OK);
	assert_int_equal(audit_log_read(&kept, 60, got, &head, 0), 2);
	assert_int_equal(got[0].sequence, 2);
	assert_int_equal(audit_log_acknowledge(&kept, 3, 0), STATUS_OK);
	assert_int_equal(audit_log_read(&kept, 60, got, &head, 0), 0);
}

static void reads_in_parts(void **unused)
{
	(void)unused;
	begin(0);
	for (int i = 0; i < 9; i++) {
		put(EVENT_MSR_DENIED);
	}
	assert_int_equal(read_on(4), 4);
	assert_int_equal(read_on(0), 0);
	assert_int_equal(read_on(4), 4);
	assert_int_equal(read_on(4), 2);
}

static void head_is_live(void **unused)
{
	struct audit_signed_head live;

	(void)unused;
	begin(0);
	put(EVENT_LAUNCH);
	audit_log_head(&kept, nonce, &live, 99);
	is_signed(&live);
	assert_memory_equal(live.head.nonce, nonce, sizeof(nonce));
	assert_int_equal(live.head.sequence, 2);
	assert_int_equal(live.head.time, 99);
	(void)read_on(60);
	assert_memory_equal(live.head.chain, chain, sizeof(chain));
	live.head.time++;
	assert_memory_not_equal(&live.head, &head.head, sizeof(head.head));
}

/* A flood of one kind leaves the others their places, and is counted. */
static void flood_keeps_the_telling_one(void **unused)
{
	uint64_t flood = 3 * AUDIT_RECORDS_MAX;
	uint64_t seen = 0, lost = 0, resets = 0;

	(void)unused;
	begin(0);
	for (uint64_t i = 0; i < flood; i++) {
		put(EVENT_MSR_DENIED);
	}
	assert_int_equal(kept.last, AUDIT_LOG_GENERAL);
	put(EVENT_RESET);
	put(EVENT_RESET);
	assert_int_equal(kept.lost, flood - AUDIT_LOG_GENERAL + 1 + 1);
	while (read_on(AUDIT_BATCH_MAX) != 0) {
		for (uint32_t i = 0; i < AUDIT_BATCH_MAX; i++) {
			seen += got[i].event.kind == EVENT_MSR_DENIED;
			resets += got[i].event.kind == EVENT_RESET;
			if (got[i].event.kind == EVENT_LOG_LOST) {
				assert_int_equal(got[i].source, OWN);
				lost += got[i].event.a;
				assert_int_equal(got[i].event.b, lost);
			}
		}
		memset(got, 0, sizeof(got));
	}
	assert_int_equal(resets, 1);
	assert_int_equal(seen + resets + lost, flood + 2);
	assert_int_equal(lost, kept.lost);
}

/* Each kind, unknown ones too, has its place; and the ring is never over. */
static void every_kind_has_a_place(void **unused)
{
	(void)unused;
	begin(0);
	while (kept.lost == 0) {
		put(EVENT_LAUNCH);
	}
	for (uint32_t kind = EVENT_KIND_END + 5; kind-- > 0;) {
		uint64_t before = kept.last;

		put(kind);
		put(kind);
		assert_true(kept.last - kept.first < AUDIT_RECORDS_MAX);
		if (kind == 3) {
			assert_int_equal(kept.last, before + 1);
		}
	}
	/* General ones, and one of each kind but the two among those. */
	assert_int_equal(kept.last, AUDIT_LOG_GENERAL + AUDIT_LOG_KINDS - 2);
	while (read_on(AUDIT_BATCH_MAX) != 0) {
	}
}

static void random_puts_and_reads(void **unused)
{
	uint64_t puts = 0;

	(void)unused;
	begin(0);
	srand(11);
	for (int i = 0; i < RANDOM_STEPS; i++) {
		for (int n = rand() % 90; n > 0; n--) {
			put((uint32_t)(rand() % 8 == 0 ? rand() % 40 : 4));
			puts++;
		}
		assert_true(kept.last + 1 - kept.first <= AUDIT_RECORDS_MAX);
		if (rand() % 2 == 0) {
			(void)read_on((uint32_t)rand() % 61);
		}
	}
	while (read_on(AUDIT_BATCH_MAX) != 0) {
	}
	assert_true(kept.lost != 0);
	assert_int_equal(kept.lost_told, kept.lost);
	assert_int_equal(last + kept.lost, puts + kept.own_events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_with_its_start),
		cmocka_unit_test(keeps_until_acknowledged),
		cmocka_unit_test(reads_in_parts),
		cmocka_unit_test(head_is_live),
		cmocka_unit_test(flood_keeps_the_telling_one),
		cmocka_unit_test(every_kind_has_a_place),
		cmocka_unit_test(random_puts_and_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
