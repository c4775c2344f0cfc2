/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ACPI facts from tables built here: damaged tables are refused or passed
 * over, the others give the registers they describe.
 *
 * Links: lib/aml.c
 */
#define _DEFAULT_SOURCE /* MAP_32BIT */

#include <string.h>
#include <sys/mman.h>

#include "lib/acpi.h"
#include "lib/acpi_format.h"
#include "tests/unit/unit.h"

#define FADT_BYTES 276
#define MCFG_BYTES (MCFG_ENTRIES + 2 * MCFG_ENTRY_BYTES)
#define DSDT_BYTES (TABLE_HEADER_BYTES + sizeof(aml))

static const uint8_t aml[] = {
	0x08, '_', 'S', '3', '_', 0x12, 0x04, 0x02, 0x01, 0x01,	      /* _S3 */
	0x08, '_', 'S', '5', '_', 0x12, 0x05, 0x02, 0x0a, 0x07, 0x00, /* _S5 */
};

/* Below 4 GiB, so that an RSDT can point at it. */
static struct tables {
	uint8_t rsdp[RSDP_BYTES_2];
	uint8_t xsdt[TABLE_HEADER_BYTES + 3 * 8];
	uint8_t rsdt[TABLE_HEADER_BYTES + 3 * 4];
	uint8_t fadt[FADT_BYTES];
	uint8_t mcfg[MCFG_BYTES];
	uint8_t dsdt[DSDT_BYTES];
	uint8_t ssdt[DSDT_BYTES];
} * tables;

static void put(uint8_t *at, uint64_t value, size_t bytes)
{
	memcpy(at, &value, bytes);
}

static uint8_t sum(const uint8_t *bytes, size_t size)
{
	uint8_t total = 0;

	for (size_t i = 0; i < size; i++) {
		total = (uint8_t)(total + bytes[i]);
	}
	return total;
}

static void seal(uint8_t *table, size_t size)
{
	put(table + TABLE_LENGTH, size, 4);
	table[TABLE_CHECKSUM] = 0;
	table[TABLE_CHECKSUM] = (uint8_t)-sum(table, size);
}

static void gas(uint8_t *at, uint8_t space, uint8_t bits, uint64_t address)
{
	at[GAS_SPACE] = space;
	at[GAS_WIDTH_BITS] = bits;
	put(at + GAS_ADDRESS, address, 8);
}

/* Sums, from the innermost table outwards. */
static void seal_all(void)
{
	seal(tables->dsdt, sizeof(tables->dsdt));
	seal(tables->ssdt, sizeof(tables->ssdt));
	seal(tables->mcfg, sizeof(tables->mcfg));
	seal(tables->fadt, sizeof(tables->fadt));
	seal(tables->xsdt, sizeof(tables->xsdt));
	seal(tables->rsdt, sizeof(tables->rsdt));
	tables->rsdp[8] = 0;
	tables->rsdp[8] = (uint8_t)-sum(tables->rsdp, RSDP_BYTES_1);
	tables->rsdp[32] = 0;
	tables->rsdp[32] = (uint8_t)-sum(tables->rsdp, RSDP_BYTES_2);
}

static void fill_roots(void)
{
	const uint8_t *list[] = {tables->mcfg, tables->ssdt, tables->fadt};

	memcpy(tables->rsdp, RSDP_SIGNATURE, 8);
	tables->rsdp[RSDP_REVISION] = 2;
	put(tables->rsdp + RSDP_RSDT, (uintptr_t)tables->rsdt, 4);
	put(tables->rsdp + RSDP_XSDT, (uintptr_t)tables->xsdt, 8);
	memcpy(tables->xsdt, "XSDT", 4);
	memcpy(tables->rsdt, "RSDT", 4);
	for (size_t i = 0; i < ARRAY_COUNT(list); i++) {
		put(tables->xsdt + TABLE_HEADER_BYTES + 8 * i,
		    (uintptr_t)list[i], 8);
		put(tables->rsdt + TABLE_HEADER_BYTES + 4 * i,
		    (uintptr_t)list[i], 4);
	}
}

