/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest page walks in every paging mode, over memory that is partly the
 * hypervisor's: a read of one of its frames, or of none, fails the test.
 */
#include <string.h>

#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/x86/registers.h"
#include "hv/x86/walk.h"
#include "tests/unit/unit.h"

/* Guest memory: frames 1..31. The hypervisor's: 16..19. */
#define FRAMES	  32
#define OWN_FIRST 16
#define OWN_END	  20
#define P	  1u
#define PS	  0x80u

static _Alignas(4096) uint8_t memory[FRAMES][PAGE_BYTES];

/* Large pages map addresses far beyond: VTL0's, but never to be read. */
bool protect_is_vtl0(gpa_t address, uint64_t len_bytes)
{
	uint64_t first = address.value >> PAGE_SHIFT;
	uint64_t last = (address.value + len_bytes - 1) >> PAGE_SHIFT;

	return last < OWN_FIRST || first >= OWN_END;
}

void *machine_frame(spa_t frame)
{
	uint64_t number = frame.value >> PAGE_SHIFT;

	assert_int_equal(frame.value % PAGE_BYTES, 0);
	assert_true(number < FRAMES);
	assert_true(number < OWN_FIRST || number >= OWN_END);
	return memory[number];
}

static struct walk_root root;

static int setup(void **unused)
{
	(void)unused;
	memset(memory, 0, sizeof(memory));
	root = (struct walk_root){.cr0 = CR0_PE | CR0_PG};
	return 0;
}

static void put64(unsigned frame, unsigned index, uint64_t entry)
{
	memcpy(&memory[frame][8 * index], &entry, sizeof(entry));
}

static void put32(unsigned frame, unsigned index, uint32_t entry)
{
	memcpy(&memory[frame][4 * index], &entry, sizeof(entry));
}

static uint64_t frame_at(uint64_t number)
{
	return number << PAGE_SHIFT;
}

static void found(uint64_t linear, uint64_t expected)
{
	gpa_t address = gpa(~UINT64_C(0));

	assert_int_equal(walk_translate(&root, linear, &address), STATUS_OK);
	assert_true(address.value == expected);
}

static void fails(uint64_t linear, enum status status)
{
	gpa_t address;

	assert_int_equal(walk_translate(&root, linear, &address), status);
}

static void test_no_paging(void **unused)
{
	(void)unused;
	root.cr0 = CR0_PE;
	found(0x5123, 0x5123);
	found(UINT64_C(0x700005123), 0x5123); /* 32 bits wide */
	fails(frame_at(OWN_FIRST) + 5, STATUS_DENIED);
}

/* CR3 frame 1: directory; frame 2: table. */
static void test_32_bit(void **unused)
{
	uint64_t linear = UINT64_C(3) << 22 | 5 << 12 | 0x123;

	(void)unused;
	root.cr3 = frame_at(1) | 0x18;
	fails(linear, STATUS_NOT_FOUND);
	put32(1, 3, (uint32_t)frame_at(2) | P);
	fails(linear, STATUS_NOT_FOUND);
	put32(2, 5, (uint32_t)frame_at(7) | P | PS); /* PAT here */
	found(linear, frame_at(7) | 0x123);
	found(linear | UINT64_C(0xffffffff00000000), frame_at(7) | 0x123);
	/* Without PSE the bit does not count in the directory. */
	put32(1, 3, (uint32_t)frame_at(2) | P | PS);
	found(linear, frame_at(7) | 0x123);
	root.cr4 = BIT64(4);
	put32(1, 3, 0x12400000 | P | PS);
	found(linear, 0x12400000 | 5 << 12 | 0x123);
	put32(1, 3, 0x12400000 | 0xabu << 13 | P | PS);
	found(linear, UINT64_C(0xab00000000) | 0x12400000 | 5 << 12 | 0x123);
	put32(1, 3, 0x12400000 | 1u << 21 | P | PS);
	fails(linear, STATUS_NOT_FOUND);
}

