/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reserved memory with an image in it. */
#ifndef OPENVBS_BOOT_PLACE_H
#define OPENVBS_BOOT_PLACE_H

#include "abi/handoff.h"
#include "abi/status.h"
#include "boot/smp.h"

struct place {
	const uint8_t *file; /* an ELF image */
	const uint8_t *file_end;
	uint64_t image_offset; /* in the memory */
	uint64_t behind_bytes; /* memory behind the image */
	uint64_t virtual_base; /* where the memory will be seen; 0: as it is */
	/* Filled by place_image(). */
	uint64_t memory_base; /* HANDOFF_ALIGN_BYTES, as is the size */
	uint64_t memory_size_bytes;
	uint64_t image_size_bytes;
	uint64_t entry; /* where it will be seen */
};

/*
 * Reserves zeroed memory below 4 GiB and places the image. Whatever stops us
 * is said on the console, and nothing stays reserved: STATUS_NO_MEMORY or the
 * image's fault.
 */
enum status place_image(struct place *place);

/* Gives the memory back. */
void place_free(uint64_t base, uint64_t size_bytes);

/*
 * The hypervisor, for handoff->cpu_count processors; fills the memory_* and
 * image_* members. Results as above.
 */
enum status place_hypervisor(struct handoff *handoff, smp_entry_t *entry);

#endif
