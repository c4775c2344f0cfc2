/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event pump with a real audit log behind a made-up device: killed at
 * each step it loses nothing, and what is missing is told as missing.
 *
 * Links: host/vbsd/pump.c host/libvbs/vtl1.c host/libvbs/log.c
 * Links: host/libvbs/log_format.c host/libvbs/log_files.c
 * Links: host/libvbs/verify.c lib/status.c lib/bytes.c
 * Links: svc/audit/log.c tests/fake/vbs_device.c
 * Libs: -lhogweed -lnettle -lgmp
 * Libs: -Wl,--wrap=pwrite -Wl,--wrap=fsync -Wl,--wrap=ftruncate
 */
#define _GNU_SOURCE
#include "host/vbsd/pump.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/libvbs/log_files.h"
#include "host/libvbs/verify.h"
#include "host/vbsd/journal.h"
#include "tests/fake/vbs_device.h"
#include "tests/unit/unit.h"

#define SENT_MAX 8192

/* What came to the journal; outlives the process under test. */
static struct {
	unsigned sent[SENT_MAX]; /* by sequence */
	unsigned gaps;
	uint64_t gap_first;
	uint64_t gap_last;
	uint64_t lost;
	int refuses;
	int disk_is_full;
} * seen;

static char folder[32];

/* --- the journal and the disk, with a step at each act ---------------------- */

bool journal_record(const struct audit_record *record)
{
	vbs_fake_step();
	if (seen->refuses || record->sequence >= SENT_MAX) {
		return false;
	}
	seen->sent[record->sequence]++;
	return true;
}

bool journal_missing(uint32_t kind, uint64_t a, uint64_t b)
{
	vbs_fake_step();
	if (kind == JOURNAL_LOST) {
		seen->lost += a;
	} else {
		seen->gaps++;
		seen->gap_first = a;
		seen->gap_last = b;
	}
	return !seen->refuses;
}

ssize_t __real_pwrite(int file, const void *from, size_t len, off_t offset);
ssize_t __wrap_pwrite(int file, const void *from, size_t len, off_t offset);
int __real_fsync(int file);
int __wrap_fsync(int file);
int __real_ftruncate(int file, off_t len);
int __wrap_ftruncate(int file, off_t len);

/* In two halves, so that the process can die between them. */
ssize_t __wrap_pwrite(int file, const void *from, size_t len, off_t offset)
{
	vbs_fake_step();
	if (seen->disk_is_full) {
		errno = ENOSPC;
		return -1;
	}
	return __real_pwrite(file, from, (len + 1) / 2, offset);
}

int __wrap_fsync(int file)
{
	vbs_fake_step();
	return __real_fsync(file);
}

int __wrap_ftruncate(int file, off_t len)
{
	vbs_fake_step();
	return __real_ftruncate(file, len);
}

/* --- helpers ----------------------------------------------------------------- */

