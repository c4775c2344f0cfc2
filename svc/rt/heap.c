/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heap of a service. Called by libc.c under its lock, and by tests.
 * Invariant: headers tile the region, and what is not in a used block or a
 * header is zero. Neighbours that are free become one when a search passes.
 */
#include "svc/rt/heap.h"

#include <stdbool.h>

#include "lib/bytes.h"

#define BLOCK_USED 1u

struct block {
	uint64_t size; /* with this header; bit 0: BLOCK_USED */
	uint64_t seal;
};

_Static_assert(sizeof(struct block) == HEAP_ALIGN, "blocks stay aligned");

static size_t block_size(const struct block *block)
{
	return block->size & ~(uint64_t)BLOCK_USED;
}

static bool block_used(const struct block *block)
{
	return (block->size & BLOCK_USED) != 0;
}

static uint64_t block_seal(const struct heap *heap, const struct block *block)
{
	return heap->key ^ block->size ^ (uintptr_t)block;
}

static void block_set(const struct heap *heap, struct block *block,
		      uint64_t size)
{
	block->size = size;
	block->seal = block_seal(heap, block);
}

/* The block at an offset; NULL when its header is not one of ours. */
static struct block *block_at(const struct heap *heap, size_t offset)
{
	struct block *block = (void *)(heap->base + offset);

	if (block->seal != block_seal(heap, block) ||
	    block_size(block) < sizeof(*block) ||
	    block_size(block) > heap->size_bytes - offset) {
		return NULL;
	}
	return block;
}

/* Adds the free blocks behind a free one to it; false: a broken header. */
static bool block_merge(const struct heap *heap, struct block *block)
{
	size_t offset = (size_t)((uint8_t *)block - heap->base);
	size_t size = block_size(block);
	struct block *next;

	while (offset + size < heap->size_bytes) {
		next = block_at(heap, offset + size);
		if (next == NULL) {
			return false;
		}
		if (block_used(next)) {
			break;
		}
		size += block_size(next);
		bytes_zero(next, sizeof(*next));
	}
	block_set(heap, block, size);
	return true;
}

/* Uses the first `size` bytes of a free block, the rest stays free. */
static void *block_take(const struct heap *heap, struct block *block,
			size_t size)
{
	size_t rest = block_size(block) - size;

	if (rest > sizeof(*block)) {
		block_set(heap, (void *)((uint8_t *)block + size), rest);
	} else {
		size += rest;
	}
	block_set(heap, block, size | BLOCK_USED);
	return block + 1;
}

void heap_init(struct heap *heap, void *base, size_t size_bytes, uint64_t key)
{
	*heap = (struct heap){base, size_bytes, key};
	block_set(heap, base, size_bytes);
}

enum status heap_alloc(struct heap *heap, size_t len_bytes, void **block)
{
	struct block *at;
	size_t size;

	if (len_bytes > heap->size_bytes - sizeof(*at)) {
		return STATUS_NO_MEMORY;
	}
	size = sizeof(*at) +
	       (len_bytes + HEAP_ALIGN - 1) / HEAP_ALIGN * HEAP_ALIGN;
	for (size_t o = 0; o < heap->size_bytes; o += block_size(at)) {
		at = block_at(heap, o);
		if (at == NULL || (!block_used(at) && !block_merge(heap, at))) {
			return STATUS_CORRUPT;
		}
		if (!block_used(at) && block_size(at) >= size) {
			*block = block_take(heap, at, size);
			return STATUS_OK;
		}
	}
	return STATUS_NO_MEMORY;
}

/* The used block whose bytes begin here, or NULL. */
static struct block *block_of(const struct heap *heap, const void *bytes)
{
	uintptr_t offset = (uintptr_t)bytes - (uintptr_t)heap->base;
	struct block *block;

	if (offset < sizeof(*block) || offset > heap->size_bytes ||
	    offset % HEAP_ALIGN != 0) {
		return NULL;
	}
	block = block_at(heap, offset - sizeof(*block));
	return block != NULL && block_used(block) ? block : NULL;
}

enum status heap_free(struct heap *heap, void *block)
{
	struct block *at = block_of(heap, block);

	if (at == NULL) {
		return STATUS_CORRUPT;
	}
	bytes_wipe(at + 1, block_size(at) - sizeof(*at));
	block_set(heap, at, block_size(at));
	return STATUS_OK;
}

enum status heap_bytes(const struct heap *heap, const void *block,
		       size_t *len_bytes)
{
	const struct block *at = block_of(heap, block);

	if (at == NULL) {
		return STATUS_CORRUPT;
	}
	*len_bytes = block_size(at) - sizeof(*at);
	return STATUS_OK;
}
