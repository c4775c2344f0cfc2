/* SPDX-License-Identifier: MIT */
/* Sends structured entries to the journal. */
#include "host/vbsd/journal.h"

#include <inttypes.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "host/libvbs/words.h"

bool journal_record(const struct audit_record *record)
{
	const struct event *event = &record->event;
	char source[WORDS_SOURCE_BYTES];
	char id[JOURNAL_ID_BYTES];

	journal_id(event->kind, id);
	return sd_journal_send(
		       "MESSAGE=%s: %s a=0x%" PRIx64 " b=0x%" PRIx64,
		       words_event_name(event->kind), words_event(event->kind),
		       event->a, event->b, "MESSAGE_ID=%s", id, "PRIORITY=%d",
		       journal_priority(event->kind), "VBS_EVENT=%s",
		       words_event_name(event->kind), "VBS_SEQUENCE=%" PRIu64,
		       record->sequence, "VBS_SOURCE=%s",
		       words_source(record->source, source), "VBS_CPU=%u",
		       event->cpu, "VBS_TIME=%" PRIu64, event->time,
		       "VBS_A=0x%" PRIx64, event->a, "VBS_B=0x%" PRIx64,
		       event->b, "VBS_RIP=0x%" PRIx64, event->rip, NULL) == 0;
}

bool journal_missing(uint32_t kind, uint64_t a, uint64_t b)
{
	char id[JOURNAL_ID_BYTES];

	journal_id(kind, id);
	if (kind == JOURNAL_LOST) {
		return sd_journal_send("MESSAGE=VTL1 dropped %" PRIu64
				       " events for want of room",
				       a, "MESSAGE_ID=%s", id, "PRIORITY=%d",
				       journal_priority(kind), "VBS_EVENT=LOST",
				       "VBS_A=%" PRIu64, a, NULL) == 0;
	}
	return sd_journal_send(
		       "MESSAGE=events %" PRIu64 " to %" PRIu64 " are missing",
		       a, b, "MESSAGE_ID=%s", id, "PRIORITY=%d",
		       journal_priority(kind), "VBS_EVENT=GAP",
		       "VBS_A=%" PRIu64, a, "VBS_B=%" PRIu64, b, NULL) == 0;
}
