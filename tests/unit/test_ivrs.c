/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMD's table of IOMMUs, built here: what it says is found, what does not fit
 * is refused.
 */
#include <string.h>

#include "lib/ivrs.h"
#include "lib/ivrs_format.h"
#include "tests/unit/unit.h"

#define BASE	 UINT64_C(0xfed80000)
#define OWN	 UINT64_C(0x40000000)
#define OWN_SIZE UINT64_C(0x1000000)

static uint8_t table[4096];
static uint32_t used;
static struct handoff_dma dma;

static void put(uint32_t at, uint64_t value, size_t bytes)
{
	memcpy(table + at, &value, bytes);
}

static int setup(void **unused)
{
	(void)unused;
	memset(table, 0, sizeof(table));
	memcpy(table, "IVRS", 4);
	used = IVRS_BLOCKS;
	return 0;
}

/* Opens a block; device entries put behind it make it longer. */
static uint32_t block_at;

static void grow(uint32_t bytes)
{
	used += bytes;
	put(block_at + IVRS_LENGTH, used - block_at, 2);
}

static void iommu(uint8_t type, uint64_t base)
{
	block_at = used;
	put(used + IVRS_TYPE, type, 1);
	put(used + IVRS_FLAGS, 0xd1, 1);
	put(used + IVHD_FUNCTION, 2, 2);
	put(used + IVHD_BASE, base, 8);
	put(used + IVHD_SEGMENT, 0, 2);
	grow(type == IVHD_TYPE_10 ? IVHD_DEVICES_10 : IVHD_DEVICES_LATER);
}

static void device(uint8_t type, uint16_t id, uint8_t setting)
{
	put(used + DEVICE_TYPE, type, 1);
	put(used + DEVICE_ID, id, 2);
	put(used + DEVICE_SETTING, setting, 1);
	grow(DEVICE_BYTES(type));
}

static void memory(uint8_t type, uint64_t start, uint64_t bytes)
{
	block_at = used;
	put(used + IVRS_TYPE, type, 1);
	put(used + IVMD_START, start, 8);
	put(used + IVMD_BYTES, bytes, 8);
	grow(IVMD_LENGTH);
}

static void setting_is(uint32_t index, uint16_t first, uint16_t last,
		       uint8_t setting)
{
	assert_true(index < dma.setting_count);
	assert_int_equal(dma.setting[index].first, first);
	assert_int_equal(dma.setting[index].last, last);
	assert_int_equal(dma.setting[index].setting, setting);
}

static void finds_each_iommu_once(void **unused)
{
	(void)unused;
	iommu(IVHD_TYPE_10, BASE);
	iommu(IVHD_TYPE_11, BASE);
	iommu(IVHD_TYPE_40, BASE);
	iommu(IVHD_TYPE_11, BASE + 0x4000);
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_OK);
	assert_int_equal(dma.iommu_count, 2);
	assert_int_equal(dma.iommu[0].base, BASE);
	assert_int_equal(dma.iommu[0].function, 2);
	assert_int_equal(dma.iommu[0].flags, 0xd1);
	assert_int_equal(dma.iommu[1].base, BASE + 0x4000);
	assert_int_equal(dma.setting_count, 0);
}

static void reads_settings_of_every_kind(void **unused)
{
	(void)unused;
	iommu(IVHD_TYPE_11, BASE);
	device(DEVICE_ALL, 0, 0);
	device(0, 0, 0); /* padding */
	device(DEVICE_SELECT, 0xa0, 0xd7);
	device(DEVICE_RANGE, 0x100, 0x10);
	device(DEVICE_RANGE_END, 0x1ff, 0);
	put(used + DEVICE_ALIAS_ID, 0x300, 2);
	device(DEVICE_ALIAS, 0x310, 0x20);
	put(used + DEVICE_SPECIAL_ID, 0xa3, 2);
	device(DEVICE_SPECIAL, 0, 0x30);
	device(DEVICE_SELECT, 0x55, 0);
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_OK);
	assert_int_equal(dma.setting_count, 4);
	setting_is(0, 0xa0, 0xa0, 0x10);
	setting_is(1, 0x100, 0x1ff, 0x10);
	setting_is(2, 0x300, 0x300, 0x20);
	setting_is(3, 0xa3, 0xa3, 0x30);
}