static void remove_folder(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

static int begin(void **unused)
{
	(void)unused;
	if (seen == NULL) {
		seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	}
	memset(seen, 0, sizeof(*seen));
	strcpy(folder, "/tmp/vbs-pump-XXXXXX");
	vbs_fake_boot(1);
	return mkdtemp(folder) == NULL;
}

static int end(void **unused)
{
	(void)unused;
	remove_folder();
	return 0;
}

static void pump_all(struct pump *pump)
{
	while (pump_turn(pump) != 0) {
	}
}

/* A process that pumps until nothing is left. False: it was killed. */
static bool run_process(uint32_t kill_at)
{
	struct pump pump;
	int status;
	pid_t child;

	vbs_fake->kill_at = kill_at;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		pump_init(&pump, -1, folder);
		pump_all(&pump);
		_exit(pump.events.gaps == 0 && pump.events.trouble == NULL ? 0
									   : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == VBS_FAKE_KILLED) {
		return false;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return true;
}

/* What the folder's `nth` log proves of `count` records. */
static bool log_proves(size_t nth, uint64_t count)
{
	struct verify verify;
	size_t files, len_bytes;
	struct log_file *file = log_files(folder, &files);
	void *bytes;
	bool good;

	assert_true(nth < files);
	bytes = log_load(file[nth].path, &len_bytes);
	assert_non_null(bytes);
	good = verify_log(bytes, len_bytes, NULL, NULL, &verify);
	assert_int_equal(verify.records, count);
	free(bytes);
	free(file);
	return good;
}

/* --- tests ------------------------------------------------------------------- */

static void killed_at_each_step_loses_nothing(void **state)
{
	uint32_t kill_at = 0;
	bool finished;

	do {
		begin(state);
		vbs_fake->batch_max = 3;
		vbs_fake_put(EVENT_MSR_DENIED, 7);
		finished = run_process(++kill_at);
		assert_true(run_process(0));
		assert_true(log_proves(0, vbs_fake->log.last));
		for (uint64_t i = 1; i <= vbs_fake->log.last; i++) {
			assert_in_range(seen->sent[i], 1, 2);
		}
		assert_int_equal(seen->gaps, 0);
		end(state);
	} while (!finished);
	assert_true(kill_at > 20); /* it did die on the way */
	begin(state);
}

static void nothing_new_is_nothing(void **unused)
{
	struct pump pump;

	(void)unused;
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	assert_int_equal(pump.events.stored, vbs_fake->log.last);
	assert_int_equal(pump_turn(&pump), 0);
	assert_null(pump.events.trouble);
	vbs_fake_put(EVENT_MSR_DENIED, 1);
	assert_int_equal(pump_turn(&pump), 1);
	assert_int_equal(seen->sent[vbs_fake->log.last], 1);
	pump_close(&pump);
}

static void a_removed_log_is_a_gap(void **unused)
{
	struct pump pump;
	uint64_t stored;

	(void)unused;
	vbs_fake_put(EVENT_MSR_DENIED, 5);
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	stored = pump.events.stored;
	pump_close(&pump);
	remove_folder();
	assert_int_equal(mkdir(folder, S_IRWXU), 0);
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	/* The gap is seen without a new event; told once. */
	assert_int_equal(pump.events.gaps, 1);
	assert_int_equal(seen->gap_first, 1);
	assert_int_equal(seen->gap_last, stored);
	vbs_fake_put(EVENT_MSR_DENIED, 1);
	pump_all(&pump);
	assert_int_equal(pump.events.gaps, 1);
	assert_false(log_proves(0, 1));
	pump_close(&pump);
}

static void a_flood_is_told_as_lost(void **unused)
{
	struct pump pump;

	(void)unused;
	vbs_fake_put(EVENT_MSR_DENIED, AUDIT_RECORDS_MAX + 500);
	assert_true(vbs_fake->log.lost > 0);
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	assert_int_equal(pump.events.lost, vbs_fake->log.lost);
	assert_int_equal(seen->lost, vbs_fake->log.lost);
	assert_int_equal(seen->gaps, 0);
	assert_true(log_proves(0, vbs_fake->log.last));
	pump_close(&pump);
}

static void a_full_disk_acknowledges_nothing(void **unused)
{
	struct pump pump;

	(void)unused;
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	vbs_fake_put(EVENT_MSR_DENIED, 5);
	seen->disk_is_full = 1;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pump_turn(&pump), 0);
		assert_non_null(pump.events.trouble);
		assert_non_null(strstr(pump.events.trouble, "No space"));
	}
	seen->disk_is_full = 0;
	assert_int_equal(pump_turn(&pump), 5);
	assert_null(pump.events.trouble);
	assert_int_equal(seen->sent[vbs_fake->log.last], 1);
	assert_int_equal(seen->gaps, 0);
	assert_true(log_proves(0, vbs_fake->log.last));
	pump_close(&pump);
}

