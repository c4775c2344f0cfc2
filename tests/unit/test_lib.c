/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lib/bytes and lib/field. The memory functions are compiled here under other
 * names, since the test's own library has them too.
 */
#include <string.h>

#define memcpy	lib_memcpy
#define memmove lib_memmove
#define memset	lib_memset
#define memcmp	lib_memcmp
#include "lib/bytes.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

#include "lib/field.h"
#include "tests/unit/unit.h"

static void bytes_compare(void **unused)
{
	(void)unused;
	assert_true(lib_memcmp("abc", "abd", 3) < 0);
	assert_true(lib_memcmp("abd", "abc", 3) > 0);
	assert_true(lib_memcmp("\xff", "\x01", 1) > 0);
	assert_int_equal(lib_memcmp("abc", "abd", 2), 0);
	assert_int_equal(lib_memcmp("a", "b", 0), 0);
	assert_false(bytes_equal("ab", "ac", 2));
	assert_true(bytes_equal("ab", "ac", 1));
}

static void bytes_overlap(void **unused)
{
	char down[] = "abcdefgh";
	char up[] = "abcdefgh";

	(void)unused;
	assert_ptr_equal(lib_memmove(down, down + 2, 6), down);
	assert_string_equal(down, "cdefghgh");
	assert_ptr_equal(lib_memmove(up + 2, up, 6), up + 2);
	assert_string_equal(up, "ababcdef");
}

/* Nothing beside the bytes asked for is touched, at every length. */
static void bytes_stay_inside(void **unused)
{
	unsigned char source[64];
	unsigned char target[66];

	(void)unused;
	for (unsigned char i = 0; i < sizeof(source); i++) {
		source[i] = i;
	}
	for (size_t len = 0; len <= sizeof(source); len++) {
		lib_memset(target, -1, sizeof(target));
		assert_ptr_equal(lib_memcpy(target + 1, source, len),
				 target + 1);
		assert_int_equal(target[0], 255);
		assert_int_equal(target[len + 1], 255);
		assert_memory_equal(target + 1, source, len);
		bytes_zero(target + 1, len);
		assert_int_equal(target[0], 255);
		assert_int_equal(target[len + 1], 255);
		assert_true(len == 0 || target[len] == 0);
	}
}

static void bytes_load_unaligned(void **unused)
{
	const uint8_t bytes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};

	(void)unused;
	assert_int_equal(bytes_load16(bytes + 1), 0x0201);
	assert_int_equal(bytes_load32(bytes + 1), 0x04030201);
	assert_int_equal(bytes_load64(bytes + 1), 0x0807060504030201);
}

static void field_masks(void **unused)
{
	(void)unused;
	assert_int_equal(BIT64(0), 1);
	assert_true(BIT64(63) == UINT64_C(0x8000000000000000));
	assert_true(MASK64(63, 0) == UINT64_MAX);
	assert_int_equal(MASK64(7, 4), 0xf0);
	assert_int_equal(MASK64(5, 5), BIT64(5));
}

static void field_get_put(void **unused)
{
	(void)unused;
	assert_int_equal(field_get(0xabcd, MASK64(11, 4)), 0xbc);
	assert_int_equal(field_put(0xabcd, MASK64(11, 4), 0x12), 0xa12d);
	/* Too much for the field: its neighbours stay. */
	assert_int_equal(field_put(0, MASK64(7, 4), 0xfff), 0xf0);
	assert_true(field_get(UINT64_MAX, BIT64(63)) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_compare),
		cmocka_unit_test(bytes_overlap),
		cmocka_unit_test(bytes_stay_inside),
		cmocka_unit_test(bytes_load_unaligned),
		cmocka_unit_test(field_masks),
		cmocka_unit_test(field_get_put),
	};

	return cmocka_run_group_tests_name("lib", tests, NULL, NULL);
}
