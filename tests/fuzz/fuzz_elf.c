/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF placer: whatever the file says, only the memory it asked for is
 * written, and what it accepts is small enough to be ours.
 */
#include <stdlib.h>

#include "lib/elf.h"
#include "lib/elf_format.h"
#include "tests/fuzz/fuzz.h"

#define BASE UINT64_C(0x7c400000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct elf_image image;
	uint8_t *to;

	if (elf_open(data, len_bytes, &image) != STATUS_OK) {
		return 0;
	}
	FUZZ_CHECK(image.memory_bytes > 0);
	FUZZ_CHECK(image.memory_bytes <= ELF_MEMORY_BYTES_MAX);
	FUZZ_CHECK(image.entry < image.memory_bytes);
	to = calloc(1, image.memory_bytes);
	(void)elf_place(&image, to, BASE);
	free(to);
	return 0;
}
