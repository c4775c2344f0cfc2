/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writer of the stored event log: what it refuses, what it does after a
 * crash at any byte, and that nothing is acknowledged that is not stored.
 *
 * Links: host/libvbs/verify.c host/libvbs/log.c host/libvbs/log_format.c
 * Links: svc/audit/log.c lib/bytes.c tests/unit/audit_sample.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#define _GNU_SOURCE
#include "host/libvbs/log.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host/libvbs/log_format.h"
#include "host/libvbs/verify.h"
#include "tests/unit/audit_sample.h"
#include "tests/unit/unit.h"

static struct sample s;

/* Two batches: records 1 to 3 and 4 to 6. */
static int setup(void **unused)
{
	(void)unused;
	sample_begin(&s, 7, 0);
	for (unsigned i = 1; i < 6; i++) {
		sample_put(&s, EVENT_LAUNCH);
	}
	assert_int_equal(sample_store(&s, 3), 3);
	assert_int_equal(sample_store(&s, 3), 3);
	sample_load(&s);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	sample_end(&s);
	return 0;
}

static enum status reopen(uint64_t *torn)
{
	log_close(s.log);
	s.log = NULL;
	return log_open(s.folder, &s.key, &s.log, torn);
}

static void is_whole(uint64_t records)
{
	struct verify v;

	sample_load(&s);
	assert_true(verify_log(s.bytes, s.len_bytes, &s.key, NULL, &v));
	assert_int_equal(v.records, records);
	assert_int_equal(v.proved, records);
}

static void name_is_the_boot_id(void **unused)
{
	char name[LOG_NAME_BYTES];

	(void)unused;
	log_name(&s.key, name);
	assert_string_equal(name, "07020000000000000000000000000000.log");
}

static void goes_on(void **unused)
{
	uint64_t torn = 1;

	(void)unused;
	is_whole(6);
	assert_int_equal(reopen(&torn), STATUS_OK);
	assert_int_equal(torn, 0);
	assert_int_equal(log_acknowledged(s.log), 6);
	sample_put(&s, EVENT_RESET);
	assert_int_equal(sample_store(&s, 60), 1);
	is_whole(7);
}

static void stores_no_empty_batch(void **unused)
{
	size_t before = s.len_bytes;

	(void)unused;
	assert_int_equal(sample_store(&s, 60), 0);
	sample_load(&s);
	assert_int_equal(s.len_bytes, before);
}

static void cuts_a_torn_tail(void **unused)
{
	size_t batch = log_batch_bytes(3), whole = s.len_bytes;
	uint64_t torn;

	(void)unused;
	for (size_t cut = 1; cut < batch; cut++) {
		s.len_bytes = whole - cut;
		sample_save(&s);
		assert_int_equal(reopen(&torn), STATUS_OK);
		assert_int_equal(torn, batch - cut);
		assert_int_equal(log_acknowledged(s.log), 3);
	}
	is_whole(3);
}

static void begins_again_behind_a_torn_header(void **unused)
{
	uint64_t torn;

	(void)unused;
	for (size_t len = 0; len < sizeof(struct log_header); len += 7) {
		s.len_bytes = len;
		sample_save(&s);
		assert_int_equal(reopen(&torn), STATUS_OK);
		assert_int_equal(torn, len);
		assert_int_equal(log_acknowledged(s.log), 0);
	}
	is_whole(0);
}

static void cuts_half_a_batch(void **unused)
{
	uint64_t torn;

	(void)unused;
	memset(s.bytes + s.len_bytes - 64, 0, 64);
	sample_save(&s);
	assert_int_equal(reopen(&torn), STATUS_OK);
	assert_int_equal(torn, log_batch_bytes(3));
	assert_int_equal(log_acknowledged(s.log), 3);
	is_whole(3);
}

/* What was acknowledged once is evidence, whatever has become of it. */
static void cuts_nothing_in_the_middle(void **unused)
{
	uint64_t torn;

	(void)unused;
	s.bytes[sizeof(struct log_header) + sizeof(struct log_batch) + 40] ^= 1;
	sample_save(&s);
	assert_int_equal(reopen(&torn), STATUS_OK);
	assert_int_equal(torn, 0);
	assert_int_equal(log_acknowledged(s.log), 6);
	s.bytes[sizeof(struct log_header)] ^= 1; /* no batch any more */
	sample_save(&s);
	assert_int_equal(reopen(&torn), STATUS_CORRUPT);
}

