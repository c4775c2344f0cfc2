/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that the daemon gives to the PKCS#11 module: what decodes encodes
 * to the same bytes; and certificates whose names are looked for.
 *
 * Links: host/pkcs11/record.c host/pkcs11/x509.c
 */
#include <stdlib.h>
#include <string.h>

#include "host/pkcs11/record.h"
#include "host/pkcs11/x509.h"
#include "tests/fuzz/fuzz.h"

static void check_same(const struct record *record)
{
	static struct record again;

	record_start(&again);
	/* Backwards, so that the encoder has to find the order. */
	for (size_t i = record->count; i > 0; i--) {
		const struct record_item *item = &record->item[i - 1];

		FUZZ_CHECK(record_set(&again, item->type,
				      record->bytes + item->at,
				      item->len_bytes));
	}
	FUZZ_CHECK(again.len_bytes == record->len_bytes);
	FUZZ_CHECK(memcmp(again.bytes, record->bytes, again.len_bytes) == 0);
}

static void check_inside(struct der_bytes part, const uint8_t *data,
			 size_t len_bytes)
{
	FUZZ_CHECK(part.bytes >= data && part.len_bytes <= len_bytes &&
		   part.bytes - data <=
			   (ptrdiff_t)(len_bytes - part.len_bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	static struct record record;
	struct x509_names names;

	if (x509_names((struct der_bytes){data, len_bytes}, &names)) {
		check_inside(names.serial, data, len_bytes);
		check_inside(names.issuer, data, len_bytes);
		check_inside(names.subject, data, len_bytes);
	}
	if (len_bytes > RECORD_BYTES_MAX) {
		return -1;
	}
	if (len_bytes > 0) {
		memcpy(record.bytes, data, len_bytes);
	}
	if (record_decode(&record, len_bytes)) {
		check_same(&record);
	}
	return 0;
}
