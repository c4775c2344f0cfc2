/* SPDX-License-Identifier: MIT */
/*
 * ACPI tables. Called by loaders with the RSDP that the firmware gave them;
 * memory
 * is identity-mapped. Invariant: a table is read only after acpi_table() has
 * checked its length and sum, and only within that length.
 */
#include <stdbool.h>

#include "lib/acpi.h"
#include "lib/acpi_format.h"
#include "lib/aml.h"
#include "lib/bytes.h"

/* The list of tables: XSDT, or RSDT on old firmware. */
struct root {
	const uint8_t *entries;
	uint32_t count;
	uint32_t entry_bytes; /* 4 or 8 */
};

static uint8_t acpi_sum(const uint8_t *bytes, uint32_t size)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < size; i++) {
		sum = (uint8_t)(sum + bytes[i]);
	}
	return sum;
}

uint32_t acpi_length(const uint8_t *table)
{
	return bytes_load32(table + TABLE_LENGTH);
}

/* The table at a physical address, or NULL when it is none. */
static uint8_t *acpi_table(uint64_t address, const char *signature)
{
	uint8_t *table = (uint8_t *)(uintptr_t)address;
	uint32_t length;

	if (table == NULL || !bytes_equal(table, signature, 4)) {
		return NULL;
	}
	length = acpi_length(table);
	if (length < TABLE_HEADER_BYTES || length > TABLE_BYTES_MAX ||
	    acpi_sum(table, length) != 0) {
		return NULL;
	}
	return table;
}

static bool acpi_root(const uint8_t *rsdp, struct root *root)
{
	const uint8_t *table = NULL;

	if (rsdp == NULL || !bytes_equal(rsdp, RSDP_SIGNATURE, 8) ||
	    acpi_sum(rsdp, RSDP_BYTES_1) != 0) {
		return false;
	}
	root->entry_bytes = 8;
	if (rsdp[RSDP_REVISION] >= RSDP_REVISION_XSDT &&
	    acpi_sum(rsdp, RSDP_BYTES_2) == 0) {
		table = acpi_table(bytes_load64(rsdp + RSDP_XSDT), "XSDT");
	}
	if (table == NULL) {
		root->entry_bytes = 4;
		table = acpi_table(bytes_load32(rsdp + RSDP_RSDT), "RSDT");
	}
	if (table == NULL) {
		return false;
	}
	root->entries = table + TABLE_HEADER_BYTES;
	root->count =
		(acpi_length(table) - TABLE_HEADER_BYTES) / root->entry_bytes;
	return true;
}

static uint64_t root_entry(const struct root *root, uint32_t index)
{
	const uint8_t *entry = root->entries + index * root->entry_bytes;

	return root->entry_bytes == 8 ? bytes_load64(entry)
				      : bytes_load32(entry);
}

static uint8_t *root_find(const struct root *root, const char *signature)
{
	for (uint32_t i = 0; i < root->count; i++) {
		uint8_t *table = acpi_table(root_entry(root, i), signature);

		if (table != NULL) {
			return table;
		}
	}
	return NULL;
}

static uint8_t *fadt_dsdt(const uint8_t *fadt)
{
	uint8_t *dsdt = NULL;

	if (acpi_length(fadt) >= FADT_X_DSDT + sizeof(uint64_t)) {
		dsdt = acpi_table(bytes_load64(fadt + FADT_X_DSDT), "DSDT");
	}
	if (dsdt == NULL) {
		dsdt = acpi_table(bytes_load32(fadt + FADT_DSDT), "DSDT");
	}
	return dsdt;
}

/* A generic address, when the table is long enough to have it. */
static struct handoff_register fadt_register(const uint8_t *fadt,
					     uint32_t offset)
{
	struct handoff_register out = {0};
	const uint8_t *gas = fadt + offset;

	if (acpi_length(fadt) < offset + GAS_BYTES ||
	    bytes_load64(gas + GAS_ADDRESS) == 0) {
		return out;
	}
	if (gas[GAS_SPACE] == GAS_SPACE_MEMORY) {
		out.space = HANDOFF_SPACE_MEMORY;
	} else if (gas[GAS_SPACE] == GAS_SPACE_IO) {
		out.space = HANDOFF_SPACE_PORT;
	} else {
		return out;
	}
	out.address = bytes_load64(gas + GAS_ADDRESS);
	out.width_bytes = (gas[GAS_WIDTH_BITS] + 7u) / 8;
	return out;
}

static struct handoff_register fadt_sleep(const uint8_t *fadt, uint32_t gas,
					  uint32_t port)
{
	struct handoff_register out = fadt_register(fadt, gas);

	if (out.space == HANDOFF_SPACE_NONE && bytes_load32(fadt + port) != 0) {
		out.address = bytes_load32(fadt + port);
		out.space = HANDOFF_SPACE_PORT;
		out.width_bytes = fadt[FADT_PM1_LENGTH];
	}
	return out;
}