/* CR3 at frame 1, offset 0x20: pointers; frame 2: directory; 3: table. */
static void test_pae(void **unused)
{
	uint64_t linear = UINT64_C(2) << 30 | 4 << 21 | 6 << 12 | 0x456;

	(void)unused;
	root.cr4 = CR4_PAE;
	root.cr3 = frame_at(1) | 0x20;
	fails(linear, STATUS_NOT_FOUND);
	put64(1, 4 + 2, frame_at(2) | P);
	put64(2, 4, frame_at(3) | P);
	put64(3, 6, frame_at(9) | P);
	found(linear, frame_at(9) | 0x456);
	put64(2, 4, 0x600000 | P | PS);
	found(linear, 0x600000 | 6 << 12 | 0x456);
	put64(2, 4, 0x600000 | 1 << 13 | P | PS);
	fails(linear, STATUS_NOT_FOUND);
	put64(2, 4, frame_at(3) | P | PTE_NX);
	fails(linear, STATUS_NOT_FOUND); /* reserved without NXE */
	root.efer = EFER_NXE;
	found(linear, frame_at(9) | 0x456);
	put64(2, 4, frame_at(3) | P | BIT64(52));
	fails(linear, STATUS_NOT_FOUND);
	put64(2, 4, frame_at(3) | P);
	put64(1, 4 + 2, frame_at(2) | P | 2); /* no write bit up there */
	fails(linear, STATUS_NOT_FOUND);
	put64(1, 4 + 2, frame_at(2) | P | PS);
	fails(linear, STATUS_NOT_FOUND);
}

/* Frames 1..4 map index 1 at each level down to frame 9. */
static uint64_t long_mode(void)
{
	root.cr4 = CR4_PAE;
	root.efer = EFER_LME | EFER_LMA | EFER_NXE;
	root.cr3 = frame_at(1) | 0xfff; /* PCID bits */
	put64(1, 1, frame_at(2) | P);
	put64(2, 1, frame_at(3) | P);
	put64(3, 1, frame_at(4) | P);
	put64(4, 1, frame_at(9) | P);
	return UINT64_C(1) << 39 | 1 << 30 | 1 << 21 | 1 << 12 | 0x789;
}

static void test_long_mode(void **unused)
{
	uint64_t linear = long_mode();

	(void)unused;
	found(linear, frame_at(9) | 0x789);
	fails(linear + PAGE_BYTES, STATUS_NOT_FOUND);
	fails(linear | BIT64(48), STATUS_NOT_FOUND); /* not canonical */
	fails(linear | BIT64(63), STATUS_NOT_FOUND);
	put64(1, 256 + 1, frame_at(2) | P);
	found(linear | UINT64_C(0xffff800000000000), frame_at(9) | 0x789);
	put64(3, 1, 0x40000000 | P | PS | BIT64(12)); /* PAT */
	found(linear, 0x40000000 | 1 << 12 | 0x789);
	put64(3, 1, 0x40000000 | P | PS | BIT64(14));
	fails(linear, STATUS_NOT_FOUND);
	put64(2, 1, 0x80000000 | P | PS);
	found(linear, 0x80000000 | 1 << 21 | 1 << 12 | 0x789);
	put64(2, 1, 0x80000000 | P | PS | BIT64(29));
	fails(linear, STATUS_NOT_FOUND);
	put64(1, 1, frame_at(2) | P | PS); /* no 512 GiB pages */
	fails(linear, STATUS_NOT_FOUND);
	/* NX and the bits free for software change nothing. */
	long_mode();
	put64(4, 1, frame_at(9) | P | PTE_NX | MASK64(62, 52));
	found(linear, frame_at(9) | 0x789);
	root.efer &= ~EFER_NXE;
	fails(linear, STATUS_NOT_FOUND);
}

static void test_five_levels(void **unused)
{
	uint64_t linear = long_mode();

	(void)unused;
	root.cr4 |= CR4_LA57;
	root.cr3 = frame_at(5);
	put64(5, 2, frame_at(1) | P);
	linear |= UINT64_C(2) << 48;
	found(linear, frame_at(9) | 0x789);
	fails(linear | BIT64(57), STATUS_NOT_FOUND);
	put64(5, 511, frame_at(1) | P);
	linear = long_mode() | UINT64_C(0xffff) << 48;
	root.cr4 |= CR4_LA57;
	root.cr3 = frame_at(5);
	found(linear, frame_at(9) | 0x789);
	put64(5, 511, frame_at(1) | P | PS);
	fails(linear, STATUS_NOT_FOUND);
}

