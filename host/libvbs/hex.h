/* SPDX-License-Identifier: MIT */
/* Bytes as hexadecimal digits and back. */
#ifndef OPENVBS_HOST_LIBVBS_HEX_H
#define OPENVBS_HOST_LIBVBS_HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Lower case, with its zero: 2 * len_bytes + 1. */
void hex_write(const void *bytes, size_t len_bytes, char *to);

/* Exactly 2 * len_bytes digits of either case; `text` may be NULL. */
bool hex_read(const char *text, void *bytes, size_t len_bytes);

#endif
