/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL1's report: the encoder against examples of RFC 8949 (appendix A), the
 * report's own form byte by byte, and the reader, which takes that form alone.
 *
 * Links: host/libvbs/attest_report.c host/libvbs/reader.c
 * Links: svc/audit/log.c svc/audit/report.c svc/audit/cbor.c lib/bytes.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include "host/libvbs/attest_report.h"

#include <stdlib.h>
#include <string.h>

#include "svc/audit/cbor.h"
#include "svc/audit/report.h"
#include "tests/unit/unit.h"

static const uint8_t nonce[AUDIT_NONCE_BYTES] = {1, 2, 3};
static struct audit_log vtl1;
static uint8_t bytes[ATTEST_REPORT_BYTES_MAX];
static uint32_t count;
static struct attest_report report;

static int begin(void **unused)
{
	const uint8_t private_key[AUDIT_PRIVATE_BYTES] = {7};
	const uint8_t boot_id[AUDIT_BOOT_ID_BYTES] = {8};

	(void)unused;
	audit_log_start(&vtl1, private_key, boot_id, 0, 1000);
	count = report_write(&vtl1, nonce, bytes);
	return 0;
}

static bool reads(const uint8_t *from, size_t len_bytes)
{
	uint8_t *copy = malloc(len_bytes != 0 ? len_bytes : 1);
	bool good;

	memcpy(copy, from, len_bytes);
	good = attest_report_read((struct bytes_view){copy, len_bytes},
				  &report);
	if (good) {
		(void)attest_report_signed(&report, vtl1.public_key);
	}
	free(copy);
	return good;
}

static void encodes_as_the_standard_has_it(void **unused)
{
	static const struct {
		int64_t value;
		const char *expected;
		uint32_t bytes;
	} row[] = {
		{0, "\x00", 1},
		{23, "\x17", 1},
		{24, "\x18\x18", 2},
		{100, "\x18\x64", 2},
		{255, "\x18\xff", 2},
		{256, "\x19\x01\x00", 3},
		{1000, "\x19\x03\xe8", 3},
		{65535, "\x19\xff\xff", 3},
		{65536, "\x1a\x00\x01\x00\x00", 5},
		{1000000, "\x1a\x00\x0f\x42\x40", 5},
		{1000000000000, "\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00", 9},
		{-1, "\x20", 1},
		{-10, "\x29", 1},
		{-100, "\x38\x63", 2},
		{-1000, "\x39\x03\xe7", 3},
		{-65537, "\x3a\x00\x01\x00\x00", 5},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
		uint8_t out[9];
		struct cbor to = {.out = out, .room = row[i].bytes};

		cbor_integer(&to, row[i].value);
		assert_false(to.full);
		assert_int_equal(to.bytes, row[i].bytes);
		assert_memory_equal(out, row[i].expected, row[i].bytes);
	}
}

static void writes_nothing_beyond_its_room(void **unused)
{
	uint8_t out[8] = {[5] = 0x5a};
	struct cbor to = {.out = out, .room = 5};

	(void)unused;
	cbor_string(&to, CBOR_TEXT, "abcde", 5);
	assert_true(to.full);
	assert_int_equal(out[5], 0x5a);
	cbor_head(&to, CBOR_ARRAY, 1);
	assert_int_equal(to.bytes, 1); /* what did fit */
}

/* Every byte that is not random, against what abi/attest.h says. */
static void has_its_form(void **unused)
{
	static const uint8_t front[] = {0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27,
					0xa0, 0x58, 109,  0xa5, 0x0a, 0x58,
					0x20, 0x01, 0x02, 0x03};
	static const uint8_t boot[] = {0x3a, 0, 1, 0, 0, 0x50, 8};
	static const uint8_t events[] = {0x3a, 0, 1, 0, 1,    0x01, 0x3a,
					 0,    1, 0, 2, 0x58, 0x20};
	static const uint8_t lost[] = {0x3a, 0, 1, 0, 3, 0x00, 0x58, 0x40};

	(void)unused;
	assert_memory_equal(bytes, front, sizeof(front));
	assert_memory_equal(bytes + 45, boot, sizeof(boot));
	assert_memory_equal(bytes + 67, events, sizeof(events));
	assert_memory_equal(bytes + 80, vtl1.chain_last, 32);
	assert_memory_equal(bytes + 112, lost, sizeof(lost));
	assert_int_equal(count, 112 + sizeof(lost) + 64);
}

static void says_what_vtl1_knows(void **unused)
{
	(void)unused;
	assert_true(
		attest_report_read((struct bytes_view){bytes, count}, &report));
	assert_memory_equal(report.nonce, nonce, sizeof(nonce));
	assert_memory_equal(report.boot_id, vtl1.boot_id, 16);
	assert_memory_equal(report.chain, vtl1.chain_last, 32);
	assert_int_equal(report.events, 1);
	assert_int_equal(report.lost, 0);
	assert_true(attest_report_signed(&report, vtl1.public_key));
	vtl1.public_key[0] ^= 1;
	assert_false(attest_report_signed(&report, vtl1.public_key));
}

static void the_longest_fits(void **unused)
{
	static const uint64_t values[] = {23,	      24,	  255,
					  256,	      65535,	  65536,
					  UINT32_MAX, 1ULL << 32, UINT64_MAX};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
		vtl1.last = values[i];
		vtl1.lost = values[ARRAY_COUNT(values) - 1 - i];
		count = report_write(&vtl1, nonce, bytes);
		assert_true(attest_report_read(
			(struct bytes_view){bytes, count}, &report));
		assert_true(attest_report_signed(&report, vtl1.public_key));
		assert_int_equal(report.events, vtl1.last);
		assert_int_equal(report.lost, vtl1.lost);
	}
	vtl1.lost = UINT64_MAX;
	assert_int_equal(report_write(&vtl1, nonce, bytes),
			 ATTEST_REPORT_BYTES_MAX);
}

/* Any other byte is no report, or not a signed one. */
static void takes_no_other(void **unused)
{
	(void)unused;
	for (size_t len = 0; len < count; len++) {
		assert_false(reads(bytes, len));
	}
	for (uint32_t i = 0; i < count; i++) {
		for (uint8_t bit = 1; bit != 0; bit = (uint8_t)(bit << 1)) {
			bytes[i] ^= bit;
			assert_false(
				attest_report_read(
					(struct bytes_view){bytes, count},
					&report) &&
				attest_report_signed(&report, vtl1.public_key));
			bytes[i] ^= bit;
		}
	}
}

/* The number 1 in two bytes, with all lengths right. */
static void takes_no_longer_form(void **unused)
{
	uint8_t longer[ATTEST_REPORT_BYTES_MAX + 1];
	size_t at = 72;

	(void)unused;
	assert_int_equal(bytes[at], 1);
	memcpy(longer, bytes, at);
	longer[at] = 0x18;
	memcpy(longer + at + 1, bytes + at, count - at);
	longer[8]++;
	assert_false(reads(longer, count + 1));
	longer[at + 1] = 24; /* which needs two */
	assert_true(reads(longer, count + 1));
	assert_int_equal(report.events, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_as_the_standard_has_it),
		cmocka_unit_test(writes_nothing_beyond_its_room),
		cmocka_unit_test_setup(has_its_form, begin),
		cmocka_unit_test_setup(says_what_vtl1_knows, begin),
		cmocka_unit_test_setup(the_longest_fits, begin),
		cmocka_unit_test_setup(takes_no_other, begin),
		cmocka_unit_test_setup(takes_no_longer_form, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
