/* SPDX-License-Identifier: MIT */
/*
 * memcpy and its kin for programs without a library. Called by everybody and,
 * unseen, by the compiler itself for structure copies.
 *
 * Byte loops on purpose: what is copied is small or copied once at start-up.
 * Compilers do not turn the loop of a function into a call of that function.
 */
#include "lib/bytes.h"

void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes)
{
	unsigned char *out = to;
	const unsigned char *in = from;

	for (size_t i = 0; i < len_bytes; i++) {
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

	for (size_t i = 0; i < len_bytes; i++) {
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
