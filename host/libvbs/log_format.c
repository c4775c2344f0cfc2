/* SPDX-License-Identifier: MIT */
/*
 * Decoder of the stored event log. Called by the writer when it opens a log,
 * by the verifier and by whoever lists records. Invariant: reads within the
 * length it was told, and copies before it looks.
 */
#include "host/libvbs/log_format.h"

#include <nettle/sha2.h>
#include <string.h>

enum status log_header_read(const void *bytes, size_t len_bytes,
			    struct log_header *header)
{
	if (len_bytes < sizeof(*header)) {
		return STATUS_CORRUPT;
	}
	memcpy(header, bytes, sizeof(*header));
	if (header->magic != LOG_MAGIC || header->version != LOG_VERSION ||
	    header->size_bytes != sizeof(*header)) {
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

uint64_t log_check(uint32_t count, const void *records_and_head)
{
	size_t len_bytes = log_batch_bytes(count) - sizeof(struct log_batch);
	struct sha256_ctx context;
	uint64_t check;

	sha256_init(&context);
	sha256_update(&context, len_bytes, records_and_head);
	sha256_digest(&context, sizeof(check), (uint8_t *)&check);
	return check;
}

static bool all_zero(const uint8_t *bytes, size_t len_bytes)
{
	for (size_t i = 0; i < len_bytes; i++) {
		if (bytes[i] != 0) {
			return false;
		}
	}
	return true;
}

/* What is left of the file does not make a batch: torn, or never was one? */
static enum status judge_tail(const uint8_t *tail, size_t len_bytes)
{
	const uint32_t magic = LOG_BATCH_MAGIC;
	size_t seen = len_bytes < sizeof(magic) ? len_bytes : sizeof(magic);

	if (memcmp(tail, &magic, seen) == 0 || all_zero(tail, len_bytes)) {
		return STATUS_INTERRUPTED;
	}
	return STATUS_CORRUPT;
}

enum status log_next(const void *bytes, size_t len_bytes, size_t *offset_bytes,
		     struct log_entry *entry)
{
	const uint8_t *from = bytes;
	struct log_batch batch;
	size_t left, records;

	if (*offset_bytes >= len_bytes) {
		return STATUS_NOT_FOUND;
	}
	from += *offset_bytes;
	left = len_bytes - *offset_bytes;
	if (left < sizeof(batch)) {
		return judge_tail(from, left);
	}
	memcpy(&batch, from, sizeof(batch));
	if (batch.magic != LOG_BATCH_MAGIC) {
		return judge_tail(from, left);
	}
	if (batch.count == 0 || batch.count > AUDIT_BATCH_MAX) {
		return STATUS_CORRUPT;
	}
	if (left < log_batch_bytes(batch.count)) {
		return STATUS_INTERRUPTED;
	}
	from += sizeof(batch);
	records = batch.count * sizeof(struct audit_record);
	memset(entry, 0, sizeof(*entry));
	entry->offset_bytes = *offset_bytes;
	entry->stored_us = batch.stored_us;
	entry->count = batch.count;
	entry->whole = log_check(batch.count, from) == batch.check;
	entry->last = left == log_batch_bytes(batch.count);
	memcpy(entry->record, from, records);
	memcpy(&entry->head, from + records, sizeof(entry->head));
	*offset_bytes += log_batch_bytes(batch.count);
	return STATUS_OK;
}
