/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one window to VTL0's memory: the page of a message. The page must be
 * RAM by the firmware's map and VTL0's own, with the right that VTL0 itself
 * would need, and is mapped for the time of one copy.
 *
 * STATUS_INVALID: not the address of a page, or a length that does not fit.
 * STATUS_DENIED: not RAM of VTL0's, or VTL0 may not do this to it.
 */
#ifndef OPENVBS_SK_CORE_WINDOW_H
#define OPENVBS_SK_CORE_WINDOW_H

#include <stdint.h>

#include "abi/status.h"
#include "abi/vtl_call.h"

/*
 * Copies a message in: its head, then as much data as that copy of the head
 * says. Every byte is read once. The other members are not checked.
 */
enum status window_copy_in(uint64_t address, struct vtl_message *to);

/* Copies in_bytes and the data alone, for a message that is known already. */
enum status window_data_in(uint64_t address, struct vtl_message *to);

/* Copies a reply out: its head and out_bytes of data, no more. */
enum status window_copy_out(uint64_t address, const struct vtl_message *from);

#endif
