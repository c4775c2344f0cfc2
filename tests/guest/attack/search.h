/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Searches memory for secrets without having them: each is known by words
 * that are combined with a key by exclusive or, and so is what is read, in a
 * register, before it is compared. Whoever searches does not find himself.
 *
 * A row is three words in a row at an aligned address. A secret that may stand
 * anywhere is eight rows, one for each way it can lie across aligned words;
 * tests/e2e/theft.py makes them. For the module (search.c) and for the program
 * tests/guest/theft.
 */
#ifndef OPENVBS_TESTS_GUEST_ATTACK_SEARCH_H
#define OPENVBS_TESTS_GUEST_ATTACK_SEARCH_H

#include <linux/types.h>

#define SEARCH_ROW_WORDS    3
#define SEARCH_ROWS_MAX	    512
#define SEARCH_SECRETS_MAX  64
#define SEARCH_PLACES_MAX   8 /* told of each secret */
#define SEARCH_FILTER_BITS  65536
#define SEARCH_FILTER_WORDS (SEARCH_FILTER_BITS / 64)

struct search {
	__u64 key;
	__u64 filter[SEARCH_FILTER_WORDS]; /* ends of the rows' first words */
	struct search_row {
		__u32 secret; /* its number */
		__u64 word[SEARCH_ROW_WORDS];
	} row[SEARCH_ROWS_MAX];
	__u32 rows;
	__u64 count[SEARCH_SECRETS_MAX];
	__u64 place[SEARCH_SECRETS_MAX][SEARCH_PLACES_MAX];
};

/* A number in the test's own words: 0 if there is no room, else 1. */
static inline int search_add(struct search *search, __u32 secret,
			     const __u64 *words)
{
	struct search_row *row = &search->row[search->rows];
	__u64 end = (words[0] ^ search->key) % SEARCH_FILTER_BITS;
	unsigned int i;

	if (search->rows == SEARCH_ROWS_MAX || secret >= SEARCH_SECRETS_MAX) {
		return 0;
	}
	row->secret = secret;
	for (i = 0; i < SEARCH_ROW_WORDS; i++) {
		row->word[i] = words[i];
	}
	search->filter[end / 64] |= 1ull << end % 64;
	search->rows++;
	return 1;
}

/* Compare all rows with what is at `at`; `place` is what to tell of it. */
static inline void search_at(struct search *search, const __u64 *at,
			     __u64 place)
{
	__u32 r;

	for (r = 0; r < search->rows; r++) {
		const struct search_row *row = &search->row[r];
		__u64 *count = &search->count[row->secret];

		if ((at[0] ^ search->key) != row->word[0] ||
		    (at[1] ^ search->key) != row->word[1] ||
		    (at[2] ^ search->key) != row->word[2]) {
			continue;
		}
		if (*count < SEARCH_PLACES_MAX) {
			search->place[row->secret][*count] = place;
		}
		++*count;
	}
}

/* Search `words` words from an aligned address; all hits are at `place`. */
static inline void search_words(struct search *search, const __u64 *at,
				__u64 words, __u64 place)
{
	__u64 i;

	for (i = 0; i + SEARCH_ROW_WORDS <= words; i++) {
		__u64 end = at[i] % SEARCH_FILTER_BITS;

		if (search->filter[end / 64] >> end % 64 & 1) {
			search_at(search, at + i, place);
		}
	}
}

#endif
