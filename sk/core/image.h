/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of a service: its image, heap, and for each thread a stack, a
 * canary page and a buffer, with nothing mapped around each of them.
 */
#ifndef OPENVBS_SK_CORE_IMAGE_H
#define OPENVBS_SK_CORE_IMAGE_H

#include <stdint.h>

#include "abi/status.h"
#include "sk/core/service.h"

#define IMAGE_STACK_PAGES 16u
#define IMAGE_CANARY_AT	  0x28u /* in its page; %fs:0x28 of the psABI */

/*
 * Builds a service's address space by its row. STATUS_NO_MEMORY; results of
 * elf_executable_open().
 */
enum status image_build(struct service *service);

/* Makes all writable memory what it was at first. Nobody is inside. */
void image_reset(struct service *service);

/* Addresses in the service's space, by slot. */
uint64_t image_stack_top(uint32_t slot);
uint64_t image_canary(uint32_t slot);
uint64_t image_buffer(uint32_t slot);

#endif
