/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of VTL1. The upper half, the same in every space: all of VTL1's
 * memory at VTL1_VIRTUAL_BASE (text executable, read-only data read-only, all
 * else data), and one page a CPU as the window to VTL0. The lower half is a
 * service's. Invariant: nothing is writable and executable, nothing of ring 3
 * is executable in ring 0, and no frame of VTL0 is mapped but in the window.
 */
#include "lib/bytes.h"
#include "sk/x86/cpu.h"
#include "sk/x86/registers.h"
#include "sk/x86/x86.h"

#define ENTRIES	    512u
#define INDEX_BITS  9
#define LEVEL_TOP   4
#define UPPER_FIRST 510u /* entries of the root that all spaces share */
#define WINDOW_BASE (VTL1_VIRTUAL_BASE - (UINT64_C(1) << 39))
/* No service has the last page: RIP behind it would not be canonical. */
#define USER_END   ((UINT64_C(1) << 47) - PAGE_BYTES)
#define TABLE_BITS (PTE_PRESENT | PTE_WRITE)
#define USER_TABLE (PTE_PRESENT | PTE_WRITE | PTE_USER)

static frame_t frame_of(uint64_t entry)
{
	return (frame_t){(entry & PTE_ADDRESS) / PAGE_BYTES};
}

static frame_t own_root(void)
{
	return frame_of(x86.root);
}

static unsigned index_of(uint64_t address, unsigned level)
{
	return (unsigned)(address >> (PAGE_SHIFT + INDEX_BITS * (level - 1))) &
	       (ENTRIES - 1);
}

/* Core's frames for a service, start's for the upper half. */
static bool upper_source(frame_t *frame)
{
	void *page = start_pages(1);

	if (page == NULL) {
		return false;
	}
	frame->number = physical(page) / PAGE_BYTES;
	return true;
}

/*
 * The entry for a page, with the tables above it made as needed; NULL without
 * frames. A null `source` makes none.
 */
static uint64_t *entry_at(frame_t root, uint64_t address, uint64_t bits,
			  frame_source_t source)
{
	uint64_t *entries = machine_frame(root);

	for (unsigned level = LEVEL_TOP; level > 1; level--) {
		uint64_t *entry = &entries[index_of(address, level)];
		frame_t frame;

		if ((*entry & PTE_PRESENT) == 0) {
			if (source == NULL || !source(&frame)) {
				return NULL;
			}
			*entry = frame.number * PAGE_BYTES | bits;
		}
		entries = machine_frame(frame_of(*entry));
	}
	return &entries[index_of(address, 1)];
}

static uint64_t linear_bits(const struct image *image, uint64_t address)
{
	if (address >= image->text && address < image->rodata) {
		return PTE_PRESENT;
	}
	if (address >= image->rodata && address < image->data) {
		return PTE_PRESENT | PTE_NX;
	}
	return PTE_PRESENT | PTE_WRITE | PTE_NX;
}

static bool linear_map(const struct image *image, frame_t root)
{
	const struct vtl1_boot *boot = x86.boot;

	for (uint64_t at = 0; at < boot->memory_size_bytes; at += PAGE_BYTES) {
		uint64_t address = VTL1_VIRTUAL_BASE + at;
		uint64_t *entry =
			entry_at(root, address, TABLE_BITS, upper_source);

		if (entry == NULL) {
			return false;
		}
		*entry = (boot->memory_base + at) | linear_bits(image, address);
	}
	return true;
}

bool paging_build(const struct image *image)
{
	frame_t root;

	if (!upper_source(&root) || !linear_map(image, root) ||
	    entry_at(root, WINDOW_BASE, TABLE_BITS, upper_source) == NULL) {
		return false;
	}
	x86.root = root.number * PAGE_BYTES;
	return true;
}

void paging_guard(const void *page)
{
	uint64_t *entry = entry_at(own_root(), (uint64_t)page, 0, NULL);

	*entry = 0;
	__asm__ volatile("invlpg (%0)" : : "r"(page) : "memory");
}

enum status machine_space_create(struct space *space, frame_source_t source)
{
	const uint64_t *upper = machine_frame(own_root());
	uint64_t *entries;

	if (!source(&space->root)) {
		return STATUS_NO_MEMORY;
	}
	entries = machine_frame(space->root);
	for (unsigned i = UPPER_FIRST; i < ENTRIES; i++) {
		entries[i] = upper[i];
	}
	return STATUS_OK;
}

enum status machine_space_map(struct space *space, uint64_t address,
			      frame_t frame, unsigned rights,
			      frame_source_t source)
{
	uint64_t bits = PTE_PRESENT | PTE_USER;
	uint64_t *entry;

	CHECK(address < USER_END && address % PAGE_BYTES == 0);
	CHECK((rights & (MAP_WRITE | MAP_EXECUTE)) !=
	      (MAP_WRITE | MAP_EXECUTE));
	entry = entry_at(space->root, address, USER_TABLE, source);
	if (entry == NULL) {
		return STATUS_NO_MEMORY;
	}
	if (*entry != 0) {
		return STATUS_CONFLICT;
	}
	if (rights & MAP_WRITE) {
		bits |= PTE_WRITE;
	}
	if ((rights & MAP_EXECUTE) == 0) {
		bits |= PTE_NX;
	}
	*entry = frame.number * PAGE_BYTES | bits;
	return STATUS_OK;
}

bool machine_space_lookup(const struct space *space, uint64_t address,
			  unsigned rights, frame_t *frame)
{
	const uint64_t *entry;

	if (address >= USER_END) {
		return false;
	}
	entry = entry_at(space->root, address, 0, NULL);
	if (entry == NULL || (*entry & PTE_PRESENT) == 0 ||
	    (*entry & PTE_USER) == 0 ||
	    ((rights & MAP_WRITE) && !(*entry & PTE_WRITE)) ||
	    ((rights & MAP_EXECUTE) && (*entry & PTE_NX))) {
		return false;
	}
	frame->number = (*entry & PTE_ADDRESS) / PAGE_BYTES;
	return true;
}

void *machine_window(const vtl0_frame_t *frame)
{
	uint64_t address = WINDOW_BASE + cpu_this()->index * PAGE_BYTES;
	uint64_t *entry = entry_at(own_root(), address, 0, NULL);

	*entry = frame == NULL ? 0
			       : (frame->number * PAGE_BYTES) | PTE_PRESENT |
					 PTE_WRITE | PTE_NX;
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
	return frame == NULL ? NULL : (void *)address;
}
