/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What devices may reach: what VTL0 may, by the very same nested page table.
 * hv/iommu answers, one file per maker of IOMMUs; the linker checks that it is
 * complete. A machine without an IOMMU has none of this: every call is then
 * harmless and keeps nothing out. Callers hold the protect lock.
 */
#ifndef OPENVBS_HV_CORE_IOMMU_H
#define OPENVBS_HV_CORE_IOMMU_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/handoff.h"
#include "abi/status.h"
#include "hv/core/addr.h"
#include "hv/core/pool.h"

/*
 * Builds what the IOMMUs will read, so that every device ID translates by the
 * table at `root`. Changes no IOMMU. STATUS_NO_MEMORY, STATUS_INVALID (too
 * many, or registers not where they can be), STATUS_UNSUPPORTED (too old, or
 * in use: firmware that holds devices itself goes on doing so).
 */
enum status iommu_prepare(const struct handoff_dma *dma, struct pool *pool,
			  spa_t root);

/* The registers of one IOMMU; no count: there is no such IOMMU. */
struct frames iommu_registers(uint32_t index);

/*
 * From here on devices are held to the table. The first call decides, later
 * ones tell what it came to. STATUS_UNSUPPORTED: one did not answer or does not
 * keep what was written to it; all that can be stopped are off again.
 */
enum status iommu_start(void);

/* No device uses a translation older than this call. Stops when one hangs. */
void iommu_invalidate(void);

/* What an IOMMU has to say. */
struct iommu_fault {
	bool denied; /* a device's access; else an error of the IOMMU's own */
	uint64_t
		a; /* denied: the device's ID; else the log entry's first half */
	uint64_t b; /* denied: the address; else the second half */
};

/*
 * The next entry of some IOMMU's log; false when there is none. Reads only
 * memory when there is nothing.
 */
bool iommu_next_fault(struct iommu_fault *fault);

#endif
