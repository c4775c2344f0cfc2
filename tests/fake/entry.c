/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested entries in a format of the fake's own, which notices what no
 * processor would: a level misread, a frame not aligned, a mark mistaken.
 */
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

static unsigned linked_least;
static bool exec_coupled;

void fake_entry_start(void)
{
	linked_least = UINT32_MAX;
	exec_coupled = false;
}

void fake_entry_use(nested_entry_t *entry)
{
	*entry |= ENTRY_USED;
}

nested_entry_t nested_leaf(spa_t frame, unsigned access, unsigned level)
{
	uint64_t number = frame.value >> PAGE_SHIFT;

	assert_in_range(level, 1, 3);
	assert_in_range(access, 1, ACCESS_ALL);
	assert_int_equal(number % (UINT64_C(1) << (9 * (level - 1))), 0);
	if (exec_coupled &&
	    (access & (ACCESS_EXEC_KERNEL | ACCESS_EXEC_USER)) != 0) {
		access |= ACCESS_EXEC_KERNEL | ACCESS_EXEC_USER;
	}
	return ENTRY_PRESENT | ENTRY_LEAF |
	       (uint64_t)level << ENTRY_LEVEL_SHIFT |
	       (uint64_t)access << ENTRY_ACCESS_SHIFT | (~number & ENTRY_FRAME);
}

nested_entry_t nested_table(spa_t table, unsigned level)
{
	const nested_entry_t *entry = machine_frame(table);
	unsigned present = 0;

	assert_in_range(level, 1, 3);
	for (unsigned i = 0; i < PAGE_BYTES / sizeof(*entry); i++) {
		present += nested_present(entry[i]);
	}
	if (present < linked_least) {
		linked_least = present;
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

bool fake_couple_exec(bool coupled)
{
	exec_coupled = coupled;
	return coupled;
}

unsigned fake_linked_least(void)
{
	return linked_least;
}
