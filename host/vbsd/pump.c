/* SPDX-License-Identifier: MIT */
/* The pump of host/vbsd/pump.h. */
#define _GNU_SOURCE
#include "host/vbsd/pump.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/libvbs/vtl1.h"
#include "host/vbsd/journal.h"
#include "lib/status.h"

void pump_init(struct pump *pump, int device, const char *folder)
{
	*pump = (struct pump){.device = device, .folder = folder};
}

void pump_close(struct pump *pump)
{
	log_close(pump->log);
	pump->log = NULL;
}

static void set_trouble(struct pump *pump, const char *what, const char *why)
{
	(void)snprintf(pump->trouble, sizeof(pump->trouble), "%s: %s", what,
		       why);
	pump->events.trouble = pump->trouble;
}

/* The system's error where there is one, else the result's words. */
static const char *why_of(enum status status)
{
	return status == STATUS_NO_SPACE ? strerror(errno)
					 : status_words(status);
}

static void tell_missing(struct pump *pump, uint32_t kind, uint64_t a,
			 uint64_t b)
{
	pump->journal_refuses = !journal_missing(kind, a, b);
}

/* Somebody has damaged the file: keep it as it is, start another. */
static enum status set_aside(struct pump *pump)
{
	char name[LOG_NAME_BYTES], from[512], to[512];

	log_name(&pump->key, name);
	(void)snprintf(from, sizeof(from), "%s/%s", pump->folder, name);
	(void)snprintf(to, sizeof(to), "%s/%s.damaged-%lld", pump->folder, name,
		       (long long)time(NULL));
	return rename(from, to) == 0 ? STATUS_OK : STATUS_NO_SPACE;
}

static enum status open_log(struct pump *pump)
{
	struct audit_key key;
	uint64_t torn_bytes;
	enum status status = vtl1_audit_key(pump->device, &key);

	if (status != STATUS_OK) {
		set_trouble(pump, "VTL1 does not tell its log's key",
			    status_words(status));
		return status;
	}
	if (memcmp(&key, &pump->key, sizeof(key)) != 0) {
		pump->key = key;
		pump->journaled = 0;
		pump->lost_seen = 0;
	}
	status = log_open(pump->folder, &key, &pump->log, &torn_bytes);
	if (status == STATUS_CORRUPT && set_aside(pump) == STATUS_OK) {
		status = log_open(pump->folder, &key, &pump->log, &torn_bytes);
	}
	if (status != STATUS_OK) {
		pump->log = NULL;
		set_trouble(pump, "the event log cannot be opened",
			    why_of(status));
		return status;
	}
	pump->next = log_acknowledged(pump->log) + 1;
	pump->events.stored = log_acknowledged(pump->log);
	return STATUS_OK;
}

/* `sequence` comes; tells of what should have come before it. */
static void expect(struct pump *pump, uint64_t sequence)
{
	if (sequence > pump->next) {
		pump->events.gaps++;
		tell_missing(pump, JOURNAL_GAP, pump->next, sequence - 1);
		pump->next = sequence;
	}
}

static void to_journal(struct pump *pump)
{
	const struct audit_batch *batch = &pump->batch;

	if (batch->lost > pump->lost_seen) {
		tell_missing(pump, JOURNAL_LOST, batch->lost - pump->lost_seen,
			     0);
	}
	pump->lost_seen = batch->lost;
	pump->events.lost = batch->lost;
	for (uint32_t i = 0; i < batch->count; i++) {
		const struct audit_record *record = &batch->record[i];

		expect(pump, record->sequence);
		pump->next = record->sequence + 1;
		if (record->sequence <= pump->journaled) {
			continue;
		}
		pump->journal_refuses = !journal_record(record);
		pump->journaled = record->sequence;
	}
	/* All read, and yet the log's head is further: the file was cut. */
	if (batch->count == 0) {
		expect(pump, batch->head.head.sequence + 1);
	}
}

/*
 * VTL1 refuses what the file says was read. Either the audit service has
 * started anew, and its key names another file; or the file lies.
 */
static void disown(struct pump *pump)
{
	struct audit_key key;

	if (vtl1_audit_key(pump->device, &key) == STATUS_OK &&
	    memcmp(&key, &pump->key, sizeof(key)) == 0 &&
	    set_aside(pump) == STATUS_OK) {
		set_trouble(pump, "the event log",
			    "was tampered with, and is set aside");
	}
}

size_t pump_turn(struct pump *pump)
{
	enum status status;
	size_t len_bytes;

	pump->events.trouble = NULL;
	if (pump->log == NULL && open_log(pump) != STATUS_OK) {
		return 0;
	}
	status = vtl1_audit_read(pump->device, log_acknowledged(pump->log),
				 &pump->batch, &len_bytes);
	if (status != STATUS_OK) {
		set_trouble(pump, "VTL1 does not give events",
			    status_words(status));
		pump_close(pump);
		if (status == STATUS_INVALID) {
			disown(pump);
		}
		return 0;
	}
	if (memcmp(pump->batch.head.head.boot_id, pump->key.boot_id,
		   sizeof(pump->key.boot_id)) != 0) {
		pump_close(pump); /* the audit service has started anew */
		return 0;
	}
	to_journal(pump);
	status = log_append(pump->log, &pump->batch, len_bytes);
	if (status != STATUS_OK) {
		set_trouble(pump, "events cannot be stored", why_of(status));
		pump_close(pump);
		return 0;
	}
	pump->events.stored = log_acknowledged(pump->log);
	if (pump->journal_refuses) {
		set_trouble(pump, "the journal",
			    "does not take entries; the event log has them");
	}
	return pump->batch.count;
}