static void passes_named_entries(void **unused)
{
	(void)unused;
	iommu(IVHD_TYPE_40, BASE);
	put(used + DEVICE_NAMED_EXTRA, 9, 1);
	put(used + DEVICE_TYPE, DEVICE_NAMED, 1);
	put(used + DEVICE_ID, 0x77, 2);
	put(used + DEVICE_SETTING, 0x10, 1);
	grow(DEVICE_NAMED_BYTES + 9);
	device(DEVICE_SELECT, 0x78, 0x20);
	device(DEVICE_SELECT, 0x79, 0xcf); /* nothing that is kept */
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_OK);
	assert_int_equal(dma.setting_count, 2);
	setting_is(0, 0x77, 0x77, 0x10);
	setting_is(1, 0x78, 0x78, 0x20);
}

static void refuses_what_does_not_fit(void **unused)
{
	(void)unused;
	iommu(IVHD_TYPE_11, BASE);
	device(DEVICE_SELECT, 1, 0x10);
	for (uint32_t bytes = IVRS_BLOCKS + 1; bytes < used; bytes++) {
		assert_int_equal(ivrs_read(table, bytes, &dma), STATUS_CORRUPT);
	}
	for (uint32_t length = 0; length < used - block_at; length++) {
		put(block_at + IVRS_LENGTH, length, 2);
		assert_int_equal(ivrs_read(table, used, &dma), STATUS_CORRUPT);
	}
	put(block_at + IVRS_LENGTH, used - block_at, 2);
	put(used - 4, DEVICE_SPECIAL, 1); /* eight bytes where four are */
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_CORRUPT);
	put(used - 4, DEVICE_NAMED, 1);
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_CORRUPT);
}

static void refuses_too_many(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i <= HANDOFF_IOMMUS_MAX; i++) {
		assert_int_equal(ivrs_read(table, used, &dma), STATUS_OK);
		iommu(IVHD_TYPE_10, BASE + i * 0x4000);
	}
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_NO_SPACE);
	setup(NULL);
	iommu(IVHD_TYPE_10, BASE);
	for (unsigned i = 0; i <= HANDOFF_DEVICE_SETTINGS_MAX; i++) {
		assert_int_equal(ivrs_read(table, used, &dma), STATUS_OK);
		device(DEVICE_SELECT, (uint16_t)i, 0x10);
	}
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_NO_SPACE);
}

static void refuses_other_segments(void **unused)
{
	(void)unused;
	iommu(IVHD_TYPE_11, BASE);
	put(block_at + IVHD_SEGMENT, 1, 2);
	assert_int_equal(ivrs_read(table, used, &dma), STATUS_UNSUPPORTED);
}

static bool wants(uint64_t start, uint64_t bytes)
{
	setup(NULL);
	iommu(IVHD_TYPE_10, BASE);
	memory(IVMD_TYPE_FIRST, start, bytes);
	return ivrs_wants(table, used, OWN, OWN_SIZE);
}

static void knows_what_devices_must_reach(void **unused)
{
	(void)unused;
	assert_false(ivrs_wants(table, used, OWN, OWN_SIZE));
	assert_false(wants(OWN - 0x1000, 0x1000));
	assert_true(wants(OWN - 0x1000, 0x1001));
	assert_true(wants(OWN, 1));
	assert_true(wants(OWN + OWN_SIZE - 1, 0x1000));
	assert_false(wants(OWN + OWN_SIZE, 0x1000));
	assert_true(wants(0, UINT64_MAX));
	assert_false(wants(UINT64_MAX - 1, 0x1000));
	/* Other blocks are no memory; a damaged table wants everything. */
	setup(NULL);
	memory(IVMD_TYPE_LAST + 1, OWN, 1);
	assert_false(ivrs_wants(table, used, OWN, OWN_SIZE));
	assert_true(ivrs_wants(table, used - 1, OWN, OWN_SIZE));
	setup(NULL);
	memory(IVMD_TYPE_LAST, 0, 1);
	put(block_at + IVRS_LENGTH, IVRS_BYTES_LEAST, 2);
	assert_true(ivrs_wants(table, block_at + IVRS_BYTES_LEAST, OWN, 1));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup(test, setup)
	const struct CMUnitTest tests[] = {
		TEST(finds_each_iommu_once),
		TEST(reads_settings_of_every_kind),
		TEST(passes_named_entries),
		TEST(refuses_what_does_not_fit),
		TEST(refuses_too_many),
		TEST(refuses_other_segments),
		TEST(knows_what_devices_must_reach),
	};

	return cmocka_run_group_tests_name("ivrs", tests, NULL, NULL);
}
