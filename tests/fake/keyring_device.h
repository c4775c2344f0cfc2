/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keyring service on a PC, behind device_call(): the service's own code,
 * without VTL1 around it. What it asks of the secure kernel is answered here.
 */
#ifndef OPENVBS_TESTS_FAKE_KEYRING_DEVICE_H
#define OPENVBS_TESTS_FAKE_KEYRING_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/events.h"

#define KEYRING_FAKE_EVENTS 256u

struct keyring_fake {
	uint64_t epoch; /* as the secure kernel keeps it */
	bool anchored;	/* the root outlives a boot */
	uint64_t time;	/* when not 0: the clock stands there */
	bool lost;	/* nobody answers */
	unsigned event_count;
	struct event event[KEYRING_FAKE_EVENTS]; /* kind, a, b */
};

extern struct keyring_fake keyring_fake;

/* The first start of a boot: a new root. */
void keyring_fake_boot(void);

/* A start behind a crash: memory is gone, root and epoch are not. */
void keyring_fake_restart(void);

/* The first start of a boot with the root of the last. */
void keyring_fake_reboot(void);

/* How many events of a kind there were; the last one's a and b. */
unsigned keyring_fake_count(uint32_t kind, uint64_t *a, uint64_t *b);

#endif
