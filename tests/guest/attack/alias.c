// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page-table entries written by hand, as an attacker in ring 0 would, with no
 * rule of Linux in the way. Called by the attacks on memory. A piece of the
 * kernel's vmalloc area is borrowed, and given back as it was.
 */
#include "attack.h"

#include <linux/errno.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/vmalloc.h>

#define ENTRY_ADDRESS 0x000ffffffffff000ull
#define ENTRY_LARGE   0x80ull
/* Present, writable, accessed, dirty; supervisor, executable. */
#define ENTRY_FLAGS	 0x63ull
#define LEVEL_PAGE	 1
#define LEVEL_2M	 2
#define LEVEL_BITS	 9
#define LEVEL_INDEX_MASK 0x1ff
#define LEVELS		 4
#define LEVELS_LA57	 5
#define CR4_LA57_BIT	 (1ul << 12)
#define SIZE_OF_2M	 0x200000ull

void alias_invalidate(const void *address)
{
	asm volatile("invlpg (%0)" : : "r"(address) : "memory");
}

u64 *alias_entry(u64 address, unsigned int wanted)
{
	unsigned long cr3, cr4;
	unsigned int level;
	u64 *table;

	asm volatile("mov %%cr3, %0; mov %%cr4, %1" : "=r"(cr3), "=r"(cr4));
	table = phys_to_virt(cr3 & ENTRY_ADDRESS);
	for (level = cr4 & CR4_LA57_BIT ? LEVELS_LA57 : LEVELS;; level--) {
		unsigned int shift =
			PAGE_SHIFT + (level - LEVEL_PAGE) * LEVEL_BITS;
		u64 *entry = &table[(address >> shift) & LEVEL_INDEX_MASK];

		if (level == wanted) {
			return entry;
		}
		if (!(*entry & _PAGE_PRESENT) || *entry & ENTRY_LARGE) {
			return NULL;
		}
		table = phys_to_virt(*entry & ENTRY_ADDRESS);
	}
}

/* One page before the alias stays the module's own: see memory.c. */
static int open_4k(struct alias *alias, u64 physical)
{
	u64 address = (u64)alias->area + PAGE_SIZE;

	alias->entry = alias_entry(address, LEVEL_PAGE);
	if (alias->entry == NULL) {
		return -ENXIO;
	}
	alias->saved = *alias->entry;
	WRITE_ONCE(*alias->entry, (physical & ENTRY_ADDRESS) | ENTRY_FLAGS);
	alias->address = (void *)(address | (physical & (PAGE_SIZE - 1)));
	return 0;
}

static int open_2m(struct alias *alias, u64 physical)
{
	u64 address = round_up((u64)alias->area, SIZE_OF_2M);

	alias->entry = alias_entry(address, LEVEL_2M);
	if (alias->entry == NULL || *alias->entry & ENTRY_LARGE) {
		return -ENXIO;
	}
	alias->saved = *alias->entry;
	WRITE_ONCE(*alias->entry,
		   (physical & ENTRY_ADDRESS & ~(SIZE_OF_2M - 1)) |
			   ENTRY_FLAGS | ENTRY_LARGE);
	alias->address = (void *)(address | (physical & (SIZE_OF_2M - 1)));
	return 0;
}

int alias_open(struct alias *alias, enum alias_kind kind, u64 physical)
{
	int status;

	alias->area = vmalloc((kind == ALIAS_2M ? ALIAS_PAGES : 2) * PAGE_SIZE);
	if (alias->area == NULL) {
		return -ENOMEM;
	}
	preempt_disable();
	status = kind == ALIAS_2M ? open_2m(alias, physical)
				  : open_4k(alias, physical);
	if (status != 0) {
		preempt_enable();
		vfree(alias->area);
		return status;
	}
	alias_invalidate(alias->address);
	return 0;
}

void alias_close(struct alias *alias)
{
	WRITE_ONCE(*alias->entry, alias->saved);
	alias_invalidate(alias->address);
	preempt_enable();
	vfree(alias->area);
}
