/* SPDX-License-Identifier: MIT */
/*
 * memcpy and its kin for programs without a library. Called by everybody and,
 * unseen, by the compiler itself for structure copies.
 *
 * Loops of words, then of bytes, which is short and enough for pages. Compilers
 * do not turn the loop of a function into a call of that function.
 */
#include "lib/bytes.h"

/* Eight bytes anywhere. */
typedef uint64_t __attribute__((may_alias, aligned(1))) word_t;

#define WORD_BYTES	sizeof(word_t)
#define WORD_OF_BYTE(b) ((uint8_t)(b) * (UINT64_MAX / UINT8_MAX))

void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes)
{
	unsigned char *out = to;
	const unsigned char *in = from;
	size_t i = 0;

	for (; i + WORD_BYTES <= len_bytes; i += WORD_BYTES) {
		*(word_t *)(out + i) = *(const word_t *)(in + i);
	}
	for (; i < len_bytes; i++) {
		out[i] = in[i];
	}
	return to;
}

void *memmove(void *to, const void *from, size_t len_bytes)
{
	unsigned char *out = to;
	const unsigned char *in = from;

	if ((uintptr_t)out <= (uintptr_t)in) {
		for (size_t i = 0; i < len_bytes; i++) {
			out[i] = in[i];
		}
	} else {
		for (size_t i = len_bytes; i > 0; i--) {
			out[i - 1] = in[i - 1];
		}
	}
	return to;
}

void *memset(void *to, int byte, size_t len_bytes)
{
	unsigned char *out = to;
	size_t i = 0;

	for (; i + WORD_BYTES <= len_bytes; i += WORD_BYTES) {
		*(word_t *)(out + i) = WORD_OF_BYTE(byte);
	}
	for (; i < len_bytes; i++) {
		out[i] = (unsigned char)byte;
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t len_bytes)
{
	const unsigned char *left = a;
	const unsigned char *right = b;

	for (size_t i = 0; i < len_bytes; i++) {
		if (left[i] != right[i]) {
			return left[i] < right[i] ? -1 : 1;
		}
	}
	return 0;
}
