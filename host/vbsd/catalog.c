/* SPDX-License-Identifier: MIT */
/*
 * A program of the build: prints the journal's catalog, an entry for each
 * kind of event, from the words of abi/events.h.
 */
#include <stdio.h>

#include "abi/events.h"
#include "host/vbsd/journal.h"

static void head(uint32_t kind, const char *name)
{
	char id[JOURNAL_ID_BYTES];

	journal_id(kind, id);
	printf("-- %s\nSubject: OpenVBS: %s\nDefined-By: OpenVBS\n"
	       "Documentation: man:vbsctl(8)\n\n",
	       id, name);
}

static void entry(uint32_t kind, const char *name, const char *words)
{
	head(kind, name);
	printf("Event @VBS_SEQUENCE@, seen by the @VBS_SOURCE@ on CPU "
	       "@VBS_CPU@:\n%s\n\na is @VBS_A@, b is @VBS_B@; Linux was at "
	       "@VBS_RIP@.\n\n`vbsctl verify-log` proves that it is "
	       "genuine.\n\n",
	       words);
}

int main(void)
{
#define ENTRY(name, number, words) entry(number, #name, words);
	EVENT_LIST(ENTRY)
#undef ENTRY
	head(JOURNAL_GAP, "events are missing");
	printf("Events @VBS_A@ to @VBS_B@ never reached vbsd, or its log was "
	       "cut.\n`vbsctl verify-log --live` says what is left.\n\n");
	head(JOURNAL_LOST, "events were dropped");
	printf("VTL1 had no room for @VBS_A@ events: vbsd did not read, or "
	       "there were too many.\nThe first of each kind has been kept.\n");
	return fflush(stdout) == 0 ? 0 : 1;
}
