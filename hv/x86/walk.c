/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest page-table walk in software. Called by the nested-fault handler, which
 * holds the protect lock, to fetch an instruction that must be emulated.
 *
 * Invariant: every address, table or page, is VTL0's before machine_frame()
 * sees it; every entry is read once. Rights (user, write, SMEP) are not
 * looked at: the processor has fetched the instruction already.
 */
#include "hv/x86/walk.h"

#include <stdbool.h>

#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/x86/paging.h"
#include "hv/x86/registers.h"
#include "lib/bytes.h"

#define LEVEL_PAGE  1
#define LEVEL_2M    2
#define LEVEL_1G    3
#define LEVELS_32   2
#define LEVELS_PAE  3
#define LEVELS_LONG 4
#define LEVELS_LA57 5

struct format {
	unsigned levels;
	unsigned level_bits;
	unsigned entry_bytes;
	unsigned largest;  /* highest level that may map a page */
	uint64_t table;	   /* address of the root */
	uint64_t reserved; /* bits that are zero in every entry */
};

static bool long_mode(const struct walk_root *root)
{
	return (root->efer & EFER_LMA) != 0;
}

static struct format format_of(const struct walk_root *root)
{
	uint64_t nx = (root->efer & EFER_NXE) != 0 ? 0 : PTE_NX;

	if (long_mode(root)) {
		bool la57 = (root->cr4 & CR4_LA57) != 0;

		return (struct format){
			.levels = la57 ? LEVELS_LA57 : LEVELS_LONG,
			.level_bits = PAGING_LEVEL_BITS,
			.entry_bytes = sizeof(uint64_t),
			.largest = LEVEL_1G,
			.table = root->cr3 & PAGING_ROOT,
			.reserved = nx,
		};
	}
	if ((root->cr4 & CR4_PAE) != 0) {
		return (struct format){
			.levels = LEVELS_PAE,
			.level_bits = PAGING_LEVEL_BITS,
			.entry_bytes = sizeof(uint64_t),
			.largest = LEVEL_2M,
			.table = root->cr3 & PAGING_ROOT_PAE,
			.reserved = PAGING_PAE_RESERVED | nx,
		};
	}
	return (struct format){
		.levels = LEVELS_32,
		.level_bits = PAGING_LEVEL_BITS_32,
		.entry_bytes = sizeof(uint32_t),
		.largest = (root->cr4 & PAGING_CR4_PSE) != 0 ? LEVEL_2M
							     : LEVEL_PAGE,
		.table = root->cr3 & PAGING_ROOT_32,
	};
}

/* Bytes that one entry of `level` covers are 1 << this. */
static unsigned level_shift(const struct format *format, unsigned level)
{
	return PAGE_SHIFT + (level - LEVEL_PAGE) * format->level_bits;
}

/* Whether `linear` is the sign extension of what the levels translate. */
static bool canonical(const struct format *format, uint64_t linear)
{
	unsigned unused = 64 - level_shift(format, format->levels + 1);

	return (uint64_t)((int64_t)(linear << unused) >> unused) == linear;
}

/* Reads the entry at `address` (aligned to its size) if VTL0 owns it. */
static enum status read_entry(uint64_t address, unsigned entry_bytes,
			      uint64_t *entry)
{
	if (!protect_is_vtl0(gpa(address), entry_bytes)) {
		return STATUS_DENIED;
	}
	const uint8_t *frame = machine_frame(spa(address & PTE_ADDRESS));
	const void *slot = frame + (address & (PAGE_BYTES - 1));

	/* Once: the guest may be writing it. */
	if (entry_bytes == sizeof(uint32_t)) {
		*entry = *(const volatile uint32_t *)slot;
	} else {
		*entry = *(const volatile uint64_t *)slot;
	}
	return STATUS_OK;
}