static void refuses_other_files(void **unused)
{
	char name[128];
	uint64_t torn;

	(void)unused;
	s.bytes[offsetof(struct log_header, key.public_key)] ^= 1;
	sample_save(&s);
	assert_int_equal(reopen(&torn), STATUS_CORRUPT);
	s.bytes[0] ^= 1;
	sample_save(&s);
	assert_int_equal(reopen(&torn), STATUS_CORRUPT);
	assert_int_equal(unlink(s.path), 0);
	(void)snprintf(name, sizeof(name), "%s/elsewhere", s.folder);
	assert_int_equal(symlink(name, s.path), 0);
	assert_int_equal(reopen(&torn), STATUS_NO_SPACE);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(log_open("/nowhere", &s.key, &s.log, &torn),
			 STATUS_NO_SPACE);
}

static void has_one_writer(void **unused)
{
	struct log *second = NULL;
	uint64_t torn;

	(void)unused;
	assert_int_equal(log_open(s.folder, &s.key, &second, &torn),
			 STATUS_BUSY);
	assert_null(second);
}

static enum status append(size_t len_bytes)
{
	return log_append(s.log, &s.batch, len_bytes);
}

static void refuses_what_is_no_reply(void **unused)
{
	size_t before = s.len_bytes;

	(void)unused;
	assert_int_equal(append(s.batch_bytes), STATUS_INVALID); /* again */
	for (unsigned i = 0; i < 3; i++) {
		sample_put(&s, EVENT_LAUNCH);
	}
	assert_int_equal(sample_read(&s, 60), 3);
	for (size_t len = 0; len < s.batch_bytes; len++) {
		assert_int_equal(append(len), STATUS_INVALID);
	}
	assert_int_equal(append(s.batch_bytes + 1), STATUS_INVALID);
	s.batch.reserved_zero = 1;
	assert_int_equal(append(s.batch_bytes), STATUS_INVALID);
	s.batch.reserved_zero = 0;
	s.batch.count = AUDIT_BATCH_MAX + 1;
	assert_int_equal(append(s.batch_bytes + 58 * 64), STATUS_INVALID);
	s.batch.count = 3;
	s.batch.record[2].sequence = s.batch.record[1].sequence;
	assert_int_equal(append(s.batch_bytes), STATUS_INVALID);
	s.batch.record[2].sequence++;
	s.batch.head.head.boot_id[0] ^= 1;
	assert_int_equal(append(s.batch_bytes), STATUS_CONFLICT);
	s.batch.head.head.boot_id[0] ^= 1;
	sample_load(&s);
	assert_int_equal(s.len_bytes, before);
	assert_int_equal(append(s.batch_bytes), STATUS_OK);
	is_whole(9);
}

/* VTL1 has forgotten what this file never had: that is kept as it is. */
static void stores_a_gap(void **unused)
{
	struct verify v;
	uint64_t torn;

	(void)unused;
	s.len_bytes -= log_batch_bytes(3);
	sample_save(&s);
	sample_put(&s, EVENT_LAUNCH);
	assert_int_equal(sample_read(&s, 60), 1);
	assert_int_equal(reopen(&torn), STATUS_OK);
	assert_int_equal(append(s.batch_bytes), STATUS_OK);
	sample_load(&s);
	assert_false(verify_log(s.bytes, s.len_bytes, &s.key, NULL, &v));
	assert_int_equal(v.finding[0].kind, VERIFY_MISSING);
	assert_int_equal(v.finding[0].first, 4);
	assert_int_equal(v.finding[0].last, 6);
}

static void a_full_disk_loses_nothing(void **unused)
{
	struct rlimit full = {s.len_bytes + 100, RLIM_INFINITY};
	const struct rlimit free = {RLIM_INFINITY, RLIM_INFINITY};

	(void)unused;
	signal(SIGXFSZ, SIG_IGN);
	sample_put(&s, EVENT_RESET);
	assert_int_equal(sample_read(&s, 60), 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	assert_int_equal(append(s.batch_bytes), STATUS_NO_SPACE);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &free), 0);
	assert_int_equal(log_acknowledged(s.log), 6);
	is_whole(6);
	assert_int_equal(append(s.batch_bytes), STATUS_OK);
	is_whole(7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(name_is_the_boot_id),
		TEST(goes_on),
		TEST(stores_no_empty_batch),
		TEST(cuts_a_torn_tail),
		TEST(begins_again_behind_a_torn_header),
		TEST(cuts_half_a_batch),
		TEST(cuts_nothing_in_the_middle),
		TEST(refuses_other_files),
		TEST(has_one_writer),
		TEST(refuses_what_is_no_reply),
		TEST(stores_a_gap),
		TEST(a_full_disk_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
