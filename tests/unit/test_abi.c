/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers that cross boundaries: unique, without holes, each with words.
 *
 * Links: lib/status.c
 */
#include <string.h>

#include "abi/events.h"
#include "abi/handoff.h"
#include "abi/status.h"
#include "lib/status.h"
#include "tests/unit/unit.h"

struct row {
	const char *name;
	uint64_t number;
	const char *words;
};

#define ROW(name, number, words) {#name, number, words},

static const struct row statuses[] = {STATUS_LIST(ROW)};
static const struct row events[] = {EVENT_LIST(ROW)};

/* A number may be retired, never reused or moved: rows stand in order. */
static void rows_in_order(const struct row *rows, size_t count, uint64_t first)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rows[i].number, first + i);
		assert_true(strlen(rows[i].words) > 0);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(rows[i].words, rows[j].words);
		}
	}
}

static void status_numbers(void **unused)
{
	(void)unused;
	rows_in_order(statuses, ARRAY_COUNT(statuses), 0);
	assert_int_equal(STATUS_OK, 0);
	assert_int_equal(STATUS_OUTSIDE, 12);
}

static void status_has_words(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(statuses); i++) {
		assert_string_equal(status_words((enum status)i),
				    statuses[i].words);
	}
	assert_string_equal(status_words((enum status)ARRAY_COUNT(statuses)),
			    "unknown result");
}

static void event_numbers(void **unused)
{
	(void)unused;
	rows_in_order(events, ARRAY_COUNT(events), 1);
	assert_int_equal(EVENT_KIND_END, ARRAY_COUNT(events) + 1);
}

/* The words of an event say what its arguments are, or it has none. */
static void event_words_are_clean(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(events); i++) {
		for (const char *c = events[i].words; *c != '\0'; c++) {
			assert_true(*c >= ' ' && *c <= '~');
			assert_true(*c != '"' && *c != '\\');
		}
	}
}

static void handoff_has_room(void **unused)
{
	(void)unused;
	assert_memory_equal(&(uint64_t){HANDOFF_MAGIC}, "VOBSHAND", 8);
	assert_int_equal(HANDOFF_POOL_BYTES % 4096, 0);
	assert_int_equal(HANDOFF_PER_CPU_BYTES % 4096, 0);
	/*
	 * 48 bits take 512 tables and a root for the host and for VTL0 each;
	 * half as many again must be left for all else.
	 */
	assert_true(HANDOFF_POOL_BYTES / 4096 >= 3 * 513);
	assert_true(HANDOFF_PREPARE >= HANDOFF_CPUS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_numbers),
		cmocka_unit_test(status_has_words),
		cmocka_unit_test(event_numbers),
		cmocka_unit_test(event_words_are_clean),
		cmocka_unit_test(handoff_has_room),
	};

	return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
