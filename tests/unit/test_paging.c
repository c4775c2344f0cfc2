/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL1's page tables, in frames of a fake memory: what a service may not have,
 * then what it gets; and the upper half, walked whole.
 *
 * Links: sk/x86/paging.c
 */
#include <stdlib.h>
#include <string.h>

#include "sk/x86/registers.h"
#include "sk/x86/x86.h"
#include "tests/unit/unit.h"

#define BASE	  UINT64_C(0x40000000) /* physical */
#define FRAMES	  1024u
#define TABLES_AT 512u /* frames from here on are for tables */
#define ENTRIES	  512u
#define TEXT	  16u /* pages of the image, from VTL1_IMAGE_OFFSET */
#define RODATA	  20u
#define DATA	  24u
#define ADDRESS	  UINT64_C(0x400000)

#define USER_LIMIT ((UINT64_C(1) << 47) - PAGE_BYTES)

static uint64_t memory[FRAMES][ENTRIES];
static struct vtl1_boot boot;
static unsigned next_table, tables_left;

struct x86_state x86;

static const struct image image = {
	.text = VTL1_VIRTUAL_BASE + TEXT * PAGE_BYTES,
	.rodata = VTL1_VIRTUAL_BASE + RODATA * PAGE_BYTES,
	.data = VTL1_VIRTUAL_BASE + DATA * PAGE_BYTES,
};

void *machine_frame(frame_t frame)
{
	assert_in_range(frame.number, BASE / PAGE_BYTES,
			BASE / PAGE_BYTES + FRAMES - 1);
	return memory[frame.number - BASE / PAGE_BYTES];
}

_Noreturn void machine_stop(const char *file, int line, const char *what)
{
	mock_assert(0, what, file, line);
	abort();
}

static bool source(frame_t *frame)
{
	if (tables_left == 0) {
		return false;
	}
	tables_left--;
	frame->number = BASE / PAGE_BYTES + next_table;
	next_table++;
	return true;
}

/* Addresses of VTL1 for the upper half's tables; nobody follows them here. */
void *start_pages(uint64_t count)
{
	frame_t frame;

	assert_int_equal(count, 1);
	if (!source(&frame)) {
		return NULL;
	}
	return (void *)(VTL1_VIRTUAL_BASE + frame.number * PAGE_BYTES - BASE);
}

static int setup(void **unused)
{
	(void)unused;
	memset(memory, 0, sizeof(memory));
	memset(&x86, 0, sizeof(x86));
	boot = (struct vtl1_boot){.memory_base = BASE,
				  .memory_size_bytes = FRAMES * PAGE_BYTES};
	x86.boot = &boot;
	next_table = TABLES_AT;
	tables_left = FRAMES - TABLES_AT;
	return 0;
}

static struct space space_make(void)
{
	struct space space;

	assert_true(paging_build(&image));
	assert_int_equal(machine_space_create(&space, source), STATUS_OK);
	return space;
}

static frame_t frame(unsigned index)
{
	return (frame_t){BASE / PAGE_BYTES + index};
}

/* --- refusals --------------------------------------------------------------- */

static void no_tables_no_space(void **unused)
{
	struct space space;

	(void)unused;
	assert_true(paging_build(&image));
	tables_left = 0;
	assert_int_equal(machine_space_create(&space, source),
			 STATUS_NO_MEMORY);
	setup(NULL);
	for (tables_left = 0; !paging_build(&image); setup(NULL)) {
		static unsigned most;

		most++;
		assert_in_range(most, 0, FRAMES - TABLES_AT);
		tables_left = most;
	}
}

static void no_tables_no_mapping(void **unused)
{
	struct space space = space_make();

	(void)unused;
	for (unsigned left = 0; left < 3; left++) {
		tables_left = left;
		assert_int_equal(machine_space_map(&space, ADDRESS, frame(1),
						   MAP_READ, source),
				 left == 0 || left == 1 ? STATUS_NO_MEMORY
							: STATUS_OK);
	}
}

static void never_writable_code(void **unused)
{
	struct space space = space_make();

	(void)unused;
	expect_assert_failure((void)!machine_space_map(
		&space, ADDRESS, frame(1), MAP_READ | MAP_WRITE | MAP_EXECUTE,
		source));
}

static void never_beyond_its_half(void **unused)
{
	const uint64_t wrong[] = {USER_LIMIT, UINT64_C(1) << 47,
				  VTL1_VIRTUAL_BASE, ADDRESS + 8};
	struct space space = space_make();
	frame_t found;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		expect_assert_failure((void)!machine_space_map(
			&space, wrong[i], frame(1), MAP_READ, source));
	}
	assert_false(machine_space_lookup(&space, USER_LIMIT, 0, &found));
	assert_false(
		machine_space_lookup(&space, VTL1_VIRTUAL_BASE, 0, &found));
	assert_int_equal(machine_space_map(&space, USER_LIMIT - PAGE_BYTES,
					   frame(1), MAP_READ, source),
			 STATUS_OK);
}

