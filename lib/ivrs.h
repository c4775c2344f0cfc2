/* SPDX-License-Identifier: MIT */
/*
 * AMD's table of IOMMUs (48882, 5.2). It is input: every length is checked
 * before it is used.
 */
#ifndef OPENVBS_LIB_IVRS_H
#define OPENVBS_LIB_IVRS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/handoff.h"
#include "abi/status.h"

/*
 * Fills `dma` from a table whose header length is `bytes`. An IOMMU that
 * several blocks describe counts once. STATUS_CORRUPT: a block does not fit.
 * STATUS_NO_SPACE: more IOMMUs or device settings than `dma` holds.
 * STATUS_UNSUPPORTED: an IOMMU outside PCI segment 0, whose configuration
 * nobody would guard.
 */
enum status ivrs_read(const uint8_t *table, uint32_t bytes,
		      struct handoff_dma *dma);

/*
 * Whether some device must be able to reach part of [base, base + bytes), by
 * an IVMD block. A damaged table wants everything.
 */
bool ivrs_wants(const uint8_t *table, uint32_t table_bytes, uint64_t base,
		uint64_t bytes);

#endif
