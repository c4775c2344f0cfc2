/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake machine's memory and translation caches. Linked into unit tests in
 * place of hv/x86; entry.c beside it, or a real vendor, has the entries.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define RUBBISH	  0xa5
#define TLB_SLOTS 32u

struct translation {
	bool valid;
	unsigned level;
	uint64_t first; /* frame */
	unsigned access;
};

static struct {
	struct frames frames;
	uint8_t *memory;
	spa_t root[VIEW_COUNT];
	struct translation tlb[VIEW_COUNT][TLB_SLOTS];
	unsigned tlb_next;
	uint64_t invalidations[VIEW_COUNT];
} fake;

void fake_start(struct frames frames)
{
	uint64_t len_bytes = frames.count * PAGE_BYTES;

	memset(&fake, 0, sizeof(fake));
	fake.frames = frames;
	fake.memory = aligned_alloc(PAGE_BYTES, len_bytes);
	assert_non_null(fake.memory);
	memset(fake.memory, RUBBISH, len_bytes);
	fake_entry_start();
}

void fake_stop(void)
{
	free(fake.memory);
	fake.memory = NULL;
}

const void *fake_memory(uint64_t *len_bytes)
{
	*len_bytes = fake.frames.count * PAGE_BYTES;
	return fake.memory;
}

void *machine_frame(spa_t frame)
{
	uint64_t index = (frame.value >> PAGE_SHIFT) - fake.frames.first;

	if (index >= fake.frames.count) {
		fail_msg("frame of address 0x%llx has no memory",
			 (unsigned long long)frame.value);
	}
	return fake.memory + index * PAGE_BYTES;
}

_Noreturn void machine_panic(const char *file, int line, const char *what)
{
	mock_assert(0, what, file, line);
	abort();
}

/* --- processors ----------------------------------------------------------- */

void fake_set_root(enum view view, spa_t root)
{
	fake.root[view] = root;
}

/* The entry that ends a walk, and its level. */
static nested_entry_t *walk(enum view view, uint64_t frame, unsigned *level)
{
	nested_entry_t *table = machine_frame(fake.root[view]);

	for (*level = 4;; (*level)--) {
		uint64_t index = frame >> (9 * (*level - 1));
		nested_entry_t *entry = &table[index % 512];

		assert_true(*level != 4 || index < 512);
		if (!nested_present(*entry) || nested_is_leaf(*entry, *level)) {
			return entry;
		}
		table = machine_frame(nested_address(*entry));
	}
}

/* What a walk finds; a present leaf must map the frame to itself. */
static struct translation translate(enum view view, uint64_t frame)
{
	struct translation found = {.valid = true};
	nested_entry_t entry = *walk(view, frame, &found.level);

	found.first = frame >> (9 * (found.level - 1))
				       << (9 * (found.level - 1));
	if (nested_present(entry)) {
		found.access = nested_access(entry);
		assert_int_equal(nested_address(entry).value >> PAGE_SHIFT,
				 found.first);
	}
	return found;
}

unsigned fake_walk(enum view view, uint64_t frame)
{
	return translate(view, frame).access;
}

unsigned fake_level(enum view view, uint64_t frame)
{
	struct translation found = translate(view, frame);

	return found.access != ACCESS_NONE ? found.level : 0;
}

unsigned fake_use(enum view view, uint64_t frame)
{
	struct translation *tlb = fake.tlb[view];
	struct translation *slot = &tlb[fake.tlb_next++ % TLB_SLOTS];
	unsigned level;

	for (unsigned i = 0; i < TLB_SLOTS; i++) {
		if (tlb[i].valid && frame >= tlb[i].first &&
		    frame - tlb[i].first <
			    UINT64_C(1) << (9 * (tlb[i].level - 1))) {
			return tlb[i].access;
		}
	}
	*slot = translate(view, frame);
	if (slot->access != ACCESS_NONE) {
		fake_entry_use(walk(view, frame, &level));
	}
	return slot->access;
}

bool fake_stale(enum view view)
{
	for (unsigned i = 0; i < TLB_SLOTS; i++) {
		const struct translation *cached = &fake.tlb[view][i];
		struct translation now;

		if (!cached->valid) {
			continue;
		}
		now = translate(view, cached->first);
		if (now.access != cached->access ||
		    now.level != cached->level) {
			return true;
		}
	}
	return false;
}

void machine_invalidate(enum view view)
{
	memset(fake.tlb[view], 0, sizeof(fake.tlb[view]));
	fake.invalidations[view]++;
}

uint64_t fake_invalidations(enum view view)
{
	return fake.invalidations[view];
}
