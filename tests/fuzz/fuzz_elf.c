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

/* Every byte that an executable's parts name is in the file. */
static void open_executable(const uint8_t *data, size_t len_bytes)
{
	struct elf_executable executable;

	if (elf_executable_open(data, len_bytes, BASE, &executable) !=
	    STATUS_OK) {
		return;
	}
	FUZZ_CHECK(executable.count <= ELF_SEGMENTS_MAX);
	for (uint32_t i = 0; i < executable.count; i++) {
		const struct elf_part *part = &executable.part[i];
		uint64_t offset = (uint64_t)(part->bytes - data);

		FUZZ_CHECK(part->file_bytes <= part->memory_bytes);
		FUZZ_CHECK(offset <= len_bytes);
		FUZZ_CHECK(part->file_bytes <= len_bytes - offset);
		FUZZ_CHECK(part->address >= BASE);
		FUZZ_CHECK(!part->writable || !part->executable);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct elf_image image;
	uint8_t *to;

	open_executable(data, len_bytes);
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
