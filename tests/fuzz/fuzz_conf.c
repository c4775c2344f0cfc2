/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration file: taken whole or not at all, and always fit to be used.
 *
 * Links: boot/config.c
 */
#include <string.h>

#include "boot/config.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct config_fault fault;
	struct config config;
	struct config plain;

	config_default(&plain);
	if (config_parse((const char *)data, len_bytes, &config, &fault) ==
	    STATUS_OK) {
		FUZZ_CHECK(fault.what == NULL);
	} else {
		FUZZ_CHECK(fault.what != NULL && fault.line > 0);
		FUZZ_CHECK(memcmp(&config, &plain, sizeof(plain)) == 0);
	}
	FUZZ_CHECK(config.next[0] == '\\');
	FUZZ_CHECK(memchr(config.next, 0, sizeof(config.next)) != NULL);
	FUZZ_CHECK(memchr(config.cmdline, 0, sizeof(config.cmdline)) != NULL);
	return 0;
}
