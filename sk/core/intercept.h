/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VTL1 keeps VTL0 from changing: frames, and system registers of the
 * calling CPU. What the kernel's integrity stands on.
 */
#ifndef OPENVBS_SK_CORE_INTERCEPT_H
#define OPENVBS_SK_CORE_INTERCEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/status.h"
#include "abi/vtl_layout.h"
#include "sk/core/machine.h"

/* Registers whose whole value is kept: HV_REGISTER_* that can be watched. */
#define INTERCEPT_PINS 12u

/* What VTL1 watches on one CPU, and the values that it keeps there. */
struct intercept_policy {
	struct machine_watch watch; /* nothing: all zero */
	bool quiet; /* a refused register write is stepped over, no #GP */
	struct {
		uint32_t name;
		union hv_register_value value;
	} pins[INTERCEPT_PINS];
};

/* One act of VTL0. */
struct intercept_act {
	uint32_t name; /* HV_REGISTER_*; 0: an access to memory */
	union hv_register_value value;
};

enum intercept_answer {
	INTERCEPT_ALLOW, /* the register gets the value */
	INTERCEPT_SKIP,	 /* nothing happens; VTL0 goes on behind it */
	INTERCEPT_GP,	 /* nothing happens but #GP */
};

/*
 * Decides on one act; pure. Allowed is what leaves a register as it is kept:
 * CR0 and CR4 within their masks, others whole. All else is refused.
 */
enum intercept_answer intercept_decide(const struct intercept_act *act,
				       const struct intercept_policy *policy);

/*
 * Keeps the registers in `watch` as they are now on this CPU, until called
 * again. STATUS_UNSUPPORTED: one of them cannot be watched.
 */
enum status intercept_watch(const struct machine_watch *watch, bool quiet);

/* VTL0 keeps these HV_MAP_GPA_* to a frame. STATUS_DENIED: not VTL0's. */
enum status intercept_restrict(vtl0_frame_t frame, unsigned rights);

#endif
