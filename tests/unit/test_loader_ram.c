/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware's memory map as the loader tells it to VTL1: what is no memory
 * is left out, whatever the order and whatever the descriptors claim.
 *
 * Links: boot/ram.c
 */
#include <string.h>

#include "boot/ram.h"
#include "boot/uefi.h"
#include "tests/unit/unit.h"

#define TYPES	  16
#define RUNS_MAX  (VTL1_RAM_MAX + 40)
#define STRANGERS 8 /* bytes behind a descriptor, as firmware has them */

struct longer {
	struct efi_memory_descriptor descriptor;
	uint8_t strangers[STRANGERS];
};

static struct longer map[RUNS_MAX];
static uint32_t used;
static struct vtl1_boot boot;

static int setup(void **unused)
{
	(void)unused;
	memset(map, 0xff, sizeof(map));
	memset(&boot, 0xff, sizeof(boot));
	used = 0;
	return 0;
}

static void add(uint32_t type, uint64_t first, uint64_t count)
{
	map[used++].descriptor = (struct efi_memory_descriptor){
		.type = type, .base = first * EFI_PAGE_BYTES, .count = count};
}

static uint32_t reduce(void)
{
	const struct ram_map words = {.descriptors = (const uint8_t *)map,
				      .size_bytes = used * sizeof(map[0]),
				      .descriptor_bytes = sizeof(map[0])};

	return ram_reduce(&words, &boot);
}

static void assert_run(uint32_t i, uint64_t first, uint64_t count)
{
	assert_int_equal(boot.ram[i].first, first);
	assert_int_equal(boot.ram[i].count, count);
}

static void takes_the_types_of_an_os(void **unused)
{
	static const uint8_t wanted[] = {1, 2, 3, 4, 7, 9};

	(void)unused;
	for (uint32_t type = 0; type < TYPES; type++) {
		add(type, 2 * type, 1);
	}
	assert_int_equal(reduce(), 0);
	assert_int_equal(boot.ram_count, sizeof(wanted));
	for (uint32_t i = 0; i < sizeof(wanted); i++) {
		assert_run(i, 2u * wanted[i], 1);
	}
}

static void sorts_and_merges_neighbours(void **unused)
{
	(void)unused;
	add(EFI_MEMORY_CONVENTIONAL, 300, 100);
	add(EFI_MEMORY_LOADER_CODE, 20, 10);
	add(EFI_MEMORY_UNUSABLE, 30, 10);
	add(EFI_MEMORY_ACPI_RECLAIM, 400, 1);
	add(EFI_MEMORY_CONVENTIONAL, 0, 20);
	assert_int_equal(reduce(), 0);
	assert_int_equal(boot.ram_count, 2);
	assert_run(0, 0, 30);
	assert_run(1, 300, 101);
}

static void survives_overlaps_and_nonsense(void **unused)
{
	(void)unused;
	add(EFI_MEMORY_CONVENTIONAL, 10, 10);
	add(EFI_MEMORY_CONVENTIONAL, 15, 10);
	add(EFI_MEMORY_CONVENTIONAL, 12, 2);
	add(EFI_MEMORY_CONVENTIONAL, 50, 0);
	add(EFI_MEMORY_CONVENTIONAL, 60, UINT64_MAX - 10); /* wraps */
	assert_int_equal(reduce(), 0);
	assert_int_equal(boot.ram_count, 1);
	assert_run(0, 10, 15);
}

static void says_nothing_of_nothing(void **unused)
{
	(void)unused;
	assert_int_equal(reduce(), 0);
	assert_int_equal(boot.ram_count, 0);
}

static void keeps_the_largest(void **unused)
{
	uint64_t before = 0;

	(void)unused;
	/* 1, 2, ... frames, largest first in memory, then one more. */
	for (uint32_t i = 0; i < RUNS_MAX - 1; i++) {
		add(EFI_MEMORY_CONVENTIONAL, 1000u * i, RUNS_MAX - 1 - i);
	}
	add(EFI_MEMORY_CONVENTIONAL, 1000u * RUNS_MAX, 500);
	assert_int_equal(reduce(), RUNS_MAX - VTL1_RAM_MAX);
	assert_int_equal(boot.ram_count, VTL1_RAM_MAX);
	for (uint32_t i = 0; i < VTL1_RAM_MAX; i++) {
		assert_true(boot.ram[i].count >= RUNS_MAX - VTL1_RAM_MAX + 1);
		assert_true(i == 0 || boot.ram[i].first > before);
		before = boot.ram[i].first;
	}
	assert_run(VTL1_RAM_MAX - 1, 1000u * RUNS_MAX, 500);
}

static void drops_a_small_latecomer(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < VTL1_RAM_MAX; i++) {
		add(EFI_MEMORY_CONVENTIONAL, 10u * i, 2);
	}
	add(EFI_MEMORY_CONVENTIONAL, 10u * VTL1_RAM_MAX, 1);
	assert_int_equal(reduce(), 1);
	assert_run(VTL1_RAM_MAX - 1, 10u * (VTL1_RAM_MAX - 1), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(takes_the_types_of_an_os, setup),
		cmocka_unit_test_setup(sorts_and_merges_neighbours, setup),
		cmocka_unit_test_setup(survives_overlaps_and_nonsense, setup),
		cmocka_unit_test_setup(says_nothing_of_nothing, setup),
		cmocka_unit_test_setup(keeps_the_largest, setup),
		cmocka_unit_test_setup(drops_a_small_latecomer, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
