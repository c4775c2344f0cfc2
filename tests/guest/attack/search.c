// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Searches all memory between two addresses for many secrets at once:
 *
 *	search_key KEY			forget all rows
 *	search_row SECRET WORD WORD WORD
 *	search FIRST END		tells frames: "SECRET COUNT: FRAME ...; "
 *
 * What the words are says search.h. Called by main.c.
 */
#include "search.h"
#include "attack.h"

#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

#define SEARCH_STEP 0x200000ull

static struct search search;
static u64 pages, hidden;

void attack_search_key(const struct command *command)
{
	memset(&search, 0, sizeof(search));
	search.key = command_number(command, 1);
	say("succeeded");
}

void attack_search_row(const struct command *command)
{
	u64 words[SEARCH_ROW_WORDS];
	unsigned int i;

	for (i = 0; i < SEARCH_ROW_WORDS; i++) {
		words[i] = command_number(command, 2 + i);
	}
	say(search_add(&search, (u32)command_number(command, 1), words)
		    ? "succeeded"
		    : "no room");
}

static bool page_readable(const u64 *page)
{
	int fault;
	u64 value = 0;

	asm volatile(TRY("movq (%[at]), %[value]")
		     : "=a"(fault), [value] "+&r"(value)
		     : [at] "r"(page));
	return fault == NO_FAULT;
}

/* All between two addresses of one 2 MiB frame. */
static int search_chunk(u64 first, u64 end)
{
	struct alias alias;
	u64 at;
	int status = alias_open(&alias, ALIAS_2M, first);

	if (status != 0) {
		return status;
	}
	for (at = first; at < end; at += PAGE_SIZE) {
		const u64 *page = alias.address + (at - first);

		pages++;
		if (page_readable(page)) {
			search_words(&search, page, PAGE_SIZE / sizeof(u64),
				     at / PAGE_SIZE);
		} else {
			hidden++;
		}
	}
	alias_close(&alias);
	return 0;
}

static void say_found(void)
{
	unsigned int secret, i;

	for (secret = 0; secret < SEARCH_SECRETS_MAX; secret++) {
		if (search.count[secret] == 0) {
			continue;
		}
		say("%u %llu:", secret, search.count[secret]);
		for (i = 0;
		     i < min_t(u64, search.count[secret], SEARCH_PLACES_MAX);
		     i++) {
			say(" 0x%llx", search.place[secret][i]);
		}
		say("; ");
	}
	say("hidden %llu of %llu pages", hidden, pages);
}

void attack_search(const struct command *command)
{
	u64 first = command_number(command, 1) & PAGE_MASK;
	u64 end = command_number(command, 2);

	memset(search.count, 0, sizeof(search.count));
	pages = hidden = 0;
	while (first < end) {
		u64 next = min(end, (first | (SEARCH_STEP - 1)) + 1);

		if (search_chunk(first, next) != 0) {
			say("no mapping");
			return;
		}
		first = next;
		cond_resched();
	}
	say_found();
}
