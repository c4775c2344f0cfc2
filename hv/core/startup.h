/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * INIT and start-up IPIs as messages between CPUs. The request word of a CPU
 * is the truth; the NMI that follows it is only a hint to look. The word
 * keeps the order that hardware would show: an INIT cancels an earlier
 * start-up, a start-up after an INIT is kept behind it, however short the
 * time between the two, and a second start-up before the first is taken is
 * lost as in hardware.
 */
#ifndef OPENVBS_HV_CORE_STARTUP_H
#define OPENVBS_HV_CORE_STARTUP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Bits of the request word. */
#define REQUEST_VECTOR 0xffu /* of the start-up IPI */
#define REQUEST_START  0x100u
#define REQUEST_INIT   0x200u
#define REQUEST_FLUSH  0x400u /* drop cached translations */
#define REQUEST_STOP   0x800u /* stand still for good: panic, reset */

/* By the sender. */
void startup_post_init(_Atomic uint32_t *request);
void startup_post_start(_Atomic uint32_t *request, uint8_t vector);

enum startup_step {
	STARTUP_NOTHING,
	STARTUP_WAIT,	      /* go to wait-for-SIPI */
	STARTUP_RUN,	      /* begin at vector */
	STARTUP_WAIT_AND_RUN, /* reset, then begin at vector */
};

/*
 * By the target, with the request bits it has taken out of its word:
 * `waiting` says whether it waits for a start-up IPI now.
 */
enum startup_step startup_step(uint32_t request, bool waiting);

#endif
