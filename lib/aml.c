/* SPDX-License-Identifier: MIT */
/*
 * Searches AML for sleep states. Called by acpi.c with the body of DSDT and
 * SSDTs; pure. Invariant: no index reaches `size`.
 */
#include <stdbool.h>

#include "lib/acpi_format.h"
#include "lib/aml.h"
#include "lib/bytes.h"

/* Bytes not yet read of a table. */
struct cursor {
	const uint8_t *at;
	size_t left;
};

static bool cursor_take(struct cursor *cursor, uint8_t *byte)
{
	if (cursor->left == 0) {
		return false;
	}
	*byte = *cursor->at++;
	cursor->left--;
	return true;
}

/*
 * Index of the name segment of the next definition of \_Sx at or after
 * `from`, or `size`. A package follows at index + AML_NAME_BYTES.
 */
static size_t aml_sleep_find(const uint8_t *aml, size_t size, size_t from,
			     char state)
{
	const uint8_t name[AML_NAME_BYTES] = {'_', 'S', (uint8_t)state, '_'};

	for (size_t i = from > 0 ? from : 1;
	     size > AML_NAME_BYTES && i < size - AML_NAME_BYTES; i++) {
		if (aml[i] != '_' || aml[i + AML_NAME_BYTES] != AML_PACKAGE ||
		    !bytes_equal(&aml[i], name, sizeof(name))) {
			continue;
		}
		if (aml[i - 1] == AML_NAME ||
		    (i > 1 && aml[i - 1] == AML_ROOT &&
		     aml[i - 2] == AML_NAME)) {
			return i;
		}
	}
	return size;
}

/* A constant of the forms that firmware uses for small numbers. */
static bool aml_number_take(struct cursor *cursor, uint32_t *number)
{
	uint8_t prefix;
	uint8_t byte;
	unsigned bytes;

	if (!cursor_take(cursor, &prefix)) {
		return false;
	}
	switch (prefix) {
	case AML_ZERO:
	case AML_ONE:
		*number = prefix;
		return true;
	case AML_BYTE:
		bytes = 1;
		break;
	case AML_WORD:
		bytes = 2;
		break;
	case AML_DWORD:
		bytes = 4;
		break;
	default:
		return false;
	}
	*number = 0;
	for (unsigned i = 0; i < bytes; i++) {
		if (!cursor_take(cursor, &byte)) {
			return false;
		}
		*number |= (uint32_t)byte << (8 * i);
	}
	return true;
}

enum status aml_s5_read(const uint8_t *aml, size_t size, uint32_t type[2])
{
	size_t at = aml_sleep_find(aml, size, 0, '5');
	struct cursor cursor;
	uint8_t byte;
	uint8_t count;

	if (at == size) {
		return STATUS_NOT_FOUND;
	}
	at += AML_NAME_BYTES + 1;
	cursor = (struct cursor){aml + at, size - at};
	if (!cursor_take(&cursor, &byte)) {
		return STATUS_CORRUPT;
	}
	for (unsigned more = byte >> AML_LENGTH_SHIFT; more > 0; more--) {
		if (!cursor_take(&cursor, &byte)) {
			return STATUS_CORRUPT;
		}
	}
	if (!cursor_take(&cursor, &count) || count < 2 ||
	    !aml_number_take(&cursor, &type[0]) ||
	    !aml_number_take(&cursor, &type[1]) ||
	    type[0] > AML_SLEEP_TYPE_MAX || type[1] > AML_SLEEP_TYPE_MAX) {
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

unsigned aml_sleep_rename(uint8_t *aml, size_t size, char state,
			  uint8_t *checksum)
{
	const uint8_t name[AML_NAME_BYTES] = {'V', 'B', 'S', (uint8_t)state};
	unsigned count = 0;
	size_t at = 0;

	while ((at = aml_sleep_find(aml, size, at, state)) != size) {
		for (unsigned i = 0; i < AML_NAME_BYTES; i++) {
			*checksum =
				(uint8_t)(*checksum + aml[at + i] - name[i]);
			aml[at + i] = name[i];
		}
		count++;
	}
	return count;
}
