/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL calls (abi/vtl_call.h) by hand, for the attacks on VTL1. The message
 * page is the second of the module's own pages.
 */
#ifndef OPENVBS_TESTS_GUEST_ATTACK_VTL_H
#define OPENVBS_TESTS_GUEST_ATTACK_VTL_H

#include <linux/types.h>

#include "abi/status.h"
#include "abi/vtl_call.h"

/* What try_vtl() tells when the instruction does not exist. */
#define VTL_FAULT 0xffffffffu

/* One crossing, any number; RAX's low half, `value` gets RDX. */
u32 try_vtl(u64 call, u64 argument, u64 *value);

/* The same, interrupted as soon as a service runs. */
u32 try_vtl_interrupted(u64 call, u64 argument, u64 *value);

/* The same, and how long VTL1 had the processor. */
u32 clock_vtl_interrupted(u64 call, u64 argument, u64 *value, u64 *ticks);

/* The message page, and its address. */
struct vtl_message *vtl_page(void);
u64 vtl_page_address(void);

/* Makes it a good message: without data but the room of its reply. */
void vtl_compose(u32 service, u32 method, u32 in_bytes);

/* Finishes what cancelled calls have left; the last status. */
u32 vtl_drain(void);

#endif
