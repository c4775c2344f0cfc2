/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the keyring asks of the secure kernel. outside.c in VTL1, tests/fake on
 * a PC. Random numbers and the clock: svc/rt/rt.h.
 */
#ifndef OPENVBS_SVC_KEYRING_OUTSIDE_H
#define OPENVBS_SVC_KEYRING_OUTSIDE_H

#include <stdint.h>

/* Begins the next epoch, which the secure kernel remembers. */
void outside_epoch(uint64_t next);

/* An event for the log; abi/events.h. */
void outside_event(uint32_t kind, uint64_t a, uint64_t b);

#endif
