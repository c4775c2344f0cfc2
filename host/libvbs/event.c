/* SPDX-License-Identifier: MIT */
/* Events as JSON, and as lines made of that. */
#define _GNU_SOURCE
#include "host/libvbs/event.h"

#include <inttypes.h>
#include <time.h>

#include "host/libvbs/words.h"

#define HEX_BYTES 19 /* "0x", 16 digits, zero */
#define US_PER_S  1000000

static const char *hex(uint64_t value, char to[HEX_BYTES])
{
	(void)snprintf(to, HEX_BYTES, "0x%" PRIx64, value);
	return to;
}

json_t *event_json(const struct audit_record *record, uint64_t stored_us)
{
	const struct event *event = &record->event;
	char a[HEX_BYTES], b[HEX_BYTES], rip[HEX_BYTES], time[HEX_BYTES];
	char source[WORDS_SOURCE_BYTES];

	return json_pack(
		"{s:I, s:I, s:s, s:s, s:I, s:s, s:I, s:I, s:s, s:s, "
		"s:s, s:s}",
		"sequence", (json_int_t)record->sequence, "stored",
		(json_int_t)stored_us, "source",
		words_source(record->source, source), "event",
		words_event_name(event->kind), "kind", (json_int_t)event->kind,
		"words", words_event(event->kind), "cpu",
		(json_int_t)event->cpu, "number", (json_int_t)event->number,
		"time", hex(event->time, time), "a", hex(event->a, a), "b",
		hex(event->b, b), "rip", hex(event->rip, rip));
}

void event_print(const json_t *event, FILE *to)
{
	const char *source, *name, *words, *a, *b, *rip;
	json_int_t sequence, stored, cpu;
	char when[sizeof("2026-01-01 00:00:00")] = "?";
	struct tm local;
	time_t seconds;

	if (json_unpack((json_t *)event,
			"{s:I, s:I, s:s, s:s, s:s, s:I, s:s, s:s, s:s}",
			"sequence", &sequence, "stored", &stored, "source",
			&source, "event", &name, "words", &words, "cpu", &cpu,
			"a", &a, "b", &b, "rip", &rip) != 0) {
		return;
	}
	seconds = (time_t)(stored / US_PER_S);
	if (localtime_r(&seconds, &local) != NULL) {
		(void)strftime(when, sizeof(when), "%F %T", &local);
	}
	(void)fprintf(to,
		      "%s %6lld %-13s cpu %-2lld %-18s a=%s b=%s rip=%s  %s\n",
		      when, (long long)sequence, source, (long long)cpu, name,
		      a, b, rip, words);
}