/* Whether the processor would fault on a set bit that must be zero. */
static bool reserved_bit_set(const struct format *format, unsigned level,
			     uint64_t entry)
{
	bool pointer = format->levels == LEVELS_PAE && level == LEVELS_PAE;

	if (pointer && (entry & PAGING_PAE_POINTER_RESERVED) != 0) {
		return true;
	}
	/* Above the largest page size the bit is reserved, or not looked at. */
	if ((entry & PTE_LARGE) != 0 && level > format->largest) {
		return format->levels > LEVELS_32;
	}
	return (entry & format->reserved) != 0;
}

static enum status map_large(const struct format *format, unsigned level,
			     uint64_t entry, uint64_t *frame)
{
	uint64_t below = BIT64(level_shift(format, level)) - 1;

	if (format->levels == LEVELS_32) {
		if ((entry & PAGING_4M_RESERVED) != 0) {
			return STATUS_NOT_FOUND;
		}
		*frame =
			field_put(entry & PAGING_4M_FRAME, PAGING_4M_HIGH_PLACE,
				  field_get(entry, PAGING_4M_HIGH));
		return STATUS_OK;
	}
	if ((entry & PTE_ADDRESS & below & ~PAGING_LARGE_PAT) != 0) {
		return STATUS_NOT_FOUND;
	}
	*frame = entry & PTE_ADDRESS & ~below;
	return STATUS_OK;
}

/* The frame that maps `linear`, and in *shift the size of its page. */
static enum status descend(const struct format *format, uint64_t linear,
			   uint64_t *frame, unsigned *shift)
{
	uint64_t table = format->table;

	for (unsigned level = format->levels; level >= LEVEL_PAGE; level--) {
		uint64_t index_mask = BIT64(format->level_bits) - 1;
		uint64_t entry = 0;

		*shift = level_shift(format, level);
		uint64_t index = (linear >> *shift) & index_mask;
		enum status status =
			read_entry(table + index * format->entry_bytes,
				   format->entry_bytes, &entry);
		if (status != STATUS_OK) {
			return status;
		}
		if ((entry & PTE_PRESENT) == 0 ||
		    reserved_bit_set(format, level, entry)) {
			return STATUS_NOT_FOUND;
		}
		if (level > LEVEL_PAGE && level <= format->largest &&
		    (entry & PTE_LARGE) != 0) {
			return map_large(format, level, entry, frame);
		}
		table = entry & PTE_ADDRESS;
	}
	*frame = table;
	return STATUS_OK;
}

enum status walk_translate(const struct walk_root *root, uint64_t linear,
			   gpa_t *address)
{
	uint64_t frame = 0;
	unsigned shift = 0;
	uint64_t found;

	if (!long_mode(root)) {
		linear &= PAGING_LINEAR_32;
	}
	if ((root->cr0 & CR0_PG) == 0) {
		found = linear;
	} else {
		struct format format = format_of(root);

		if (long_mode(root) && !canonical(&format, linear)) {
			return STATUS_NOT_FOUND;
		}
		enum status status = descend(&format, linear, &frame, &shift);
		if (status != STATUS_OK) {
			return status;
		}
		found = frame | (linear & (BIT64(shift) - 1));
	}
	if (!protect_is_vtl0(gpa(found), 1)) {
		return STATUS_DENIED;
	}
	*address = gpa(found);
	return STATUS_OK;
}

unsigned walk_copy(const struct walk_root *root, uint64_t linear, uint8_t *to,
		   unsigned count)
{
	unsigned done = 0;

	while (done < count) {
		gpa_t address;

		if (walk_translate(root, linear + done, &address) !=
		    STATUS_OK) {
			break;
		}
		uint64_t offset = address.value & (PAGE_BYTES - 1);
		unsigned run = (unsigned)(PAGE_BYTES - offset);

		if (run > count - done) {
			run = count - done;
		}
		const uint8_t *frame =
			machine_frame(spa(address.value - offset));
		memcpy(to + done, frame + offset, run);
		done += run;
	}
	return done;
}
