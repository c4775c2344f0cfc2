/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Static executables: what is opened lies where it says, and every feature or
 * number that does not fit is refused.
 *
 * Links: lib/elf.c lib/bytes.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/elf.h"
#include "lib/elf_format.h"
#include "tests/unit/unit.h"

#define BASE	    UINT64_C(0x400000)
#define TEXT_OFFSET 0x200
#define TEXT_BYTES  0x10
#define DATA_OFFSET 0x300
#define DATA_BYTES  0x20
#define DATA_MEMORY 0x1800
#define FILE_BYTES  (DATA_OFFSET + DATA_BYTES)

struct sample {
	struct elf_header header;
	struct elf_segment segment[3];
};

static const struct sample good = {
	.header = {.type = ELF_TYPE_EXECUTABLE,
		   .machine = ELF_MACHINE_X86_64,
		   .entry = BASE + 4,
		   .segments = sizeof(struct elf_header),
		   .segment_bytes = sizeof(struct elf_segment),
		   .segment_count = 3},
	.segment = {{.type = ELF_SEGMENT_LOAD,
		     .flags = ELF_FLAG_EXECUTE,
		     .offset = TEXT_OFFSET,
		     .address = BASE,
		     .file_bytes = TEXT_BYTES,
		     .memory_bytes = TEXT_BYTES},
		    {.type = ELF_SEGMENT_LOAD,
		     .flags = ELF_FLAG_WRITE,
		     .offset = DATA_OFFSET,
		     .address = BASE + ELF_PAGE_BYTES,
		     .file_bytes = DATA_BYTES,
		     .memory_bytes = DATA_MEMORY},
		    {.type = ELF_SEGMENT_STACK, .flags = ELF_FLAG_WRITE}},
};

static enum status open(const struct sample *sample, size_t bytes,
			struct elf_executable *executable)
{
	uint8_t *file = calloc(1, FILE_BYTES);
	uint8_t *exact = malloc(bytes);
	enum status status;

	memcpy(file, sample, sizeof(*sample));
	memcpy(file, ELF_IDENT, sizeof(sample->header.ident));
	if (sample->header.ident[0] != 0) {
		file[4] = 1; /* 32 bits */
	}
	memcpy(exact, file, bytes);
	status = elf_executable_open(exact, bytes, BASE, executable);
	if (status == STATUS_OK) {
		assert_ptr_equal(executable->part[1].bytes,
				 exact + DATA_OFFSET);
	}
	free(exact);
	free(file);
	return status;
}

static void opens(void **unused)
{
	struct elf_executable e;

	(void)unused;
	assert_int_equal(open(&good, FILE_BYTES, &e), STATUS_OK);
	assert_int_equal(e.entry, BASE + 4);
	assert_int_equal(e.count, 2);
	assert_int_equal(e.part[0].address, BASE);
	assert_true(e.part[0].executable && !e.part[0].writable);
	assert_true(e.part[1].writable && !e.part[1].executable);
	assert_int_equal(e.part[1].address, BASE + ELF_PAGE_BYTES);
	assert_int_equal(e.part[1].file_bytes, DATA_BYTES);
	assert_int_equal(e.part[1].memory_bytes, DATA_MEMORY);
}

#define REFUSES(status, change)                                       \
	do {                                                          \
		struct sample s = good;                               \
		struct elf_executable e;                              \
		change;                                               \
		assert_int_equal(open(&s, FILE_BYTES, &e), (status)); \
	} while (0)

static void refuses(void **unused)
{
	(void)unused;
	REFUSES(STATUS_UNSUPPORTED, s.header.ident[0] = 1);
	REFUSES(STATUS_UNSUPPORTED, s.header.type = ELF_TYPE_DYNAMIC);
	REFUSES(STATUS_UNSUPPORTED, s.header.segment_count = 0);
	REFUSES(STATUS_UNSUPPORTED,
		s.header.segment_count = ELF_SEGMENTS_MAX + 1);
	REFUSES(STATUS_UNSUPPORTED, s.segment[2].flags = ELF_FLAG_EXECUTE);
	REFUSES(STATUS_UNSUPPORTED, s.segment[2].type = ELF_SEGMENT_DYNAMIC);
	REFUSES(STATUS_UNSUPPORTED, s.segment[1].flags |= ELF_FLAG_EXECUTE);
	REFUSES(STATUS_UNSUPPORTED, s.segment[1].address = BASE);
	REFUSES(STATUS_UNSUPPORTED, s.segment[1].address += 8);
	REFUSES(STATUS_CORRUPT, s.header.segments = FILE_BYTES - 8);
	REFUSES(STATUS_CORRUPT, s.header.entry = BASE + TEXT_BYTES);
	REFUSES(STATUS_CORRUPT, s.header.entry = 4);
	REFUSES(STATUS_CORRUPT, s.segment[0].address = 0);
	REFUSES(STATUS_CORRUPT, s.segment[0].address = BASE - ELF_PAGE_BYTES);
	REFUSES(STATUS_CORRUPT,
		s.segment[1].address = BASE + ELF_MEMORY_BYTES_MAX);
	REFUSES(STATUS_CORRUPT, s.segment[1].offset = FILE_BYTES);
	REFUSES(STATUS_CORRUPT, s.segment[1].offset = UINT64_MAX);
	REFUSES(STATUS_CORRUPT, s.segment[1].file_bytes = DATA_BYTES + 1);
	REFUSES(STATUS_CORRUPT, s.segment[1].memory_bytes = DATA_BYTES - 1);
	REFUSES(STATUS_CORRUPT, s.segment[1].memory_bytes = UINT64_MAX);
}

static void refuses_every_shorter_file(void **unused)
{
	struct elf_executable e;

	(void)unused;
	for (size_t size = 1; size < FILE_BYTES; size++) {
		assert_int_not_equal(open(&good, size, &e), STATUS_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_every_shorter_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
