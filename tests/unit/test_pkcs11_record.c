/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of public objects: what the encoder makes is read back, all else is
 * refused; names of a certificate.
 *
 * Links: host/pkcs11/record.c host/pkcs11/x509.c
 */
#include <stdlib.h>
#include <string.h>

#include "host/pkcs11/record.h"
#include "host/pkcs11/x509.h"
#include "tests/unit/unit.h"

static void fill(struct record *record)
{
	const uint64_t class = CKO_DATA;

	record_start(record);
	assert_true(record_set(record, CKA_VALUE, "value", 5));
	assert_true(record_set(record, CKA_CLASS, &class, sizeof(class)));
	assert_true(record_set(record, CKA_LABEL, "", 0));
}

static bool decodes(const struct record *from, size_t len_bytes)
{
	struct record *record = calloc(1, sizeof(*record));
	bool good;

	memcpy(record->bytes, from->bytes, len_bytes);
	good = record_decode(record, len_bytes);
	free(record);
	return good;
}

static void reads_back_what_was_set(void **unused)
{
	struct record record;
	size_t len_bytes;

	(void)unused;
	fill(&record);
	assert_true(decodes(&record, record.len_bytes));
	assert_int_equal(record_number(&record, CKA_CLASS, 9), CKO_DATA);
	assert_int_equal(record_number(&record, CKA_KEY_TYPE, 9), 9);
	assert_memory_equal(record_get(&record, CKA_VALUE, &len_bytes), "value",
			    5);
	assert_int_equal(len_bytes, 5);
	assert_true(record_set(&record, CKA_VALUE, "other value", 11));
	assert_int_equal(record.count, 3);
	assert_memory_equal(record_get(&record, CKA_VALUE, &len_bytes),
			    "other value", 11);
	assert_non_null(record_get(&record, CKA_LABEL, &len_bytes));
	assert_int_equal(len_bytes, 0);
	assert_null(record_get(&record, CKA_ID, &len_bytes));
}

static void refuses_what_is_cut_or_changed(void **unused)
{
	struct record record;

	(void)unused;
	fill(&record);
	for (size_t len = 0; len < record.len_bytes; len++) {
		struct record copy = record;
		bool good = decodes(&copy, len);

		/* Between attributes it is a shorter record. */
		assert_int_equal(good, len == 8 || len == 24 || len == 32);
	}
	for (size_t i = 0; i < 8; i++) {
		struct record copy = record;

		copy.bytes[i] ^= 1;
		assert_false(decodes(&copy, copy.len_bytes));
	}
	record.bytes[24] = CKA_CLASS; /* twice */
	assert_false(decodes(&record, record.len_bytes));
	record.bytes[24] = 0xff; /* unknown */
	assert_false(decodes(&record, record.len_bytes));
}

static void refuses_wrong_forms_and_too_much(void **unused)
{
	static const uint8_t big[RECORD_BYTES_MAX];
	struct record record;

	(void)unused;
	fill(&record);
	assert_false(record_set(&record, CKA_CLASS, big, 4));
	assert_false(record_set(&record, CKA_VERIFY, "\2", 1));
	assert_false(record_set(&record, CKA_PRIVATE_EXPONENT, big, 1));
	assert_false(record_set(&record, CKA_VALUE, big, sizeof(big)));
	assert_int_equal(record.count, 3);
	assert_true(record_set(&record, CKA_VALUE, big, RECORD_BYTES_MAX - 40));
	assert_int_equal(record.len_bytes, RECORD_BYTES_MAX);
	assert_false(record_set(&record, CKA_ID, "", 0));
}

/* SEQUENCE { SEQUENCE { [0], serial 5, {}, {issuer}, {}, {subject} } } */
static const uint8_t certificate[] = {0x30, 0x13, 0x30, 0x11, 0xa0, 0x00, 0x02,
				      0x01, 0x05, 0x30, 0x00, 0x30, 0x01, 0x49,
				      0x30, 0x00, 0x30, 0x01, 0x53, 0x30, 0x00};

static void finds_the_names_of_a_certificate(void **unused)
{
	struct x509_names names;

	(void)unused;
	assert_true(x509_names(
		(struct der_bytes){certificate, sizeof(certificate)}, &names));
	assert_ptr_equal(names.serial.bytes, certificate + 6);
	assert_int_equal(names.serial.len_bytes, 3);
	assert_ptr_equal(names.issuer.bytes, certificate + 11);
	assert_ptr_equal(names.subject.bytes, certificate + 16);
	for (size_t len = 0; len < sizeof(certificate); len++) {
		uint8_t *copy = malloc(len + 1);

		memcpy(copy, certificate, len);
		assert_false(x509_names((struct der_bytes){copy, len}, &names));
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back_what_was_set),
		cmocka_unit_test(refuses_what_is_cut_or_changed),
		cmocka_unit_test(refuses_wrong_forms_and_too_much),
		cmocka_unit_test(finds_the_names_of_a_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
