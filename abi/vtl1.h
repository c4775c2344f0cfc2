/* SPDX-License-Identifier: MIT */
/*
 * VTL1's memory as the loader leaves it, and what it tells the secure kernel.
 * One range of frames, which the hypervisor takes away from VTL0 before any
 * CPU is in guest mode:
 *
 *	base                 +64 KiB                                    end
 *	| boot information  | secure kernel's image | free frames ...... |
 *	| tables, stack     |                                            |
 *
 * mapped at VTL1_VIRTUAL_BASE by the loader's tables, all of it, as long as
 * the secure kernel has none of its own. Page 0 is struct vtl1_boot; pages 1
 * to 3 are page tables; VTL1_STACK_TOP ends the boot processor's first stack.
 * The image is a position-independent ELF, placed for its virtual address.
 */
#ifndef OPENVBS_ABI_VTL1_H
#define OPENVBS_ABI_VTL1_H

#include <stdint.h>

#include "abi/handoff.h"

#define VTL1_VIRTUAL_BASE UINT64_C(0xffffffff80000000)
#define VTL1_ROOT_OFFSET  UINT64_C(0x1000)
#define VTL1_STACK_TOP	  UINT64_C(0x8000)
#define VTL1_IMAGE_OFFSET UINT64_C(0x10000)
#define VTL1_FREE_BYTES	  UINT64_C(0x1800000) /* behind the image */

#define VTL1_BOOT_MAGIC	  UINT64_C(0x544f4f42314c5456) /* "VTL1BOOT" */
#define VTL1_BOOT_VERSION 2
#define VTL1_RAM_MAX	  96
#define VTL1_SEED_BYTES	  64

/* A run of 4 KiB frames that is memory, by the firmware's map. */
struct vtl1_ram {
	uint64_t first;
	uint64_t count;
};

struct vtl1_boot {
	uint64_t magic;
	uint32_t version;
	uint32_t size_bytes;  /* of this structure */
	uint64_t memory_base; /* physical */
	uint64_t memory_size_bytes;
	uint64_t image_size_bytes; /* at VTL1_IMAGE_OFFSET */
	uint32_t cpu_count;
	uint32_t ram_count;
	struct vtl1_ram
		ram[VTL1_RAM_MAX]; /* sorted; hypervisor's, VTL1's not */
	uint32_t seed_bytes; /* of seed: what the firmware's RNG gave, or 0 */
	uint32_t facts;	     /* VTL1_FACT_* */
	uint8_t seed[VTL1_SEED_BYTES];
	uint64_t time_per_second; /* of the time-stamp counter */
	char openvbs_version[32];
};

/* What the loader found; told to whoever asks for the status. */
#define VTL1_FACT_SECURE_BOOT 0x1u
#define VTL1_FACT_TPM	      0x2u
#define VTL1_FACT_TEST_BUILD  0x4u
#define VTL1_FACT_IOMMU	      0x8u  /* devices reach only what VTL0 does */
#define VTL1_FACT_SHIM	      0x10u /* shim runs in front of the loader */

_Static_assert(sizeof(struct vtl1_boot) <= 4096, "one page");

#endif