static void mcfg_read(const uint8_t *mcfg, struct handoff_platform *platform)
{
	uint32_t length = acpi_length(mcfg);

	for (uint32_t at = MCFG_ENTRIES; at + MCFG_ENTRY_BYTES <= length;
	     at += MCFG_ENTRY_BYTES) {
		const uint8_t *entry = mcfg + at;

		if (bytes_load16(entry + MCFG_SEGMENT) == 0) {
			platform->ecam_base = bytes_load64(entry + MCFG_BASE);
			platform->ecam_bus_count = entry[MCFG_BUS_LAST] + 1u;
			return;
		}
	}
}

static enum status s5_read(const struct root *root, const uint8_t *fadt,
			   uint32_t type[2])
{
	const uint8_t *table = fadt_dsdt(fadt);
	enum status status = STATUS_NOT_FOUND;

	if (table != NULL) {
		status = aml_s5_read(table + TABLE_HEADER_BYTES,
				     acpi_length(table) - TABLE_HEADER_BYTES,
				     type);
	}
	for (uint32_t i = 0; i < root->count && status != STATUS_OK; i++) {
		table = acpi_table(root_entry(root, i), "SSDT");
		if (table != NULL) {
			status = aml_s5_read(
				table + TABLE_HEADER_BYTES,
				acpi_length(table) - TABLE_HEADER_BYTES, type);
		}
	}
	return status == STATUS_OK ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status acpi_facts_read(const void *rsdp, struct handoff_platform *platform)
{
	struct root root;
	const uint8_t *fadt;
	const uint8_t *mcfg;

	if (!acpi_root(rsdp, &root)) {
		return STATUS_CORRUPT;
	}
	fadt = root_find(&root, "FACP");
	if (fadt == NULL || acpi_length(fadt) < FADT_BYTES_1) {
		return STATUS_CORRUPT;
	}
	platform->sleep_control[0] =
		fadt_sleep(fadt, FADT_X_PM1A, FADT_PM1A_CONTROL);
	platform->sleep_control[1] =
		fadt_sleep(fadt, FADT_X_PM1B, FADT_PM1B_CONTROL);
	if ((bytes_load32(fadt + FADT_FLAGS) & FADT_FLAG_RESET) &&
	    acpi_length(fadt) > FADT_RESET_VALUE) {
		platform->reset = fadt_register(fadt, FADT_RESET);
		platform->reset_value = fadt[FADT_RESET_VALUE];
	}
	mcfg = root_find(&root, "MCFG");
	if (mcfg != NULL) {
		mcfg_read(mcfg, platform);
	}
	if (platform->sleep_control[0].space == HANDOFF_SPACE_NONE) {
		return STATUS_OK;
	}
	return s5_read(&root, fadt, platform->s5_type);
}

const uint8_t *acpi_find(const void *rsdp, const char *signature)
{
	struct root root;

	return acpi_root(rsdp, &root) ? root_find(&root, signature) : NULL;
}

void acpi_hide(const void *rsdp, const char *signature)
{
	struct root root;
	uint8_t *table;

	if (!acpi_root(rsdp, &root)) {
		return;
	}
	for (uint32_t i = 0; i < root.count; i++) {
		table = acpi_table(root_entry(&root, i), signature);
		if (table == NULL) {
			continue;
		}
		table[TABLE_CHECKSUM] = (uint8_t)(table[TABLE_CHECKSUM] +
						  table[0] - TABLE_HIDDEN);
		table[0] = TABLE_HIDDEN;
	}
}

static unsigned table_withdraw(uint8_t *table)
{
	unsigned count = 0;

	for (char state = '1'; state <= '4'; state++) {
		count += aml_sleep_rename(table + TABLE_HEADER_BYTES,
					  acpi_length(table) -
						  TABLE_HEADER_BYTES,
					  state, &table[TABLE_CHECKSUM]);
	}
	return count;
}

unsigned acpi_sleep_withdraw(const void *rsdp)
{
	struct root root;
	const uint8_t *fadt;
	uint8_t *table;
	unsigned count = 0;

	if (!acpi_root(rsdp, &root)) {
		return 0;
	}
	fadt = root_find(&root, "FACP");
	table = fadt == NULL ? NULL : fadt_dsdt(fadt);
	if (table != NULL) {
		count += table_withdraw(table);
	}
	for (uint32_t i = 0; i < root.count; i++) {
		table = acpi_table(root_entry(&root, i), "SSDT");
		if (table != NULL) {
			count += table_withdraw(table);
		}
	}
	return count;
}
