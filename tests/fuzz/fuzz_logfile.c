/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoder and verifier of the stored event log: any bytes are read within
 * their bounds, every batch is accounted for, and no input is proved that the
 * key has not signed.
 *
 * Links: host/libvbs/log_format.c host/libvbs/verify.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <stdlib.h>
#include <string.h>

#include "host/libvbs/log_format.h"
#include "host/libvbs/verify.h"
#include "tests/fuzz/fuzz.h"

/* Nobody has the private half of these bytes. */
static const struct audit_key key = {.boot_id = {1}, .public_key = {88, 102}};

static void verify(const uint8_t *copy, size_t len_bytes, uint64_t records)
{
	char words[VERIFY_WORDS_BYTES];
	const struct verify_live live = {.nonce = {0}};
	struct verify found;

	(void)verify_log(copy, len_bytes, &key, &live, &found);
	FUZZ_CHECK(found.finding_count != 0); /* the live head at least */
	FUZZ_CHECK(found.proved == 0 && !found.complete);
	FUZZ_CHECK(found.records <= records);
	for (uint32_t i = 0; i < found.finding_count && i < VERIFY_FINDINGS_MAX;
	     i++) {
		FUZZ_CHECK(*verify_words(&found.finding[i], words) != '\0');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct log_header header = {LOG_MAGIC, LOG_VERSION, sizeof(header), key,
				    0};
	size_t total = sizeof(header) + len_bytes;
	size_t offset = sizeof(header);
	uint8_t *copy = malloc(total);
	struct log_entry entry;
	uint64_t records = 0;

	if (log_header_read(data, len_bytes, &header) != STATUS_OK) {
		header = (struct log_header){LOG_MAGIC, LOG_VERSION,
					     sizeof(header), key, 0};
	}
	memcpy(copy, &header, sizeof(header));
	memcpy(copy + sizeof(header), data, len_bytes);
	while (log_next(copy, total, &offset, &entry) == STATUS_OK) {
		FUZZ_CHECK(offset <= total);
		FUZZ_CHECK(entry.last == (offset == total));
		FUZZ_CHECK(entry.count >= 1 && entry.count <= AUDIT_BATCH_MAX);
		records += entry.count;
	}
	verify(copy, total, records);
	free(copy);
	return 0;
}
