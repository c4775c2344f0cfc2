// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks for four words in all memory between two addresses: "scan FIRST END
 * KEY WORD WORD WORD WORD". The words come combined with the key by exclusive
 * or, so that the command itself is not found. Called by main.c.
 */
#include "attack.h"

#include <linux/minmax.h>
#include <linux/sched.h>

#define MARKER_WORDS 4
#define SCAN_STEP    0x200000ull
#define FOUND_MOST   16

struct scan {
	u64 key;
	u64 marker[MARKER_WORDS];
	u64 pages, hidden, found;
};

static bool page_readable(const u64 *page)
{
	int fault;
	u64 value = 0;

	asm volatile(TRY("movq (%[at]), %[value]")
		     : "=a"(fault), [value] "+&r"(value)
		     : [at] "r"(page));
	return fault == NO_FAULT;
}

static bool matches(const struct scan *scan, const u64 *at)
{
	unsigned int i;

	for (i = 0; i < MARKER_WORDS; i++) {
		if ((READ_ONCE(at[i]) ^ scan->key) != scan->marker[i]) {
			return false;
		}
	}
	return true;
}

static void scan_page(struct scan *scan, const u64 *page, u64 physical)
{
	const size_t words = PAGE_SIZE / sizeof(u64);
	size_t i;

	scan->pages++;
	if (!page_readable(page)) {
		scan->hidden++;
		return;
	}
	for (i = 0; i + MARKER_WORDS <= words; i++) {
		if (!matches(scan, page + i)) {
			continue;
		}
		if (scan->found++ < FOUND_MOST) {
			say("at 0x%llx ", physical + i * sizeof(u64));
		}
	}
}

void attack_scan(const struct command *command)
{
	u64 first = command_number(command, 1);
	u64 end = command_number(command, 2);
	struct scan scan = {.key = command_number(command, 3)};
	u64 chunk, offset;
	unsigned int i;

	for (i = 0; i < MARKER_WORDS; i++) {
		scan.marker[i] = command_number(command, 4 + i);
	}
	for (chunk = first; chunk < end; chunk += SCAN_STEP) {
		struct alias alias;

		if (alias_open(&alias, ALIAS_2M, chunk) != 0) {
			say("no mapping ");
			break;
		}
		for (offset = 0; offset < min(SCAN_STEP, end - chunk);
		     offset += PAGE_SIZE) {
			scan_page(&scan, alias.address + offset,
				  chunk + offset);
		}
		alias_close(&alias);
		cond_resched();
	}
	say("found %llu, hidden %llu of %llu pages", scan.found, scan.hidden,
	    scan.pages);
}
