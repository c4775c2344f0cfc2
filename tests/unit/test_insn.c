/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store decoder against bytes as assemblers emit them, every truncation
 * of each, and everything near that it must not take.
 */
#include <stdlib.h>
#include <string.h>

#include "hv/x86/insn.h"
#include "tests/unit/unit.h"

static const uint64_t registers[16] = {
	0xa0a1a2a3a4a5a6a7, 0xc0c1c2c3c4c5c6c7, 0xd0d1d2d3d4d5d6d7,
	0xb0b1b2b3b4b5b6b7, 0x5050505050505350, 0x5151515151515151,
	0x5252525252525252, 0x5353535353535353, 0x0808080808080808,
	0x0909090909090909, 0x1010101010101010, 0x1111111111111111,
	0x1212121212121212, 0x1313131313131313, 0x1414141414141414,
	0x1515151515151515,
};

struct good {
	enum insn_mode mode;
	unsigned length;
	uint8_t bytes[16];
	unsigned size;
	uint64_t value;
};

static const struct good goods[] = {
	/* mov %eax,(%rdi) */
	{INSN_MODE_64, 2, {0x89, 0x07}, 4, 0xa4a5a6a7},
	/* mov %rax,(%rdi) */
	{INSN_MODE_64, 3, {0x48, 0x89, 0x07}, 8, 0xa0a1a2a3a4a5a6a7},
	/* mov %ax,(%rdi) */
	{INSN_MODE_64, 3, {0x66, 0x89, 0x07}, 2, 0xa6a7},
	/* both: REX.W wins */
	{INSN_MODE_64, 4, {0x66, 0x48, 0x89, 0x07}, 8, 0xa0a1a2a3a4a5a6a7},
	/* REX before a legacy prefix does not count */
	{INSN_MODE_64, 4, {0x48, 0x66, 0x89, 0x07}, 2, 0xa6a7},
	/* mov %r9d,(%rdi) */
	{INSN_MODE_64, 3, {0x44, 0x89, 0x0f}, 4, 0x09090909},
	/* mov %ah,(%rdi); with REX the same number is SPL */
	{INSN_MODE_64, 2, {0x88, 0x27}, 1, 0xa6},
	{INSN_MODE_64, 3, {0x40, 0x88, 0x27}, 1, 0x50},
	{INSN_MODE_64, 2, {0x88, 0x3f}, 1, 0xb6}, /* bh */
	/* mov %r12b,(%rdi) */
	{INSN_MODE_64, 3, {0x44, 0x88, 0x27}, 1, 0x12},
	/* mov %eax,0x12(%rdi) and disp32 */
	{INSN_MODE_64, 3, {0x89, 0x47, 0x12}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 6, {0x89, 0x87, 1, 2, 3, 4}, 4, 0xa4a5a6a7},
	/* SIB: none, disp8, disp32, no base */
	{INSN_MODE_64, 3, {0x89, 0x04, 0x24}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 4, {0x89, 0x44, 0x25, 8}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 7, {0x89, 0x84, 0x24, 1, 2, 3, 4}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 7, {0x89, 0x04, 0x25, 1, 2, 3, 4}, 4, 0xa4a5a6a7},
	/* RIP-relative */
	{INSN_MODE_64, 6, {0x89, 0x0d, 1, 2, 3, 4}, 4, 0xc4c5c6c7},
	/* movb, movw, movl, movq $imm,(%rdi) */
	{INSN_MODE_64, 3, {0xc6, 0x07, 0x9a}, 1, 0x9a},
	{INSN_MODE_64, 5, {0x66, 0xc7, 0x07, 0x34, 0x92}, 2, 0x9234},
	{INSN_MODE_64, 6, {0xc7, 0x07, 0x78, 0x56, 0x34, 0x92}, 4, 0x92345678},
	{INSN_MODE_64,
	 7,
	 {0x48, 0xc7, 0x07, 0x78, 0x56, 0x34, 0x92},
	 8,
	 0xffffffff92345678},
	{INSN_MODE_64, 7, {0xc7, 0x47, 0x10, 1, 0, 0, 0x80}, 4, 0x80000001},
	/* moffs, with each address size */
	{INSN_MODE_64, 9, {0xa3, 1, 2, 3, 4, 5, 6, 7, 8}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 6, {0x67, 0xa3, 1, 2, 3, 4}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 9, {0xa2, 1, 2, 3, 4, 5, 6, 7, 8}, 1, 0xa7},
	{INSN_MODE_32, 5, {0xa3, 1, 2, 3, 4}, 4, 0xa4a5a6a7},
	{INSN_MODE_32, 4, {0x67, 0xa3, 1, 2}, 4, 0xa4a5a6a7},
	{INSN_MODE_16, 3, {0xa3, 1, 2}, 2, 0xa6a7},
	{INSN_MODE_16, 6, {0x67, 0xa3, 1, 2, 3, 4}, 2, 0xa6a7},
	/* movnti */
	{INSN_MODE_64, 3, {0x0f, 0xc3, 0x07}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 4, {0x4c, 0x0f, 0xc3, 0x07}, 8, 0x0808080808080808},
	{INSN_MODE_16, 3, {0x0f, 0xc3, 0x07}, 4, 0xa4a5a6a7},
	/* 32-bit: 0x48 is no prefix there, and no high registers exist */
	{INSN_MODE_32, 2, {0x89, 0x07}, 4, 0xa4a5a6a7},
	{INSN_MODE_32, 3, {0x66, 0x89, 0x07}, 2, 0xa6a7},
	{INSN_MODE_32, 6, {0x89, 0x05, 1, 2, 3, 4}, 4, 0xa4a5a6a7},
	{INSN_MODE_32, 5, {0x67, 0x89, 0x06, 1, 2}, 4, 0xa4a5a6a7},
	/* 16-bit: [di], [disp16], disp8, disp16, 32-bit operand and address */
	{INSN_MODE_16, 2, {0x89, 0x05}, 2, 0xa6a7},
	{INSN_MODE_16, 4, {0x89, 0x06, 1, 2}, 2, 0xa6a7},
	{INSN_MODE_16, 3, {0x89, 0x46, 1}, 2, 0xa6a7},
	{INSN_MODE_16, 4, {0x89, 0x86, 1, 2}, 2, 0xa6a7},
	{INSN_MODE_16, 3, {0x66, 0x89, 0x05}, 4, 0xa4a5a6a7},
	{INSN_MODE_16, 4, {0x67, 0x66, 0x89, 0x07}, 4, 0xa4a5a6a7},
	/* segments and hints change nothing */
	{INSN_MODE_64, 3, {0x65, 0x89, 0x07}, 4, 0xa4a5a6a7},
	{INSN_MODE_64, 4, {0x2e, 0xf3, 0x89, 0x07}, 4, 0xa4a5a6a7},
	/* fifteen bytes, the longest there is */
	{INSN_MODE_64,
	 15,
	 {0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x48, 0xc7, 0x07, 1,
	  0, 0, 0},
	 8,
	 1},
};