static int setup(void **unused)
{
	uint8_t *entry;

	(void)unused;
	if (tables == NULL) {
		tables = mmap(NULL, sizeof(*tables), PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	}
	memset(tables, 0, sizeof(*tables));
	fill_roots();
	memcpy(tables->fadt, "FACP", 4);
	put(tables->fadt + FADT_X_DSDT, (uintptr_t)tables->dsdt, 8);
	put(tables->fadt + FADT_DSDT, (uintptr_t)tables->dsdt, 4);
	put(tables->fadt + FADT_FLAGS, FADT_FLAG_RESET, 4);
	gas(tables->fadt + FADT_RESET, GAS_SPACE_IO, 8, 0xcf9);
	tables->fadt[FADT_RESET_VALUE] = 15;
	gas(tables->fadt + FADT_X_PM1A, GAS_SPACE_IO, 16, 0x604);
	put(tables->fadt + FADT_PM1B_CONTROL, 0x704, 4);
	tables->fadt[FADT_PM1_LENGTH] = 2;
	memcpy(tables->mcfg, "MCFG", 4);
	entry = tables->mcfg + MCFG_ENTRIES;
	put(entry + MCFG_SEGMENT, 1, 2);
	entry += MCFG_ENTRY_BYTES;
	put(entry + MCFG_BASE, 0xb0000000, 8);
	entry[MCFG_BUS_LAST] = 255;
	memcpy(tables->dsdt, "DSDT", 4);
	memcpy(tables->dsdt + TABLE_HEADER_BYTES, aml, sizeof(aml));
	memcpy(tables->ssdt, "SSDT", 4);
	seal_all();
	return 0;
}

static enum status facts(struct handoff_platform *platform)
{
	memset(platform, 0, sizeof(*platform));
	return acpi_facts_read(tables->rsdp, platform);
}

static void refuses_damage(void **unused)
{
	struct handoff_platform platform;

	assert_int_equal(acpi_facts_read(NULL, &platform), STATUS_CORRUPT);
	tables->rsdp[0] = 'X';
	seal_all();
	assert_int_equal(facts(&platform), STATUS_CORRUPT);

	setup(unused);
	tables->rsdp[9]++; /* sum of the old part */
	assert_int_equal(facts(&platform), STATUS_CORRUPT);

	setup(unused);
	tables->fadt[50]++; /* sum */
	assert_int_equal(facts(&platform), STATUS_CORRUPT);

	setup(unused);
	seal(tables->fadt, FADT_BYTES_1 - 1);
	assert_int_equal(facts(&platform), STATUS_CORRUPT);

	setup(unused);
	put(tables->fadt + TABLE_LENGTH, TABLE_HEADER_BYTES - 1, 4);
	assert_int_equal(facts(&platform), STATUS_CORRUPT);

	setup(unused);
	put(tables->fadt + TABLE_LENGTH, TABLE_BYTES_MAX + 1, 4);
	assert_int_equal(facts(&platform), STATUS_CORRUPT);
}

static void refuses_a_missing_s5(void **unused)
{
	struct handoff_platform platform;

	(void)unused;
	memset(tables->dsdt + TABLE_HEADER_BYTES, 0, sizeof(aml));
	seal_all();
	assert_int_equal(facts(&platform), STATUS_NOT_FOUND);

	/* An SSDT may define it. */
	memcpy(tables->ssdt + TABLE_HEADER_BYTES, aml, sizeof(aml));
	seal_all();
	assert_int_equal(facts(&platform), STATUS_OK);
	assert_int_equal(platform.s5_type[0], 7);
}

static void reads_every_fact(void **unused)
{
	struct handoff_platform platform;

	(void)unused;
	assert_int_equal(facts(&platform), STATUS_OK);
	assert_int_equal(platform.ecam_base, 0xb0000000);
	assert_int_equal(platform.ecam_bus_count, 256);
	assert_int_equal(platform.reset.address, 0xcf9);
	assert_int_equal(platform.reset.space, HANDOFF_SPACE_PORT);
	assert_int_equal(platform.reset.width_bytes, 1);
	assert_int_equal(platform.reset_value, 15);
	assert_int_equal(platform.sleep_control[0].address, 0x604);
	assert_int_equal(platform.sleep_control[0].width_bytes, 2);
	assert_int_equal(platform.sleep_control[1].address, 0x704);
	assert_int_equal(platform.sleep_control[1].space, HANDOFF_SPACE_PORT);
	assert_int_equal(platform.sleep_control[1].width_bytes, 2);
	assert_int_equal(platform.s5_type[0], 7);
	assert_int_equal(platform.s5_type[1], 0);
}

static void falls_back_to_old_tables(void **unused)
{
	struct handoff_platform platform;

	tables->rsdp[RSDP_REVISION] = 0;
	tables->xsdt[0] = 'Y';
	seal_all();
	assert_int_equal(facts(&platform), STATUS_OK);
	assert_int_equal(platform.reset.address, 0xcf9);

	setup(unused); /* the FADT of ACPI 1.0 ends before the reset register */
	put(tables->fadt + FADT_PM1A_CONTROL, 0x404, 4);
	seal(tables->fadt, FADT_BYTES_1);
	assert_int_equal(facts(&platform), STATUS_OK);
	assert_int_equal(platform.reset.space, HANDOFF_SPACE_NONE);
	assert_int_equal(platform.sleep_control[0].address, 0x404);
	assert_int_equal(platform.s5_type[0], 7);
}

static void reads_registers_in_memory(void **unused)
{
	struct handoff_platform platform;

	(void)unused;
	gas(tables->fadt + FADT_RESET, GAS_SPACE_MEMORY, 8, 0xfed80000);
	gas(tables->fadt + FADT_X_PM1A, 2, 16, 8); /* PCI: not representable */
	seal_all();
	assert_int_equal(facts(&platform), STATUS_OK);
	assert_int_equal(platform.reset.space, HANDOFF_SPACE_MEMORY);
	assert_int_equal(platform.reset.address, 0xfed80000);
	assert_int_equal(platform.sleep_control[0].space, HANDOFF_SPACE_NONE);
}

static void withdraws_sleep_states(void **unused)
{
	struct handoff_platform platform;

	(void)unused;
	memcpy(tables->ssdt + TABLE_HEADER_BYTES, aml, sizeof(aml));
	seal_all();
	assert_int_equal(acpi_sleep_withdraw(NULL), 0);
	assert_int_equal(acpi_sleep_withdraw(tables->rsdp), 2);
	assert_int_equal(sum(tables->dsdt, sizeof(tables->dsdt)), 0);
	assert_int_equal(sum(tables->ssdt, sizeof(tables->ssdt)), 0);
	assert_int_equal(acpi_sleep_withdraw(tables->rsdp), 0);
	assert_int_equal(facts(&platform), STATUS_OK); /* S5 stays */
}

static void hides_a_table(void **unused)
{
	struct handoff_platform platform;

	(void)unused;
	seal_all();
	assert_ptr_equal(acpi_find(tables->rsdp, "MCFG"), tables->mcfg);
	assert_int_equal(acpi_length(tables->mcfg), sizeof(tables->mcfg));
	assert_null(acpi_find(tables->rsdp, "IVRS"));
	assert_null(acpi_find(NULL, "MCFG"));
	acpi_hide(NULL, "MCFG");
	acpi_hide(tables->rsdp, "IVRS");
	assert_int_equal(facts(&platform), STATUS_OK);
	assert_int_not_equal(platform.ecam_base, 0);
	acpi_hide(tables->rsdp, "MCFG");
	assert_null(acpi_find(tables->rsdp, "MCFG"));
	assert_int_equal(sum(tables->mcfg, sizeof(tables->mcfg)), 0);
	memset(&platform, 0, sizeof(platform));
	assert_int_equal(facts(&platform), STATUS_OK);
	assert_int_equal(platform.ecam_base, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(refuses_damage, setup),
		cmocka_unit_test_setup(refuses_a_missing_s5, setup),
		cmocka_unit_test_setup(reads_every_fact, setup),
		cmocka_unit_test_setup(falls_back_to_old_tables, setup),
		cmocka_unit_test_setup(reads_registers_in_memory, setup),
		cmocka_unit_test_setup(withdraws_sleep_states, setup),
		cmocka_unit_test_setup(hides_a_table, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
