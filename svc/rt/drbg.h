/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The random numbers of a service: ChaCha20 with its key replaced by the first
 * bytes of each stream, so that what was given out cannot be computed from
 * the state that is left. Constant time on every processor.
 */
#ifndef OPENVBS_SVC_RT_DRBG_H
#define OPENVBS_SVC_RT_DRBG_H

#include <stddef.h>
#include <stdint.h>

#define DRBG_KEY_BYTES	 32u
#define DRBG_BLOCK_BYTES 64u

struct drbg {
	uint8_t key[DRBG_KEY_BYTES];
};

/* The state is a digest of the seed alone. */
void drbg_seed(struct drbg *drbg, const uint8_t *seed, size_t len_bytes);

/*
 * Takes a stream: copies its key to `stream` and replaces the state's.
 * drbg_stream() then writes any number of bytes and wipes `stream`. Two steps,
 * so that only the first needs a lock.
 */
void drbg_split(struct drbg *drbg, struct drbg *stream);
void drbg_stream(struct drbg *stream, size_t len_bytes, uint8_t *to);

#endif
