/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The methods of the audit service, through the runtime's dispatch: every
 * length one too short and one too long, every caller, small replies.
 *
 * Links: svc/audit
 * Links: svc/rt/dispatch.c svc/rt/drbg.c svc/rt/random.c svc/rt/state.c
 * Links: svc/rt/crash.c lib/bytes.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <string.h>

#include "abi/audit.h"
#include "svc/audit/state.h"
#include "svc/rt/rt.h"
#include "tests/unit/unit.h"

#define FROM_VTL0    0, 1000
#define FROM_KERNEL  0, SERVICE_CALLER_VTL1
#define FROM_SERVICE SERVICE_ECHO, SERVICE_CALLER_VTL1
#define ENTRY_BYTES  56u
#define EMPTY_BATCH  offsetof(struct audit_batch, record)

static struct service_buffer buffer;

static enum status send(uint32_t method, uint32_t from, uint64_t caller,
			uint32_t bytes, uint32_t bytes_max)
{
	buffer.from = from;
	buffer.caller = caller;
	buffer.bytes = bytes;
	buffer.bytes_max = bytes_max;
	return rt_dispatch(&rt_service, method, &buffer);
}

static int begin(void **unused)
{
	(void)unused;
	memset(&buffer, 0, sizeof(buffer));
	return rt_service.start(&(struct service_start){0}) == STATUS_OK ? 0
									 : -1;
}

static void refuses_unknown_methods(void **unused)
{
	(void)unused;
	assert_int_equal(send(0, FROM_VTL0, 0, 4064), STATUS_NOT_FOUND);
	assert_int_equal(send(6, FROM_VTL0, 0, 4064), STATUS_NOT_FOUND);
	assert_int_equal(send(UINT32_MAX, FROM_KERNEL, 0, 4064),
			 STATUS_NOT_FOUND);
	/* the whole number counts, not its low half */
	buffer.bytes = 0;
	assert_int_equal(rt_dispatch(&rt_service,
				     UINT64_C(1) << 32 | AUDIT_METHOD_KEY,
				     &buffer),
			 STATUS_NOT_FOUND);
}

static void refuses_other_callers(void **unused)
{
	struct audit_put *put = (void *)buffer.data;
	uint64_t last = audit_log.last;

	(void)unused;
	put->count = 1;
	assert_int_equal(send(AUDIT_METHOD_PUT, FROM_VTL0, 8 + ENTRY_BYTES, 0),
			 STATUS_DENIED);
	assert_int_equal(
		send(AUDIT_METHOD_PUT, FROM_SERVICE, 8 + ENTRY_BYTES, 0),
		STATUS_DENIED);
	assert_int_equal(send(AUDIT_METHOD_KEY, FROM_KERNEL, 0, 4064),
			 STATUS_DENIED);
	assert_int_equal(send(AUDIT_METHOD_READ, FROM_SERVICE, 8, 4064),
			 STATUS_DENIED);
	assert_int_equal(audit_log.last, last);
}

static void refuses_other_lengths(void **unused)
{
	static const struct {
		uint32_t method, exact;
	} row[] = {
		{AUDIT_METHOD_KEY, 0},
		{AUDIT_METHOD_READ, sizeof(struct audit_read)},
		{AUDIT_METHOD_HEAD, AUDIT_NONCE_BYTES},
		{AUDIT_METHOD_REPORT, AUDIT_NONCE_BYTES},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
		for (uint32_t bytes = 0; bytes < 4100; bytes++) {
			memset(buffer.data, 0, sizeof(buffer.data));
			assert_int_equal(
				send(row[i].method, FROM_VTL0, bytes, 4064),
				bytes == row[i].exact ? STATUS_OK
						      : STATUS_INVALID);
		}
		assert_int_equal(
			send(row[i].method, FROM_VTL0, UINT32_MAX, 4064),
			STATUS_INVALID);
		assert_int_equal(buffer.bytes, 0);
	}
}

static void put_matches_its_count(void **unused)
{
	struct audit_put *put = (void *)buffer.data;

	(void)unused;
	for (uint32_t count = 0; count < 70; count++) {
		for (uint32_t bytes = 0; bytes < 4064; bytes += 4) {
			uint64_t last = audit_log.last;
			uint64_t good = count != 0 && count <= AUDIT_PUT_MAX &&
					bytes == 8 + count * ENTRY_BYTES;

			memset(buffer.data, 0, sizeof(buffer.data));
			put->count = count;
			assert_int_equal(
				send(AUDIT_METHOD_PUT, FROM_KERNEL, bytes, 0),
				good ? STATUS_OK : STATUS_INVALID);
			assert_int_equal(audit_log.last - last,
					 good ? count : 0);
		}
	}
	memset(buffer.data, 0, sizeof(buffer.data));
	put->count = 0x04924925; /* times the entry's bytes: 56, modulo 2^32 */
	assert_int_equal(
		send(AUDIT_METHOD_PUT, FROM_KERNEL, 8 + ENTRY_BYTES, 0),
		STATUS_INVALID);
}

