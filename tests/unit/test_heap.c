/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heap of services: misuse is told, blocks do not overlap, come zeroed
 * and leave zeroes, and what was freed is found again.
 *
 * Links: svc/rt/heap.c lib/bytes.c
 */
#include <stdlib.h>
#include <string.h>

#include "svc/rt/heap.h"
#include "tests/unit/unit.h"

#define REGION_BYTES 8192
#define KEY	     UINT64_C(0x5bd1e9955bd1e995)

struct sample {
	struct heap heap;
	uint8_t *region;
};

static void begin(struct sample *s)
{
	s->region = aligned_alloc(64, REGION_BYTES);
	memset(s->region, 0, REGION_BYTES);
	heap_init(&s->heap, s->region, REGION_BYTES, KEY);
}

static void end(struct sample *s)
{
	free(s->region);
}

static uint8_t *alloc(struct sample *s, size_t bytes)
{
	void *block = NULL;

	assert_int_equal(heap_alloc(&s->heap, bytes, &block), STATUS_OK);
	assert_int_equal((uintptr_t)block % HEAP_ALIGN, 0);
	return block;
}

static void refuses_what_is_no_block(void **unused)
{
	struct sample s;
	uint8_t *a, *b;

	(void)unused;
	begin(&s);
	a = alloc(&s, 64);
	b = alloc(&s, 64);
	assert_int_equal(heap_free(&s.heap, a + 16), STATUS_CORRUPT);
	assert_int_equal(heap_free(&s.heap, a + 1), STATUS_CORRUPT);
	assert_int_equal(heap_free(&s.heap, s.region), STATUS_CORRUPT);
	assert_int_equal(heap_free(&s.heap, s.region - 64), STATUS_CORRUPT);
	assert_int_equal(heap_free(&s.heap, s.region + REGION_BYTES),
			 STATUS_CORRUPT);
	assert_int_equal(heap_free(&s.heap, s.region + 3 * REGION_BYTES),
			 STATUS_CORRUPT);
	assert_int_equal(heap_free(&s.heap, NULL), STATUS_CORRUPT);
	assert_int_equal(heap_free(&s.heap, b), STATUS_OK);
	end(&s);
}

static void tells_twice_freed(void **unused)
{
	struct sample s;
	size_t bytes;
	uint8_t *a;

	(void)unused;
	begin(&s);
	a = alloc(&s, 100);
	(void)alloc(&s, 100);
	assert_int_equal(heap_free(&s.heap, a), STATUS_OK);
	assert_int_equal(heap_free(&s.heap, a), STATUS_CORRUPT);
	assert_int_equal(heap_bytes(&s.heap, a, &bytes), STATUS_CORRUPT);
	end(&s);
}

static void tells_overrun(void **unused)
{
	struct sample s;
	uint8_t *a, *b;
	void *c;

	(void)unused;
	begin(&s);
	a = alloc(&s, 32);
	b = alloc(&s, 32);
	a[32] ^= 1; /* one past the end */
	assert_int_equal(heap_free(&s.heap, b), STATUS_CORRUPT);
	assert_int_equal(heap_alloc(&s.heap, 32, &c), STATUS_CORRUPT);
	end(&s);
}

static void ends_when_full(void **unused)
{
	struct sample s;
	void *block;

	(void)unused;
	begin(&s);
	assert_int_equal(heap_alloc(&s.heap, REGION_BYTES, &block),
			 STATUS_NO_MEMORY);
	assert_int_equal(heap_alloc(&s.heap, SIZE_MAX, &block),
			 STATUS_NO_MEMORY);
	assert_int_equal(heap_alloc(&s.heap, SIZE_MAX - 40, &block),
			 STATUS_NO_MEMORY);
	(void)alloc(&s, REGION_BYTES - HEAP_ALIGN);
	assert_int_equal(heap_alloc(&s.heap, 0, &block), STATUS_NO_MEMORY);
	end(&s);
}

static void zeroes_and_joins(void **unused)
{
	uint8_t *block[3];
	struct sample s;
	uint8_t *all;

	(void)unused;
	begin(&s);
	for (int i = 0; i < 3; i++) {
		block[i] = alloc(&s, 2000);
		memset(block[i], 0xa5, 2000);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(heap_free(&s.heap, block[i]), STATUS_OK);
	}
	all = alloc(&s, REGION_BYTES - HEAP_ALIGN);
	for (size_t i = 0; i < REGION_BYTES - HEAP_ALIGN; i++) {
		assert_int_equal(all[i], 0);
	}
	end(&s);
}

#define SLOTS 24

struct slot {
	uint8_t *block;
	size_t bytes;
	uint8_t fill;
};

/* One slot's turn: freed if used, else allocated, and looked at. */
static void turn(struct sample *s, struct slot *slot)
{
	void *block;

	if (slot->block != NULL) {
		for (size_t i = 0; i < slot->bytes; i++) {
			assert_int_equal(slot->block[i], slot->fill);
		}
		assert_int_equal(heap_free(&s->heap, slot->block), STATUS_OK);
		slot->block = NULL;
		return;
	}
	slot->bytes = (size_t)rand() % 700;
	slot->fill = (uint8_t)(rand() | 1);
	if (heap_alloc(&s->heap, slot->bytes, &block) != STATUS_OK) {
		return;
	}
	slot->block = block;
	for (size_t i = 0; i < slot->bytes; i++) {
		assert_int_equal(slot->block[i], 0);
	}
	memset(block, slot->fill, slot->bytes);
}

static void random_operations(void **unused)
{
	struct slot slot[SLOTS] = {{0}};
	struct sample s;

	(void)unused;
	begin(&s);
	srand(7);
	for (int i = 0; i < 20000; i++) {
		turn(&s, &slot[rand() % SLOTS]);
	}
	for (int i = 0; i < SLOTS; i++) {
		if (slot[i].block != NULL) {
			turn(&s, &slot[i]);
		}
	}
	(void)alloc(&s, REGION_BYTES - HEAP_ALIGN);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_block),
		cmocka_unit_test(tells_twice_freed),
		cmocka_unit_test(tells_overrun),
		cmocka_unit_test(ends_when_full),
		cmocka_unit_test(zeroes_and_joins),
		cmocka_unit_test(random_operations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
