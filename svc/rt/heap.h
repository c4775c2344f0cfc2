/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small heap over a fixed region: first fit over blocks that lie side by
 * side, each with a header that is sealed with a key. Every block comes
 * zeroed, and is zeroed when it is given back.
 *
 *	| header | bytes ...... | header | bytes .. | header | bytes ....... |
 *
 * STATUS_CORRUPT means misuse: a block given back twice, an address that is
 * no block, or a header that was overwritten.
 */
#ifndef OPENVBS_SVC_RT_HEAP_H
#define OPENVBS_SVC_RT_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"

#define HEAP_ALIGN 16u

struct heap {
	uint8_t *base;
	size_t size_bytes;
	uint64_t key;
};

/* The region is aligned to HEAP_ALIGN and zeroed; the key is random. */
void heap_init(struct heap *heap, void *base, size_t size_bytes, uint64_t key);

/* STATUS_NO_MEMORY, STATUS_CORRUPT. No bytes are a block too. */
enum status heap_alloc(struct heap *heap, size_t len_bytes, void **block);

/* STATUS_CORRUPT. */
enum status heap_free(struct heap *heap, void *block);

/* Bytes of a block, at least what was asked for. STATUS_CORRUPT. */
enum status heap_bytes(const struct heap *heap, const void *block,
		       size_t *len_bytes);

#endif