static void a_journal_that_refuses_is_trouble(void **unused)
{
	struct pump pump;

	(void)unused;
	seen->refuses = 1;
	pump_init(&pump, -1, folder);
	assert_int_not_equal(pump_turn(&pump), 0);
	assert_non_null(pump.events.trouble);
	assert_true(log_proves(0, vbs_fake->log.last));
	assert_int_equal(pump_turn(&pump), 0); /* and stays so until it */
	assert_non_null(pump.events.trouble);
	seen->refuses = 0; /* takes one again */
	vbs_fake_put(EVENT_MSR_DENIED, 1);
	assert_int_equal(pump_turn(&pump), 1);
	assert_null(pump.events.trouble);
	pump_close(&pump);
}

static void the_audit_service_starts_anew(void **unused)
{
	struct pump pump;

	(void)unused;
	vbs_fake_put(EVENT_MSR_DENIED, 9);
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	vbs_fake_boot(2);
	vbs_fake_put(EVENT_PORT_DENIED, 2);
	assert_int_equal(pump_turn(&pump), 0); /* notices */
	pump_all(&pump);
	assert_int_equal(pump.events.stored, vbs_fake->log.last);
	assert_null(pump.events.trouble);
	assert_int_equal(pump.events.gaps, 0);
	assert_true(log_proves(0, 10));
	assert_true(log_proves(1, vbs_fake->log.last));
	pump_close(&pump);
}

static void a_damaged_log_is_set_aside(void **unused)
{
	char command[128];
	struct pump pump;

	(void)unused;
	vbs_fake_put(EVENT_MSR_DENIED, 3);
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	pump_close(&pump);
	(void)snprintf(command, sizeof(command),
		       "for f in %s/*.log; do printf bad | dd of=$f "
		       "conv=notrunc status=none; done",
		       folder);
	assert_int_equal(system(command), 0);
	vbs_fake_put(EVENT_MSR_DENIED, 1);
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	assert_int_equal(pump.events.stored, vbs_fake->log.last);
	assert_int_equal(pump.events.gaps, 1);
	(void)snprintf(command, sizeof(command), "ls %s/*.damaged-* >/dev/null",
		       folder);
	assert_int_equal(system(command), 0);
	pump_close(&pump);
}

/* A file of this boot that claims more than VTL1 ever gave out. */
static void a_log_that_lies_is_set_aside(void **unused)
{
	struct pump pump;

	(void)unused;
	vbs_fake_put(EVENT_MSR_DENIED, 9);
	pump_init(&pump, -1, folder);
	pump_all(&pump);
	pump_close(&pump);
	vbs_fake_boot(1); /* the same log, with less in it */
	pump_init(&pump, -1, folder);
	assert_int_equal(pump_turn(&pump), 0);
	assert_non_null(strstr(pump.events.trouble, "tampered"));
	pump_all(&pump);
	assert_int_equal(pump.events.stored, vbs_fake->log.last);
	pump_close(&pump);
}

static void no_answer_is_trouble(void **unused)
{
	struct pump pump;

	(void)unused;
	pump_init(&pump, -1, folder);
	vbs_fake->failure = STATUS_CRASHED;
	assert_int_equal(pump_turn(&pump), 0);
	assert_non_null(pump.events.trouble);
	vbs_fake->failure = STATUS_OK;
	pump_all(&pump);
	vbs_fake->failure = STATUS_BUSY;
	assert_int_equal(pump_turn(&pump), 0);
	assert_non_null(pump.events.trouble);
	vbs_fake->failure = STATUS_OK;
	pump_all(&pump);
	assert_null(pump.events.trouble);
	assert_int_equal(seen->gaps, 0);
	pump_close(&pump);
}

#define PUMP_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PUMP_TEST(killed_at_each_step_loses_nothing),
		PUMP_TEST(nothing_new_is_nothing),
		PUMP_TEST(a_removed_log_is_a_gap),
		PUMP_TEST(a_flood_is_told_as_lost),
		PUMP_TEST(a_full_disk_acknowledges_nothing),
		PUMP_TEST(a_journal_that_refuses_is_trouble),
		PUMP_TEST(the_audit_service_starts_anew),
		PUMP_TEST(a_damaged_log_is_set_aside),
		PUMP_TEST(a_log_that_lies_is_set_aside),
		PUMP_TEST(no_answer_is_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
