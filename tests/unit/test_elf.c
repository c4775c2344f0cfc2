/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF placer: every feature it does not know is refused, every number
 * that leads outside is refused, and what remains lands where it should.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/elf.h"
#include "lib/elf_format.h"
#include "tests/unit/unit.h"

#define BASE	     UINT64_C(0x7c400000)
#define TEXT_OFFSET  0x200
#define TEXT_BYTES   0x10
#define DATA_OFFSET  0x300
#define DATA_ADDRESS 0x1000
#define DATA_BYTES   0x80 /* a pointer, the dynamic table, relocations */
#define DATA_MEMORY  0x1800
#define DYN_AT	     0x08
#define RELA_AT	     0x48
#define RELA_TARGET  (DATA_ADDRESS)
#define ADDEND	     0x1040
#define FILE_BYTES   (DATA_OFFSET + DATA_BYTES)

/* A whole image; `bytes` mirrors the members when it is built. */
struct sample {
	struct elf_header header;
	struct elf_segment segment[3];
	struct elf_dynamic dynamic[4];
	struct elf_rela rela;
	uint8_t bytes[FILE_BYTES];
};

static void sample_begin(struct sample *s)
{
	memset(s, 0, sizeof(*s));
	s->header = (struct elf_header){
		.type = ELF_TYPE_DYNAMIC,
		.machine = ELF_MACHINE_X86_64,
		.version = 1,
		.entry = 4,
		.segments = sizeof(s->header),
		.segment_bytes = sizeof(s->segment[0]),
		.segment_count = 3,
	};
	memcpy(s->header.ident, ELF_IDENT, sizeof(s->header.ident));
	s->segment[0] = (struct elf_segment){
		ELF_SEGMENT_LOAD, ELF_FLAG_EXECUTE, TEXT_OFFSET, 0, 0,
		TEXT_BYTES,	  TEXT_BYTES,	    4096};
	s->segment[1] = (struct elf_segment){
		ELF_SEGMENT_LOAD, ELF_FLAG_WRITE, DATA_OFFSET, DATA_ADDRESS,
		DATA_ADDRESS,	  DATA_BYTES,	  DATA_MEMORY, 4096};
	s->segment[2] = (struct elf_segment){
		ELF_SEGMENT_DYNAMIC,   0, DATA_OFFSET + DYN_AT,
		DATA_ADDRESS + DYN_AT, 0, sizeof(s->dynamic),
		sizeof(s->dynamic),    8};
	s->dynamic[0] =
		(struct elf_dynamic){ELF_DYNAMIC_RELA, DATA_ADDRESS + RELA_AT};
	s->dynamic[1] =
		(struct elf_dynamic){ELF_DYNAMIC_RELA_SIZE, sizeof(s->rela)};
	s->dynamic[2] =
		(struct elf_dynamic){ELF_DYNAMIC_RELA_ENTRY, sizeof(s->rela)};
	s->rela =
		(struct elf_rela){RELA_TARGET, ELF_RELOCATION_RELATIVE, ADDEND};
}

static void sample_build(struct sample *s)
{
	uint8_t *b = s->bytes;

	memset(b + TEXT_OFFSET, 0xcc, TEXT_BYTES);
	memcpy(b, &s->header, sizeof(s->header));
	memcpy(b + sizeof(s->header), s->segment, sizeof(s->segment));
	memcpy(b + DATA_OFFSET + DYN_AT, s->dynamic, sizeof(s->dynamic));
	memcpy(b + DATA_OFFSET + RELA_AT, &s->rela, sizeof(s->rela));
}

/* Opens and places a copy of exactly `size` bytes; the first bad result. */
static enum status load(const uint8_t *bytes, size_t size, uint64_t *pointer)
{
	uint8_t *copy = malloc(size);
	struct elf_image image;
	enum status status;
	uint8_t *to;

	memcpy(copy, bytes, size);
	status = elf_open(copy, size, &image);
	if (status == STATUS_OK) {
		to = calloc(1, image.memory_bytes);
		status = elf_place(&image, to, BASE);
		if (status == STATUS_OK && pointer != NULL) {
			assert_int_equal(image.entry, 4);
			assert_int_equal(image.memory_bytes, 0x3000);
			assert_int_equal(to[TEXT_BYTES - 1], 0xcc);
			assert_int_equal(to[TEXT_BYTES], 0);
			memcpy(pointer, to + RELA_TARGET, sizeof(*pointer));
		}
		free(to);
	}
	free(copy);
	return status;
}

static enum status load_sample(struct sample *s)
{
	sample_build(s);
	return load(s->bytes, sizeof(s->bytes), NULL);
}

#define REFUSES(status, change)                              \
	do {                                                 \
		struct sample s;                             \
		sample_begin(&s);                            \
		change;                                      \
		assert_int_equal(load_sample(&s), (status)); \
	} while (0)

