/* SPDX-License-Identifier: MIT */
/*
 * ELF loader. Called by the boot loader with the hypervisor's image. Pure:
 * reads the file, writes the memory it was given. Invariant: every number
 * taken from the file is compared with a size before it becomes an address.
 */
#include <stdbool.h>

#include "lib/bytes.h"
#include "lib/elf.h"
#include "lib/elf_format.h"

/* [offset, offset + length) lies within [0, size), without overflow. */
static bool within(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

static struct elf_segment segment_get(const struct elf_image *image,
				      const struct elf_header *header,
				      unsigned index)
{
	struct elf_segment segment;

	memcpy(&segment,
	       image->bytes + header->segments + index * sizeof(segment),
	       sizeof(segment));
	return segment;
}

static enum status header_check(const struct elf_header *header, uint64_t size)
{
	if (memcmp(header->ident, ELF_IDENT, sizeof(header->ident)) != 0 ||
	    header->type != ELF_TYPE_DYNAMIC ||
	    header->machine != ELF_MACHINE_X86_64 ||
	    header->segment_bytes != sizeof(struct elf_segment) ||
	    header->segment_count == 0 ||
	    header->segment_count > ELF_SEGMENTS_MAX) {
		return STATUS_UNSUPPORTED;
	}
	if (!within(header->segments,
		    header->segment_count * sizeof(struct elf_segment), size)) {
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

/*
 * Segments come in order, on page borders, without overlap; `end` is where
 * the one before ended.
 */
static enum status segment_check(const struct elf_segment *segment,
				 uint64_t size, uint64_t end)
{
	if (segment->file_bytes > segment->memory_bytes ||
	    !within(segment->offset, segment->file_bytes, size) ||
	    !within(segment->address, segment->memory_bytes,
		    ELF_MEMORY_BYTES_MAX)) {
		return STATUS_CORRUPT;
	}
	if (segment->address % ELF_PAGE_BYTES != 0 || segment->address < end) {
		return STATUS_UNSUPPORTED;
	}
	if ((segment->flags & ELF_FLAG_WRITE) &&
	    (segment->flags & ELF_FLAG_EXECUTE)) {
		return STATUS_UNSUPPORTED;
	}
	return STATUS_OK;
}

enum status elf_open(const void *bytes, uint64_t size_bytes,
		     struct elf_image *image)
{
	struct elf_header header;
	enum status status;
	uint64_t end = 0;
	bool entry_runs = false;

	if (size_bytes < sizeof(header)) {
		return STATUS_CORRUPT;
	}
	memcpy(&header, bytes, sizeof(header));
	status = header_check(&header, size_bytes);
	if (status != STATUS_OK) {
		return status;
	}
	image->bytes = bytes;
	image->size_bytes = size_bytes;
	image->entry = header.entry;
	for (unsigned i = 0; i < header.segment_count; i++) {
		struct elf_segment segment = segment_get(image, &header, i);

		if (segment.type == ELF_SEGMENT_DYNAMIC) {
			continue;
		}
		if (segment.type != ELF_SEGMENT_LOAD) {
			return STATUS_UNSUPPORTED;
		}
		status = segment_check(&segment, size_bytes, end);
		if (status != STATUS_OK) {
			return status;
		}
		end = segment.address + segment.memory_bytes;
		entry_runs |=
			(segment.flags & ELF_FLAG_EXECUTE) &&
			header.entry >= segment.address &&
			header.entry - segment.address < segment.file_bytes;
	}
	if (!entry_runs) {
		return STATUS_CORRUPT;
	}
	image->memory_bytes =
		(end + ELF_PAGE_BYTES - 1) / ELF_PAGE_BYTES * ELF_PAGE_BYTES;
	return STATUS_OK;
}

/* What PT_DYNAMIC says about relocations. */
struct relocations {
	uint64_t address;
	uint64_t size_bytes;
	uint64_t entry_bytes;
};

/* Kinds of dynamic entry that would need a linker at run time. */
static bool dynamic_refused(uint64_t tag)
{
	switch (tag) {
	case ELF_DYNAMIC_NEEDED:
	case ELF_DYNAMIC_PLT_REL_SIZE:
	case ELF_DYNAMIC_REL:
	case ELF_DYNAMIC_TEXT_REL:
	case ELF_DYNAMIC_JUMP_REL:
	case ELF_DYNAMIC_INIT:
	case ELF_DYNAMIC_INIT_ARRAY:
	case ELF_DYNAMIC_PREINIT_ARRAY:
	case ELF_DYNAMIC_RELR:
		return true;
	default:
		return false;
	}
}

static enum status dynamic_read(const struct elf_image *image,
				const struct elf_segment *segment,
				struct relocations *relocations)
{
	struct elf_dynamic entry;

	if (!within(segment->offset, segment->file_bytes, image->size_bytes)) {
		return STATUS_CORRUPT;
	}
	for (uint64_t at = 0; within(at, sizeof(entry), segment->file_bytes);
	     at += sizeof(entry)) {
		memcpy(&entry, image->bytes + segment->offset + at,
		       sizeof(entry));
		if (entry.tag == ELF_DYNAMIC_END) {
			return STATUS_OK;
		}
		if (dynamic_refused(entry.tag)) {
			return STATUS_UNSUPPORTED;
		}
		if (entry.tag == ELF_DYNAMIC_RELA) {
			relocations->address = entry.value;
		} else if (entry.tag == ELF_DYNAMIC_RELA_SIZE) {
			relocations->size_bytes = entry.value;
		} else if (entry.tag == ELF_DYNAMIC_RELA_ENTRY) {
			relocations->entry_bytes = entry.value;
		}
	}
	return STATUS_CORRUPT; /* no end */
}

/* The table is part of the placed image, so it is read from there. */
static enum status relocate(const struct elf_image *image, uint8_t *to,
			    uint64_t base, const struct relocations *table)
{
	struct elf_rela rela;
	uint64_t value;

	if (table->size_bytes == 0) {
		return STATUS_OK;
	}
	if (table->entry_bytes != sizeof(rela) ||
	    table->size_bytes % sizeof(rela) != 0 ||
	    !within(table->address, table->size_bytes, image->memory_bytes)) {
		return STATUS_CORRUPT;
	}
	for (uint64_t at = 0; at < table->size_bytes; at += sizeof(rela)) {
		memcpy(&rela, to + table->address + at, sizeof(rela));
		if (rela.info != ELF_RELOCATION_RELATIVE) {
			return STATUS_UNSUPPORTED;
		}
		if (!within(rela.offset, sizeof(value), image->memory_bytes) ||
		    rela.addend > image->memory_bytes) {
			return STATUS_CORRUPT;
		}
		value = base + rela.addend;
		memcpy(to + rela.offset, &value, sizeof(value));
	}
	return STATUS_OK;
}

enum status elf_place(const struct elf_image *image, void *to, uint64_t base)
{
	struct relocations relocations = {0};
	struct elf_header header;
	enum status status;

	memcpy(&header, image->bytes, sizeof(header));
	for (unsigned i = 0; i < header.segment_count; i++) {
		struct elf_segment segment = segment_get(image, &header, i);

		if (segment.type == ELF_SEGMENT_LOAD) {
			memcpy((uint8_t *)to + segment.address,
			       image->bytes + segment.offset,
			       segment.file_bytes);
			continue;
		}
		status = dynamic_read(image, &segment, &relocations);
		if (status != STATUS_OK) {
			return status;
		}
	}
	return relocate(image, to, base, &relocations);
}
