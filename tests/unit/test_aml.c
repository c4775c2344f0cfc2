/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleep states in AML: what is not one is left alone, what is one is found. */
#include <stdlib.h>
#include <string.h>

#include "lib/aml.h"
#include "tests/unit/unit.h"

/* Name (_S5_, Package (4) {5, One, Zero, Zero}) as iasl writes it. */
static const uint8_t s5[] = {0x08, '_',	 'S',  '5',  '_',  0x12, 0x07,
			     0x04, 0x0a, 0x05, 0x01, 0x00, 0x00};
/* Name (\_S3_, Package (2) {One, 0x1234}) */
static const uint8_t s3[] = {0x08, 0x5c, '_',  'S',  '3',  '_', 0x12,
			     0x06, 0x02, 0x01, 0x0b, 0x34, 0x12};

static enum status read_s5(const uint8_t *aml, size_t size, uint32_t type[2])
{
	uint8_t *copy = malloc(size);
	enum status status;

	memcpy(copy, aml, size);
	status = aml_s5_read(copy, size, type);
	free(copy);
	return status;
}

static void refuses_every_shorter_package(void **unused)
{
	uint32_t type[2];

	(void)unused;
	for (size_t size = 1; size < sizeof(s5) - 2; size++) {
		assert_int_not_equal(read_s5(s5, size, type), STATUS_OK);
	}
	assert_int_equal(read_s5(s5, sizeof(s5) - 2, type), STATUS_OK);
}

/* Changes one byte of the sample. */
static void s5_with(size_t at, uint8_t byte, enum status expected)
{
	uint8_t aml[sizeof(s5)];
	uint32_t type[2];

	memcpy(aml, s5, sizeof(aml));
	aml[at] = byte;
	assert_int_equal(read_s5(aml, sizeof(aml), type), expected);
}

static void refuses_what_is_none(void **unused)
{
	(void)unused;
	s5_with(0, 0x14, STATUS_NOT_FOUND); /* not a Name */
	s5_with(1, 'X', STATUS_NOT_FOUND);
	s5_with(3, '3', STATUS_NOT_FOUND);
	s5_with(5, 0x0a, STATUS_NOT_FOUND); /* not a Package */
	s5_with(6, 0xc7, STATUS_CORRUPT);   /* length swallows the rest */
	s5_with(7, 1, STATUS_CORRUPT);	    /* too few elements */
	s5_with(8, 0x0d, STATUS_CORRUPT);   /* a string */
	s5_with(9, 8, STATUS_CORRUPT);	    /* more than three bits */
	s5_with(10, 0x0c, STATUS_CORRUPT);  /* a number cut off */
}

static void reads_s5(void **unused)
{
	static const uint8_t words[] = {
		0x10, 0x08, '_',  'S',	'5',  '_',  0x12, 0x4a, 0x00, 0x02,
		0x0b, 0x03, 0x00, 0x0c, 0x07, 0x00, 0x00, 0x00, 0xff,
	};
	uint32_t type[2];

	(void)unused;
	assert_int_equal(read_s5(s5, sizeof(s5), type), STATUS_OK);
	assert_int_equal(type[0], 5);
	assert_int_equal(type[1], 1);
	assert_int_equal(read_s5(words, sizeof(words), type), STATUS_OK);
	assert_int_equal(type[0], 3);
	assert_int_equal(type[1], 7);
}

static uint8_t sum(const uint8_t *bytes, size_t size)
{
	uint8_t total = 0;

	for (size_t i = 0; i < size; i++) {
		total = (uint8_t)(total + bytes[i]);
	}
	return total;
}

static void renames_and_keeps_the_sum(void **unused)
{
	uint8_t aml[2 * sizeof(s3) + sizeof(s5)];
	uint8_t checksum = 0x42;
	uint8_t before;

	(void)unused;
	memcpy(aml, s3, sizeof(s3));
	memcpy(aml + sizeof(s3), s5, sizeof(s5));
	memcpy(aml + sizeof(s3) + sizeof(s5), s3, sizeof(s3));
	before = (uint8_t)(sum(aml, sizeof(aml)) + checksum);
	assert_int_equal(aml_sleep_rename(aml, sizeof(aml), '3', &checksum), 2);
	assert_int_equal((uint8_t)(sum(aml, sizeof(aml)) + checksum), before);
	assert_memory_equal(aml + 2, "VBS3", 4);
	assert_memory_equal(aml + sizeof(s3), s5, sizeof(s5));
	assert_int_equal(aml_sleep_rename(aml, sizeof(aml), '3', &checksum), 0);
	assert_int_equal(aml_sleep_rename(aml, sizeof(aml), '4', &checksum), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_every_shorter_package),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(reads_s5),
		cmocka_unit_test(renames_and_keeps_the_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