static void test_decodes_and_never_reads_past(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(goods); i++) {
		const struct good *good = &goods[i];

		for (unsigned count = 0; count <= good->length; count++) {
			/* Exactly as long, so that a sanitizer sees a slip. */
			uint8_t *bytes = malloc(count > 0 ? count : 1);
			struct insn_store store = {.size_bytes = 77};

			assert_non_null(bytes);
			memcpy(bytes, good->bytes, count);
			enum status status = insn_decode_store(
				bytes, count, good->mode, registers, &store);
			free(bytes);
			if (count < good->length) {
				assert_int_equal(status, STATUS_INVALID);
				assert_int_equal(store.size_bytes, 77);
				continue;
			}
			assert_int_equal(status, STATUS_OK);
			assert_int_equal(store.length_bytes, good->length);
			assert_int_equal(store.size_bytes, good->size);
			assert_true(store.value == good->value);
		}
	}
}

struct bad {
	enum insn_mode mode;
	enum status status;
	unsigned length;
	uint8_t bytes[20];
};

static const struct bad bads[] = {
	/* loads, register moves, arithmetic, strings */
	{INSN_MODE_64, STATUS_UNSUPPORTED, 2, {0x8b, 0x07}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 2, {0x89, 0xc7}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 3, {0xc6, 0xc0, 1}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 2, {0x01, 0x07}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 2, {0x87, 0x07}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 1, {0xab}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 2, {0xf3, 0xab}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 9, {0xa1, 1, 2, 3, 4, 5, 6, 7, 8}},
	/* C6/C7 with another extension */
	{INSN_MODE_64, STATUS_UNSUPPORTED, 3, {0xc6, 0x0f, 1}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 6, {0xc7, 0x3f, 1, 2, 3, 4}},
	/* lock mov is #UD */
	{INSN_MODE_64, STATUS_UNSUPPORTED, 3, {0xf0, 0x89, 0x07}},
	/* other escapes; movnti to a register and with 66 */
	{INSN_MODE_64, STATUS_UNSUPPORTED, 3, {0x0f, 0x11, 0x07}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 3, {0x0f, 0xc3, 0xc7}},
	{INSN_MODE_64, STATUS_UNSUPPORTED, 4, {0x66, 0x0f, 0xc3, 0x07}},
	/* REX is INC outside 64-bit mode */
	{INSN_MODE_32, STATUS_UNSUPPORTED, 3, {0x48, 0x89, 0x07}},
	{INSN_MODE_16, STATUS_UNSUPPORTED, 3, {0x48, 0x89, 0x07}},
	/* sixteen bytes are no instruction, however many are readable */
	{INSN_MODE_64,
	 STATUS_INVALID,
	 17,
	 {0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e,
	  0x2e, 0x2e, 0x2e, 0x89, 0x07, 0}},
	{INSN_MODE_64,
	 STATUS_INVALID,
	 16,
	 {0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
	  0x66, 0x66, 0x66, 0x66, 0x66}},
};

static void test_refuses_the_rest(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bads); i++) {
		struct insn_store store = {.size_bytes = 77};

		assert_int_equal(insn_decode_store(bads[i].bytes,
						   bads[i].length, bads[i].mode,
						   registers, &store),
				 bads[i].status);
		assert_int_equal(store.size_bytes, 77);
	}
}

/* Whatever the bytes: an answer, a sane store, nothing read beyond. */
static void test_random_bytes(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (unsigned round = 0; round < 200000; round++) {
		uint8_t bytes[16];
		struct insn_store store = {0};

		for (unsigned i = 0; i < sizeof(bytes); i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			bytes[i] = (uint8_t)seed;
		}
		unsigned count = bytes[15] % 16u;
		enum insn_mode mode = (enum insn_mode)(round % 3u);
		enum status status = insn_decode_store(bytes, count, mode,
						       registers, &store);
		if (status != STATUS_OK) {
			continue;
		}
		assert_in_range(store.length_bytes, 2, count);
		assert_true(store.size_bytes == 1 || store.size_bytes == 2 ||
			    store.size_bytes == 4 || store.size_bytes == 8);
		assert_true(store.size_bytes == 8 ||
			    store.value >> (8 * store.size_bytes) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decodes_and_never_reads_past),
		cmocka_unit_test(test_refuses_the_rest),
		cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
