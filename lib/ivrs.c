/* SPDX-License-Identifier: MIT */
/*
 * IVRS. Called by loaders with a table that lib/acpi.c has found. Invariant:
 * a block is read only within its length, and that lies within the table.
 */
#include "lib/ivrs.h"

#include "lib/bytes.h"
#include "lib/ivrs_format.h"

struct block {
	const uint8_t *bytes;
	uint32_t length;
};

/* The block at `*at`, which moves behind it; none: *at is the table's end. */
static bool next_block(const uint8_t *table, uint32_t bytes, uint32_t *at,
		       struct block *block)
{
	if (*at + IVRS_BYTES_LEAST > bytes) {
		return false;
	}
	block->bytes = table + *at;
	block->length = bytes_load16(block->bytes + IVRS_LENGTH);
	if (block->length < IVRS_BYTES_LEAST || block->length > bytes - *at) {
		return false;
	}
	*at += block->length;
	return true;
}

static bool is_iommu(const struct block *block)
{
	uint8_t type = block->bytes[IVRS_TYPE];

	return type == IVHD_TYPE_10 || type == IVHD_TYPE_11 ||
	       type == IVHD_TYPE_40;
}

static bool is_memory(const struct block *block)
{
	uint8_t type = block->bytes[IVRS_TYPE];

	return type >= IVMD_TYPE_FIRST && type <= IVMD_TYPE_LAST;
}

static uint32_t devices_offset(const struct block *block)
{
	return block->bytes[IVRS_TYPE] == IVHD_TYPE_10 ? IVHD_DEVICES_10
						       : IVHD_DEVICES_LATER;
}

static enum status add_iommu(const struct block *block, struct handoff_dma *dma)
{
	uint64_t base = bytes_load64(block->bytes + IVHD_BASE);

	for (uint32_t i = 0; i < dma->iommu_count; i++) {
		if (dma->iommu[i].base == base) {
			return STATUS_OK;
		}
	}
	if (dma->iommu_count == HANDOFF_IOMMUS_MAX) {
		return STATUS_NO_SPACE;
	}
	if (bytes_load16(block->bytes + IVHD_SEGMENT) != 0) {
		return STATUS_UNSUPPORTED;
	}
	dma->iommu[dma->iommu_count++] = (struct handoff_iommu){
		.base = base,
		.segment = bytes_load16(block->bytes + IVHD_SEGMENT),
		.function = bytes_load16(block->bytes + IVHD_FUNCTION),
		.flags = block->bytes[IVRS_FLAGS],
	};
	return STATUS_OK;
}

static enum status add_setting(struct handoff_device_setting row,
			       struct handoff_dma *dma)
{
	row.setting &= DEVICE_SETTING_KEPT;
	if (row.setting == 0) {
		return STATUS_OK;
	}
	for (uint32_t i = 0; i < dma->setting_count; i++) {
		if (bytes_equal(&dma->setting[i], &row, sizeof(row))) {
			return STATUS_OK; /* of another block */
		}
	}
	if (dma->setting_count == HANDOFF_DEVICE_SETTINGS_MAX) {
		return STATUS_NO_SPACE;
	}
	dma->setting[dma->setting_count++] = row;
	return STATUS_OK;
}

/* 0: it does not fit. */
static uint32_t device_bytes(const uint8_t *entry, uint32_t left)
{
	uint32_t bytes;

	if (entry[DEVICE_TYPE] != DEVICE_NAMED) {
		bytes = DEVICE_BYTES(entry[DEVICE_TYPE]);
	} else if (left < DEVICE_NAMED_BYTES) {
		return 0;
	} else {
		bytes = DEVICE_NAMED_BYTES + entry[DEVICE_NAMED_EXTRA];
	}
	return bytes <= left ? bytes : 0;
}

/* What an entry says of which devices; a range goes on to its end entry. */
static struct handoff_device_setting read_entry(const uint8_t *entry)
{
	struct handoff_device_setting row = {
		.first = bytes_load16(entry + DEVICE_ID),
		.last = bytes_load16(entry + DEVICE_ID),
		.setting = entry[DEVICE_SETTING],
	};

	switch (entry[DEVICE_TYPE]) {
	case DEVICE_ALL:
		row.first = 0;
		row.last = UINT16_MAX;
		break;
	case DEVICE_ALIAS:
	case DEVICE_ALIAS_RANGE:
	case DEVICE_SPECIAL:
		row.first = bytes_load16(entry + DEVICE_ALIAS_ID);
		row.last = row.first;
		break;
	case DEVICE_SELECT:
	case DEVICE_RANGE:
	case DEVICE_EXTENDED:
	case DEVICE_EXTENDED_RANGE:
	case DEVICE_NAMED:
		break;
	default: /* padding, the end of a range */
		row.setting = 0;
		break;
	}
	return row;
}

static enum status add_devices(const struct block *block,
			       struct handoff_dma *dma)
{
	struct handoff_device_setting range = {0};
	uint32_t at = devices_offset(block);
	enum status status = STATUS_OK;

	while (at < block->length && status == STATUS_OK) {
		const uint8_t *entry = block->bytes + at;
		struct handoff_device_setting row;
		uint32_t bytes = 0;

		if (block->length - at >= DEVICE_BYTES(0)) {
			bytes = device_bytes(entry, block->length - at);
		}
		if (bytes == 0) {
			return STATUS_CORRUPT;
		}
		at += bytes;
		row = read_entry(entry);
		if (entry[DEVICE_TYPE] == DEVICE_RANGE ||
		    entry[DEVICE_TYPE] == DEVICE_EXTENDED_RANGE) {
			range = row;
			continue;
		}
		if (entry[DEVICE_TYPE] == DEVICE_RANGE_END) {
			range.last = row.last;
			row = range;
			range.setting = 0;
		}
		status = add_setting(row, dma);
	}
	return status;
}

enum status ivrs_read(const uint8_t *table, uint32_t bytes,
		      struct handoff_dma *dma)
{
	uint32_t at = IVRS_BLOCKS;
	enum status status = STATUS_OK;
	struct block block;

	*dma = (struct handoff_dma){0};
	while (status == STATUS_OK && next_block(table, bytes, &at, &block)) {
		if (!is_iommu(&block)) {
			continue;
		}
		if (block.length < devices_offset(&block)) {
			return STATUS_CORRUPT;
		}
		status = add_iommu(&block, dma);
		if (status == STATUS_OK) {
			status = add_devices(&block, dma);
		}
	}
	return status == STATUS_OK && at != bytes ? STATUS_CORRUPT : status;
}

bool ivrs_wants(const uint8_t *table, uint32_t table_bytes, uint64_t base,
		uint64_t bytes)
{
	uint32_t at = IVRS_BLOCKS;
	struct block block;

	while (next_block(table, table_bytes, &at, &block)) {
		uint64_t start, length;

		if (!is_memory(&block)) {
			continue;
		}
		if (block.length < IVMD_LENGTH) {
			return true;
		}
		start = bytes_load64(block.bytes + IVMD_START);
		length = bytes_load64(block.bytes + IVMD_BYTES);
		/* Without overflow: starts before our end, ends behind it. */
		if (start < base + bytes &&
		    (start >= base || length > base - start)) {
			return true;
		}
	}
	return at != table_bytes;
}