static void put_has_zero_reserved(void **unused)
{
	struct audit_put *put = (void *)buffer.data;
	uint64_t last = audit_log.last;

	(void)unused;
	put->count = 2;
	put->reserved_zero = 1;
	assert_int_equal(
		send(AUDIT_METHOD_PUT, FROM_KERNEL, 8 + 2 * ENTRY_BYTES, 0),
		STATUS_INVALID);
	put->reserved_zero = 0;
	put->entry[1].reserved_zero = 1;
	assert_int_equal(
		send(AUDIT_METHOD_PUT, FROM_KERNEL, 8 + 2 * ENTRY_BYTES, 0),
		STATUS_INVALID);
	assert_int_equal(audit_log.last, last); /* all of it or nothing */
}

static void replies_fit(void **unused)
{
	struct audit_batch *batch = (void *)buffer.data;

	(void)unused;
	assert_int_equal(send(AUDIT_METHOD_KEY, FROM_VTL0, 0,
			      sizeof(struct audit_key) - 1),
			 STATUS_NO_SPACE);
	assert_int_equal(send(AUDIT_METHOD_HEAD, FROM_VTL0, AUDIT_NONCE_BYTES,
			      sizeof(struct audit_signed_head) - 1),
			 STATUS_NO_SPACE);
	for (uint32_t max = 0; max < 4200; max += 3) {
		memset(buffer.data, 0, sizeof(buffer.data));
		if (send(AUDIT_METHOD_READ, FROM_VTL0, 8, max) != STATUS_OK) {
			assert_true(max < EMPTY_BATCH);
			assert_int_equal(buffer.bytes, 0);
			continue;
		}
		assert_true(max >= EMPTY_BATCH);
		assert_true(buffer.bytes <= max);
		assert_int_equal(batch->count, max >= EMPTY_BATCH + 64);
	}
}

static void reads_and_acknowledges(void **unused)
{
	struct audit_put *put = (void *)buffer.data;
	struct audit_batch *batch = (void *)buffer.data;
	uint64_t acknowledged = 2;

	(void)unused;
	put->count = 2;
	put->entry[0].event.kind = EVENT_LAUNCH;
	put->entry[1].source = AUDIT_SOURCE_HYPERVISOR;
	put->entry[1].event.kind = EVENT_RESET;
	assert_int_equal(
		send(AUDIT_METHOD_PUT, FROM_KERNEL, 8 + 2 * ENTRY_BYTES, 0),
		STATUS_OK);
	memcpy(buffer.data, &acknowledged, sizeof(acknowledged));
	assert_int_equal(send(AUDIT_METHOD_READ, FROM_VTL0, 8, 4064),
			 STATUS_INVALID); /* not given to anybody yet */
	memset(buffer.data, 0, sizeof(buffer.data));
	assert_int_equal(send(AUDIT_METHOD_READ, FROM_VTL0, 8, 4064),
			 STATUS_OK);
	assert_int_equal(batch->count, 3);
	assert_int_equal(buffer.bytes, EMPTY_BATCH + 3 * 64);
	memcpy(buffer.data, &acknowledged, sizeof(acknowledged));
	assert_int_equal(send(AUDIT_METHOD_READ, FROM_VTL0, 8, 4064),
			 STATUS_OK);
	assert_int_equal(batch->count, 1);
	assert_int_equal(batch->lost, 0);
	assert_int_equal(batch->reserved_zero, 0);
	assert_int_equal(batch->record[0].event.kind, EVENT_RESET);
	assert_int_equal(batch->record[0].source, AUDIT_SOURCE_HYPERVISOR);
}

static void each_start_has_its_key(void **unused)
{
	const struct service_start start = {.restarts = 1};
	struct audit_key first, second;

	(void)unused;
	assert_int_equal(send(AUDIT_METHOD_KEY, FROM_VTL0, 0, 4064), STATUS_OK);
	assert_int_equal(buffer.bytes, sizeof(first));
	memcpy(&first, buffer.data, sizeof(first));
	assert_int_equal(rt_service.start(&start), STATUS_OK);
	assert_int_equal(send(AUDIT_METHOD_KEY, FROM_VTL0, 0, 4064), STATUS_OK);
	memcpy(&second, buffer.data, sizeof(second));
	assert_memory_not_equal(first.public_key, second.public_key, 32);
	assert_memory_not_equal(first.boot_id, second.boot_id, 16);
	assert_int_equal(first.anchored, 0);
	assert_int_equal(audit_log.last, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(refuses_unknown_methods, begin),
		cmocka_unit_test_setup(refuses_other_callers, begin),
		cmocka_unit_test_setup(refuses_other_lengths, begin),
		cmocka_unit_test_setup(put_matches_its_count, begin),
		cmocka_unit_test_setup(put_has_zero_reserved, begin),
		cmocka_unit_test_setup(replies_fit, begin),
		cmocka_unit_test_setup(reads_and_acknowledges, begin),
		cmocka_unit_test_setup(each_start_has_its_key, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
