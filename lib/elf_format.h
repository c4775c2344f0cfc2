/* SPDX-License-Identifier: MIT */
/*
 * ELF-64 on disk (System V gABI, chapters 4 and 5; x86-64 psABI, 4.4): the
 * structures and numbers that lib/elf.c understands.
 */
#ifndef OPENVBS_LIB_ELF_FORMAT_H
#define OPENVBS_LIB_ELF_FORMAT_H

#include <stdint.h>

/* Magic, 64 bits, little-endian, version 1, System V ABI. */
#define ELF_IDENT "\177ELF\2\1\1\0\0\0\0\0\0\0\0"

#define ELF_TYPE_EXECUTABLE 2
#define ELF_TYPE_DYNAMIC    3
#define ELF_MACHINE_X86_64  62

#define ELF_SEGMENT_LOAD    1
#define ELF_SEGMENT_DYNAMIC 2
#define ELF_SEGMENT_NOTE    4
#define ELF_SEGMENT_STACK   UINT32_C(0x6474e551) /* GNU: stack's rights */
#define ELF_FLAG_EXECUTE    1u
#define ELF_FLAG_WRITE	    2u

#define ELF_DYNAMIC_END		  0
#define ELF_DYNAMIC_NEEDED	  1
#define ELF_DYNAMIC_PLT_REL_SIZE  2
#define ELF_DYNAMIC_RELA	  7
#define ELF_DYNAMIC_RELA_SIZE	  8
#define ELF_DYNAMIC_RELA_ENTRY	  9
#define ELF_DYNAMIC_INIT	  12
#define ELF_DYNAMIC_REL		  17
#define ELF_DYNAMIC_TEXT_REL	  22
#define ELF_DYNAMIC_JUMP_REL	  23
#define ELF_DYNAMIC_INIT_ARRAY	  25
#define ELF_DYNAMIC_PREINIT_ARRAY 32
#define ELF_DYNAMIC_RELR	  36

#define ELF_RELOCATION_RELATIVE 8 /* R_X86_64_RELATIVE, no symbol */

/* Our own bounds; ELF_SEGMENTS_MAX is in elf.h. */
#define ELF_PAGE_BYTES	     UINT64_C(4096)
#define ELF_MEMORY_BYTES_MAX (UINT64_C(64) << 20)

struct elf_header {
	uint8_t ident[16];
	uint16_t type;
	uint16_t machine;
	uint32_t version;
	uint64_t entry;
	uint64_t segments; /* offset of the segment table */
	uint64_t sections;
	uint32_t flags;
	uint16_t header_bytes;
	uint16_t segment_bytes;
	uint16_t segment_count;
	uint16_t section_bytes;
	uint16_t section_count;
	uint16_t section_names;
};

struct elf_segment {
	uint32_t type;
	uint32_t flags;
	uint64_t offset;
	uint64_t address;
	uint64_t physical;
	uint64_t file_bytes;
	uint64_t memory_bytes;
	uint64_t align_bytes;
};

struct elf_dynamic {
	uint64_t tag;
	uint64_t value;
};

struct elf_rela {
	uint64_t offset;
	uint64_t info;
	uint64_t addend;
};

_Static_assert(sizeof(ELF_IDENT) == 16, "with its final NUL");
_Static_assert(sizeof(struct elf_header) == 64, "layout");
_Static_assert(sizeof(struct elf_segment) == 56, "layout");
_Static_assert(sizeof(struct elf_dynamic) == 16, "layout");
_Static_assert(sizeof(struct elf_rela) == 24, "layout");

#endif
