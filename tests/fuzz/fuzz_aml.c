/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sleep states in AML: a type that is found fits its three bits, renaming
 * keeps the byte sum and leaves nothing to rename.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/acpi_format.h"
#include "lib/aml.h"
#include "tests/fuzz/fuzz.h"

static uint8_t sum(const uint8_t *bytes, size_t size)
{
	uint8_t total = 0;

	for (size_t i = 0; i < size; i++) {
		total = (uint8_t)(total + bytes[i]);
	}
	return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	uint8_t *copy = malloc(len_bytes);
	uint8_t checksum = 0;
	uint32_t type[2];

	memcpy(copy, data, len_bytes);
	if (aml_s5_read(copy, len_bytes, type) == STATUS_OK) {
		FUZZ_CHECK(type[0] <= AML_SLEEP_TYPE_MAX);
		FUZZ_CHECK(type[1] <= AML_SLEEP_TYPE_MAX);
	}
	(void)aml_sleep_rename(copy, len_bytes, '3', &checksum);
	FUZZ_CHECK((uint8_t)(sum(copy, len_bytes) + checksum) ==
		   sum(data, len_bytes));
	FUZZ_CHECK(aml_sleep_rename(copy, len_bytes, '3', &checksum) == 0);
	free(copy);
	return 0;
}
