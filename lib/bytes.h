/* SPDX-License-Identifier: MIT */
/*
 * Bytes in memory, freestanding: the four functions that compilers call by
 * themselves, and reads of numbers from unaligned memory.
 */
#ifndef OPENVBS_LIB_BYTES_H
#define OPENVBS_LIB_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As in ISO C, 7.24. */
void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes);
void *memmove(void *to, const void *from, size_t len_bytes);
void *memset(void *to, int byte, size_t len_bytes);
int memcmp(const void *a, const void *b, size_t len_bytes);

static inline void bytes_zero(void *to, size_t len_bytes)
{
	memset(to, 0, len_bytes);
}

/* Zeroes a secret that nobody reads again; compilers may not leave it out. */
static inline void bytes_wipe(void *to, size_t len_bytes)
{
	memset(to, 0, len_bytes);
	__asm__ volatile("" : : "r"(to) : "memory");
}

/* Not constant-time: never for secrets. */
static inline bool bytes_equal(const void *a, const void *b, size_t len_bytes)
{
	return memcmp(a, b, len_bytes) == 0;
}

/* Little-endian numbers at any alignment. */
static inline uint16_t bytes_load16(const void *from)
{
	uint16_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static inline uint32_t bytes_load32(const void *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static inline uint64_t bytes_load64(const void *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

#endif
