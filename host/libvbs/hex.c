/* SPDX-License-Identifier: MIT */
/* Hexadecimal both ways; reading is strict. */
#include "host/libvbs/hex.h"

#include <stdint.h>
#include <string.h>

void hex_write(const void *bytes, size_t len_bytes, char *to)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *from = bytes;

	for (size_t i = 0; i < len_bytes; i++) {
		to[2 * i] = digit[from[i] / 16];
		to[2 * i + 1] = digit[from[i] % 16];
	}
	to[2 * len_bytes] = 0;
}

/* 0 to 15; 16 for what is no digit. */
static unsigned digit_value(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return (unsigned)(digit - '0');
	}
	if (digit >= 'a' && digit <= 'f') {
		return (unsigned)(digit - 'a') + 10;
	}
	if (digit >= 'A' && digit <= 'F') {
		return (unsigned)(digit - 'A') + 10;
	}
	return 16;
}

bool hex_read(const char *text, void *bytes, size_t len_bytes)
{
	uint8_t *to = bytes;

	if (text == NULL || strlen(text) != 2 * len_bytes) {
		return false;
	}
	for (size_t i = 0; i < len_bytes; i++) {
		unsigned high = digit_value(text[2 * i]);
		unsigned low = digit_value(text[2 * i + 1]);

		if (high > 15 || low > 15) {
			return false;
		}
		to[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}
