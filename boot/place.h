/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hypervisor's reserved memory, and its image in there. */
#ifndef OPENVBS_BOOT_PLACE_H
#define OPENVBS_BOOT_PLACE_H

#include "abi/handoff.h"
#include "abi/status.h"
#include "boot/smp.h"

/*
 * Reserves memory for handoff->cpu_count processors, places the hypervisor
 * and fills the memory_* and image_* members. Whatever stops us is said on
 * the console, and nothing stays reserved: STATUS_NO_MEMORY or the image's
 * fault.
 */
enum status place_hypervisor(struct handoff *handoff, smp_entry_t *entry);

/* Gives the memory back. */
void place_free(const struct handoff *handoff);

#endif
