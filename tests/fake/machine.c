/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake machine's memory, nested tables and translation caches. Linked
 * into unit tests in place of hv/x86 and the vendor.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

/*
 * An entry, unlike any vendor's: present 63, leaf 62, level 61:60, rights
 * 59:56, used 55, frame 51:0. The frame is stored inverted, so that an entry
 * made by hand is nonsense.
 */
#define ENTRY_PRESENT	   (UINT64_C(1) << 63)
#define ENTRY_LEAF	   (UINT64_C(1) << 62)
#define ENTRY_LEVEL_SHIFT  60
#define ENTRY_ACCESS_SHIFT 56
#define ENTRY_USED	   (UINT64_C(1) << 55)
#define ENTRY_FRAME	   ((UINT64_C(1) << 52) - 1)

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
	unsigned linked_least;
	bool exec_coupled;
} fake;

void fake_start(struct frames frames)
{
	uint64_t len_bytes = frames.count * PAGE_BYTES;

	memset(&fake, 0, sizeof(fake));
	fake.frames = frames;
	fake.memory = aligned_alloc(PAGE_BYTES, len_bytes);
	assert_non_null(fake.memory);
	memset(fake.memory, RUBBISH, len_bytes);
	fake.linked_least = UINT32_MAX;
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

/* --- entries -------------------------------------------------------------- */

nested_entry_t nested_leaf(spa_t frame, unsigned access, unsigned level)
{
	uint64_t number = frame.value >> PAGE_SHIFT;

	assert_in_range(level, 1, 3);
	assert_in_range(access, 1, ACCESS_ALL);
	assert_int_equal(number % (UINT64_C(1) << (9 * (level - 1))), 0);
	if (fake.exec_coupled &&
	    (access & (ACCESS_EXEC_KERNEL | ACCESS_EXEC_USER)) != 0) {
		access |= ACCESS_EXEC_KERNEL | ACCESS_EXEC_USER;
	}
	return ENTRY_PRESENT | ENTRY_LEAF |
	       (uint64_t)level << ENTRY_LEVEL_SHIFT |
	       (uint64_t)access << ENTRY_ACCESS_SHIFT | (~number & ENTRY_FRAME);
}

nested_entry_t nested_table(spa_t table)
{
	const nested_entry_t *entry = machine_frame(table);
	unsigned present = 0;

	for (unsigned i = 0; i < PAGE_BYTES / sizeof(*entry); i++) {
		present += nested_present(entry[i]);
	}
	if (present < fake.linked_least) {
		fake.linked_least = present;
	}
	return ENTRY_PRESENT | (~(table.value >> PAGE_SHIFT) & ENTRY_FRAME);
}

bool nested_present(nested_entry_t entry)
{
	return (entry & ENTRY_PRESENT) != 0;
}

bool nested_is_leaf(nested_entry_t entry, unsigned level)
{
	assert_true(nested_present(entry));
	if ((entry & ENTRY_LEAF) == 0) {
		return false;
	}
	assert_int_equal(entry >> ENTRY_LEVEL_SHIFT & 3, level);
	return true;
}

unsigned nested_access(nested_entry_t leaf)
{
	assert_true((leaf & ENTRY_LEAF) != 0);
	return leaf >> ENTRY_ACCESS_SHIFT & ACCESS_ALL;
}

spa_t nested_address(nested_entry_t entry)
{
	assert_true(nested_present(entry));
	return frame_spa(~entry & ENTRY_FRAME);
}

void fake_couple_exec(bool coupled)
{
	fake.exec_coupled = coupled;
}

unsigned fake_linked_least(void)
{
	return fake.linked_least;
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
		*walk(view, frame, &level) |= ENTRY_USED;
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
