/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every fuzz target includes. A target is one file, fuzz_NAME.c, with
 * LLVMFuzzerTestOneInput; it returns -1 for input that is not worth keeping.
 */
#ifndef OPENVBS_TESTS_FUZZ_FUZZ_H
#define OPENVBS_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes);

#define FUZZ_CHECK(condition)             \
	do {                              \
		if (!(condition)) {       \
			__builtin_trap(); \
		}                         \
	} while (0)

#endif
