/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest page-table walk in software: only to fetch the bytes of an
 * instruction that must be emulated. Never reads a frame that is not VTL0's.
 */
#ifndef OPENVBS_HV_X86_WALK_H
#define OPENVBS_HV_X86_WALK_H

#include <stdint.h>

#include "abi/status.h"
#include "hv/core/addr.h"

struct walk_root {
	uint64_t cr0;
	uint64_t cr3;
	uint64_t cr4;
	uint64_t efer;
};

/*
 * Translates a guest linear address: no paging, 32-bit, PAE, 4 and 5 levels.
 * STATUS_NOT_FOUND: not mapped. STATUS_DENIED: the walk leaves VTL0's frames.
 */
enum status walk_translate(const struct walk_root *root, uint64_t linear,
			   gpa_t *address);

/*
 * Copies up to `count` bytes of guest memory at `linear`; returns how many
 * could be read (a fetch may end at an unmapped or foreign page).
 */
unsigned walk_copy(const struct walk_root *root, uint64_t linear, uint8_t *to,
		   unsigned count);

#endif
