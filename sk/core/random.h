/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VTL1's random numbers. */
#ifndef OPENVBS_SK_CORE_RANDOM_H
#define OPENVBS_SK_CORE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"
#include "abi/vtl1.h"
#include "sk/core/lock.h"

/* ipad and opad of HMAC (RFC 2104). */
#define HMAC_INNER 0x36u
#define HMAC_OUTER 0x5cu

#define RANDOM_STATE_BYTES 64u
#define RANDOM_TAKE_MAX	   64u

struct random_state {
	struct lock lock;
	uint8_t key[RANDOM_STATE_BYTES];   /* K of HMAC_DRBG */
	uint8_t value[RANDOM_STATE_BYTES]; /* V */
	uint32_t sources;		   /* RANDOM_FROM_* */
};

/*
 * Seeds from what the loader handed over and what the processor gives.
 * STATUS_UNSUPPORTED: no source at all, and so no secret could be made.
 */
enum status random_init(const struct vtl1_boot *boot);

/* Fills `to`, at most RANDOM_TAKE_MAX bytes. */
void random_take(void *to, size_t len_bytes);

#endif
