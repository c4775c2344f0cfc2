/* SPDX-License-Identifier: MIT */
/*
 * Loads ELF images of two kinds (System V gABI, chapters 4 and 5; x86-64
 * psABI, 4.4): position-independent ones, with PT_LOAD segments and relative
 * relocations and nothing else, and static executables. Every offset is
 * checked; an image with a feature that is not understood is refused, not
 * guessed at.
 */
#ifndef OPENVBS_LIB_ELF_H
#define OPENVBS_LIB_ELF_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/status.h"

#define ELF_SEGMENTS_MAX 8

struct elf_image {
	const uint8_t *bytes;
	uint64_t size_bytes;
	uint64_t entry;	       /* offset from where the image is placed */
	uint64_t memory_bytes; /* of the placed image, whole pages */
};

/*
 * Checks the headers of a file. STATUS_CORRUPT: it contradicts itself.
 * STATUS_UNSUPPORTED: not the kind of image described above.
 */
enum status elf_open(const void *bytes, uint64_t size_bytes,
		     struct elf_image *image);

/*
 * Places an opened image into `to`, which has image->memory_bytes of zeroed
 * memory and will run at address `base`. Results as above; on failure `to`
 * holds rubbish.
 */
enum status elf_place(const struct elf_image *image, void *to, uint64_t base);

/* A run of pages of an executable; zeroes follow the bytes of the file. */
struct elf_part {
	uint64_t address; /* on a page border */
	uint64_t memory_bytes;
	const uint8_t *bytes;
	uint64_t file_bytes;
	bool writable; /* never both */
	bool executable;
};

struct elf_executable {
	uint64_t entry;
	uint32_t count;
	struct elf_part part[ELF_SEGMENTS_MAX]; /* ascending */
};

/*
 * Checks a static executable that is linked for `base` and what follows.
 * Results as elf_open().
 */
enum status elf_executable_open(const void *bytes, uint64_t size_bytes,
				uint64_t base,
				struct elf_executable *executable);

#endif