static void never_two_frames_in_one_place(void **unused)
{
	struct space space = space_make();
	frame_t found;

	(void)unused;
	assert_int_equal(
		machine_space_map(&space, ADDRESS, frame(1), MAP_READ, source),
		STATUS_OK);
	assert_int_equal(
		machine_space_map(&space, ADDRESS, frame(2), MAP_READ, source),
		STATUS_CONFLICT);
	assert_true(machine_space_lookup(&space, ADDRESS, MAP_READ, &found));
	assert_int_equal(found.number, frame(1).number);
}

static void finds_only_what_has_the_rights(void **unused)
{
	const unsigned given[] = {MAP_READ, MAP_READ | MAP_WRITE,
				  MAP_READ | MAP_EXECUTE};
	struct space space = space_make();
	frame_t found;

	(void)unused;
	assert_false(machine_space_lookup(&space, ADDRESS, 0, &found));
	for (unsigned i = 0; i < ARRAY_COUNT(given); i++) {
		uint64_t at = ADDRESS + i * PAGE_BYTES;

		assert_int_equal(machine_space_map(&space, at, frame(i),
						   given[i], source),
				 STATUS_OK);
		for (unsigned asked = 0; asked < 8; asked++) {
			assert_int_equal(
				machine_space_lookup(&space, at, asked, &found),
				(asked & ~given[i]) == 0);
		}
	}
}

/* --- the upper half --------------------------------------------------------- */

/* The leaf of an address and the rights of all tables above; 0: none. */
static uint64_t walk(uint64_t root, uint64_t address, uint64_t *above)
{
	uint64_t entry = root | PTE_PRESENT | PTE_WRITE | PTE_USER;

	*above = PTE_WRITE | PTE_USER;
	for (int shift = 39; shift >= 12; shift -= 9) {
		const uint64_t *table = machine_frame(
			(frame_t){(entry & PTE_ADDRESS) / PAGE_BYTES});

		*above &= entry;
		entry = table[address >> shift & (ENTRIES - 1)];
		if ((entry & PTE_PRESENT) == 0) {
			return 0;
		}
	}
	return entry;
}

static void maps_every_frame_once_and_by_its_part(void **unused)
{
	(void)unused;
	assert_true(paging_build(&image));
	for (uint64_t i = 0; i < FRAMES; i++) {
		uint64_t above;
		uint64_t leaf = walk(
			x86.root, VTL1_VIRTUAL_BASE + i * PAGE_BYTES, &above);
		bool text = i >= TEXT && i < RODATA;
		bool rodata = i >= RODATA && i < DATA;

		assert_int_equal(leaf & PTE_ADDRESS, BASE + i * PAGE_BYTES);
		assert_int_equal((leaf & PTE_NX) == 0, text);
		assert_int_equal((leaf & PTE_WRITE) == 0, text || rodata);
		assert_int_equal(leaf & PTE_USER, 0);
	}
}

/* Ring 3 stops at the top of the upper half, ring 0 has one in all spaces. */
static void shares_the_upper_half_without_ring_3(void **unused)
{
	struct space one = space_make();
	const uint64_t *own = machine_frame((frame_t){x86.root / PAGE_BYTES});
	const uint64_t *table = machine_frame(one.root);

	(void)unused;
	for (unsigned i = 0; i < ENTRIES; i++) {
		assert_int_equal(table[i], i < ENTRIES / 2 ? 0 : own[i]);
		assert_int_equal(own[i] & PTE_USER, 0);
	}
}

static void keeps_spaces_apart(void **unused)
{
	struct space one = space_make();
	struct space two;
	frame_t found;

	(void)unused;
	assert_int_equal(machine_space_create(&two, source), STATUS_OK);
	assert_int_equal(machine_space_map(&one, ADDRESS, frame(1),
					   MAP_READ | MAP_WRITE, source),
			 STATUS_OK);
	assert_false(machine_space_lookup(&two, ADDRESS, 0, &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(no_tables_no_space, setup),
		cmocka_unit_test_setup(no_tables_no_mapping, setup),
		cmocka_unit_test_setup(never_writable_code, setup),
		cmocka_unit_test_setup(never_beyond_its_half, setup),
		cmocka_unit_test_setup(never_two_frames_in_one_place, setup),
		cmocka_unit_test_setup(finds_only_what_has_the_rights, setup),
		cmocka_unit_test_setup(maps_every_frame_once_and_by_its_part,
				       setup),
		cmocka_unit_test_setup(shares_the_upper_half_without_ring_3,
				       setup),
		cmocka_unit_test_setup(keeps_spaces_apart, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
