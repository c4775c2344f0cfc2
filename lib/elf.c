/* SPDX-License-Identifier: MIT */
/*
 * ELF loader. Called by the boot loader with the images it places, by the
 * secure kernel with its services'. Pure: reads the file, writes the memory it
 * was given. Invariant: every number taken from the file is compared with a
 * size before it becomes an address.
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

static struct elf_segment segment_get(const uint8_t *bytes,
				      const struct elf_header *header,
				      unsigned index)
{
	struct elf_segment segment;

	memcpy(&segment, bytes + header->segments + index * sizeof(segment),
	       sizeof(segment));
	return segment;
}

static enum status header_read(const uint8_t *bytes, uint64_t size,
			       unsigned type, struct elf_header *header)
{
	if (size < sizeof(*header)) {
		return STATUS_CORRUPT;
	}
	memcpy(header, bytes, sizeof(*header));
	if (memcmp(header->ident, ELF_IDENT, sizeof(header->ident)) != 0 ||
	    header->type != type || header->machine != ELF_MACHINE_X86_64 ||
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

/* Whether there is code at this address. */
static bool segment_runs(const struct elf_segment *segment, uint64_t address)
{
	return (segment->flags & ELF_FLAG_EXECUTE) &&
	       address >= segment->address &&
	       address - segment->address < segment->file_bytes;
}

enum status elf_open(const void *bytes, uint64_t size_bytes,
		     struct elf_image *image)
{
	struct elf_header header;
	enum status status;
	uint64_t end = 0;
	bool entry_runs = false;

	status = header_read(bytes, size_bytes, ELF_TYPE_DYNAMIC, &header);
	if (status != STATUS_OK) {
		return status;
	}
	image->bytes = bytes;
	image->size_bytes = size_bytes;
	image->entry = header.entry;
	for (unsigned i = 0; i < header.segment_count; i++) {
		struct elf_segment segment =
			segment_get(image->bytes, &header, i);

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
		entry_runs |= segment_runs(&segment, header.entry);
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
		struct elf_segment segment =
			segment_get(image->bytes, &header, i);

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

/* Segments that ask for nothing; a stack that runs would. */
static bool is_idle(const struct elf_segment *segment)
{
	return segment->type == ELF_SEGMENT_NOTE ||
	       (segment->type == ELF_SEGMENT_STACK &&
		!(segment->flags & ELF_FLAG_EXECUTE));
}

enum status elf_executable_open(const void *bytes, uint64_t size_bytes,
				uint64_t base,
				struct elf_executable *executable)
{
	struct elf_header header;
	enum status status;
	uint64_t end = 0;
	bool entry_runs = false;

	status = header_read(bytes, size_bytes, ELF_TYPE_EXECUTABLE, &header);
	if (status != STATUS_OK) {
		return status;
	}
	executable->entry = header.entry;
	executable->count = 0;
	for (unsigned i = 0; i < header.segment_count; i++) {
		struct elf_segment segment = segment_get(bytes, &header, i);

		if (is_idle(&segment)) {
			continue;
		}
		if (segment.type != ELF_SEGMENT_LOAD) {
			return STATUS_UNSUPPORTED;
		}
		segment.address -= base; /* below it: beyond all bounds */
		status = segment_check(&segment, size_bytes, end);
		if (status != STATUS_OK) {
			return status;
		}
		end = segment.address + segment.memory_bytes;
		entry_runs |= segment_runs(&segment, header.entry - base);
		executable->part[executable->count] = (struct elf_part){
			.address = base + segment.address,
			.memory_bytes = segment.memory_bytes,
			.bytes = (const uint8_t *)bytes + segment.offset,
			.file_bytes = segment.file_bytes,
			.writable = (segment.flags & ELF_FLAG_WRITE) != 0,
			.executable = (segment.flags & ELF_FLAG_EXECUTE) != 0,
		};
		executable->count++;
	}
	return entry_runs ? STATUS_OK : STATUS_CORRUPT;
}