static void refuses_other_files(void **unused)
{
	(void)unused;
	REFUSES(STATUS_UNSUPPORTED, s.header.ident[0] = 0);
	REFUSES(STATUS_UNSUPPORTED, s.header.ident[4] = 1);
	REFUSES(STATUS_UNSUPPORTED, s.header.type = 2);
	REFUSES(STATUS_UNSUPPORTED, s.header.machine = 3);
	REFUSES(STATUS_UNSUPPORTED, s.header.segment_bytes = 57);
	REFUSES(STATUS_UNSUPPORTED, s.header.segment_count = 0);
	REFUSES(STATUS_UNSUPPORTED,
		s.header.segment_count = ELF_SEGMENTS_MAX + 1);
	REFUSES(STATUS_UNSUPPORTED, s.segment[1].type = 3);
}

static void refuses_offsets_outside(void **unused)
{
	(void)unused;
	REFUSES(STATUS_CORRUPT, s.header.segments = FILE_BYTES - 100);
	REFUSES(STATUS_CORRUPT, s.header.segments = UINT64_MAX - 8);
	REFUSES(STATUS_CORRUPT, s.header.entry = TEXT_BYTES);
	REFUSES(STATUS_CORRUPT, s.header.entry = DATA_ADDRESS);
	REFUSES(STATUS_CORRUPT, s.segment[1].offset = FILE_BYTES);
	REFUSES(STATUS_CORRUPT, s.segment[1].offset = UINT64_MAX - 4);
	REFUSES(STATUS_CORRUPT, s.segment[1].file_bytes = UINT64_MAX);
	REFUSES(STATUS_CORRUPT, s.segment[1].memory_bytes = DATA_BYTES - 1);
	REFUSES(STATUS_CORRUPT,
		s.segment[1].memory_bytes = ELF_MEMORY_BYTES_MAX);
	REFUSES(STATUS_CORRUPT, s.segment[1].address = UINT64_MAX - 4095);
	REFUSES(STATUS_CORRUPT, s.segment[2].offset = FILE_BYTES);
}

static void refuses_unlike_segments(void **unused)
{
	(void)unused;
	REFUSES(STATUS_UNSUPPORTED, s.segment[1].address = 0);
	REFUSES(STATUS_UNSUPPORTED, s.segment[1].address = DATA_ADDRESS + 8);
	REFUSES(STATUS_UNSUPPORTED,
		s.segment[0].flags = ELF_FLAG_EXECUTE | ELF_FLAG_WRITE);
	REFUSES(STATUS_CORRUPT, s.segment[0].flags = 0);
}

static void refuses_other_relocations(void **unused)
{
	static const uint64_t tags[] = {
		ELF_DYNAMIC_NEEDED,   ELF_DYNAMIC_PLT_REL_SIZE,
		ELF_DYNAMIC_REL,      ELF_DYNAMIC_TEXT_REL,
		ELF_DYNAMIC_JUMP_REL, ELF_DYNAMIC_INIT,
		ELF_DYNAMIC_RELR,     ELF_DYNAMIC_INIT_ARRAY,
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(tags); i++) {
		REFUSES(STATUS_UNSUPPORTED, s.dynamic[0].tag = tags[i]);
	}
	REFUSES(STATUS_UNSUPPORTED, s.rela.info = 6);
	REFUSES(STATUS_UNSUPPORTED,
		s.rela.info = ELF_RELOCATION_RELATIVE | UINT64_C(1) << 32);
	REFUSES(STATUS_CORRUPT, s.rela.offset = 0x3000 - 7);
	REFUSES(STATUS_CORRUPT, s.rela.offset = UINT64_MAX);
	REFUSES(STATUS_CORRUPT, s.rela.addend = 0x3001);
	REFUSES(STATUS_CORRUPT, s.dynamic[0].value = 0x3000);
	REFUSES(STATUS_CORRUPT, s.dynamic[1].value = 25);
	REFUSES(STATUS_CORRUPT, s.dynamic[1].value = UINT64_MAX);
	REFUSES(STATUS_CORRUPT, s.dynamic[2].value = 16);
	REFUSES(STATUS_CORRUPT, s.dynamic[3].tag = 30);
}

static void refuses_every_shorter_file(void **unused)
{
	struct sample s;

	(void)unused;
	sample_begin(&s);
	sample_build(&s);
	for (size_t size = 1; size < sizeof(s.bytes); size++) {
		assert_int_not_equal(load(s.bytes, size, NULL), STATUS_OK);
	}
}

static void places_and_relocates(void **unused)
{
	uint64_t pointer = 0;
	struct sample s;

	(void)unused;
	sample_begin(&s);
	sample_build(&s);
	assert_int_equal(load(s.bytes, sizeof(s.bytes), &pointer), STATUS_OK);
	assert_int_equal(pointer, BASE + ADDEND);
	s.dynamic[1].value = 0; /* nothing to relocate is fine */
	assert_int_equal(load_sample(&s), STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_other_files),
		cmocka_unit_test(refuses_offsets_outside),
		cmocka_unit_test(refuses_unlike_segments),
		cmocka_unit_test(refuses_other_relocations),
		cmocka_unit_test(refuses_every_shorter_file),
		cmocka_unit_test(places_and_relocates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
