/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of IOMMUs: whatever the bytes are, counts stay within their
 * arrays and an IOMMU counts once.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/ivrs.h"
#include "lib/ivrs_format.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	uint32_t bytes = (uint32_t)len_bytes + IVRS_BLOCKS;
	uint8_t *table = calloc(1, bytes);
	struct handoff_dma dma;

	memcpy(table + IVRS_BLOCKS, data, len_bytes);
	if (ivrs_read(table, bytes, &dma) == STATUS_OK) {
		(void)ivrs_wants(table, bytes, 0, 1);
	}
	FUZZ_CHECK(dma.iommu_count <= HANDOFF_IOMMUS_MAX);
	FUZZ_CHECK(dma.setting_count <= HANDOFF_DEVICE_SETTINGS_MAX);
	for (uint32_t i = 1; i < dma.iommu_count; i++) {
		FUZZ_CHECK(dma.iommu[i].base != dma.iommu[0].base);
	}
	free(table);
	return 0;
}