static void test_never_through_our_frames(void **unused)
{
	uint64_t linear = long_mode();

	(void)unused;
	for (unsigned level = 1; level <= 3; level++) {
		put64(level, 1, frame_at(OWN_FIRST) | P);
		fails(linear, STATUS_DENIED);
		put64(level, 1, frame_at(level + 1) | P);
	}
	put64(4, 1, frame_at(OWN_END - 1) | P);
	fails(linear, STATUS_DENIED);
	root.cr3 = frame_at(OWN_FIRST);
	fails(linear, STATUS_DENIED);
	/* A large page that holds ours: only its other frames. */
	long_mode();
	put64(3, 1, 0 | P | PS);
	fails((linear & ~UINT64_C(0x1fffff)) | frame_at(OWN_FIRST),
	      STATUS_DENIED);
	found((linear & ~UINT64_C(0x1fffff)) | frame_at(OWN_END),
	      frame_at(OWN_END));
}

static void test_copy(void **unused)
{
	uint64_t linear = long_mode() & ~UINT64_C(0xfff);
	uint8_t bytes[16] = {0};

	(void)unused;
	memset(memory[9], 0x11, PAGE_BYTES);
	memset(memory[10], 0x22, PAGE_BYTES);
	put64(4, 2, frame_at(10) | P);
	put64(4, 3, frame_at(OWN_FIRST) | P);
	assert_int_equal(walk_copy(&root, linear, bytes, 15), 15);
	assert_int_equal(bytes[14], 0x11);
	assert_int_equal(bytes[15], 0);
	assert_int_equal(walk_copy(&root, linear + 0xffa, bytes, 15), 15);
	assert_int_equal(bytes[5], 0x11);
	assert_int_equal(bytes[6], 0x22);
	/* Into ours, and into nothing. */
	assert_int_equal(walk_copy(&root, linear + 0x1ffd, bytes, 15), 3);
	assert_int_equal(walk_copy(&root, linear + 0x2000, bytes, 15), 0);
	assert_int_equal(walk_copy(&root, linear + 0x3000, bytes, 15), 0);
	put64(4, 3, 0);
	assert_int_equal(walk_copy(&root, linear + 0x1fff, bytes, 15), 1);
	assert_int_equal(walk_copy(&root, linear, bytes, 0), 0);
}

/* Any tables: an answer, and nothing of ours read. */
static void test_random_tables(void **unused)
{
	uint64_t seed = 88172645463325252u;

	(void)unused;
	for (unsigned round = 0; round < 20000; round++) {
		gpa_t address;

		if (round % 500 == 0) {
			uint64_t *words = (uint64_t *)(void *)memory;

			for (size_t i = 0; i < sizeof(memory) / 8; i++) {
				seed ^= seed << 13;
				seed ^= seed >> 7;
				seed ^= seed << 17;
				words[i] = (seed & 0x800000000001f0ff) | P;
			}
		}
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		root.cr3 = seed >> 20 & 0xf000;
		root.cr4 = (seed & 1) != 0 ? CR4_PAE : 0;
		root.cr4 |= (seed & 2) != 0 ? CR4_LA57 : 0;
		root.cr4 |= (seed & 4) != 0 ? BIT64(4) : 0;
		root.efer = (seed & 8) != 0 ? EFER_LMA | EFER_NXE : 0;
		if (walk_translate(&root, seed, &address) == STATUS_OK) {
			assert_true(protect_is_vtl0(address, 1));
		}
		seed &= UINT64_C(0x7fffffffffff);
		if (walk_translate(&root, seed, &address) == STATUS_OK) {
			assert_true(protect_is_vtl0(address, 1));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_no_paging, setup),
		cmocka_unit_test_setup(test_32_bit, setup),
		cmocka_unit_test_setup(test_pae, setup),
		cmocka_unit_test_setup(test_long_mode, setup),
		cmocka_unit_test_setup(test_five_levels, setup),
		cmocka_unit_test_setup(test_never_through_our_frames, setup),
		cmocka_unit_test_setup(test_copy, setup),
		cmocka_unit_test_setup(test_random_tables, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
