// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables that the processor itself reads, put where VTL0 may not be: "walk
 * LEVEL ADDRESS", by a copy of the kernel's top-level table with interrupts
 * off; for good, a stack ("lose_stack ADDRESS") and the whole IDT
 * ("triple_fault"); and INVD. Called by main.c. What can be lost without a
 * kernel: tests/guest/uefi/resets.c.
 */
#include "attack.h"

#include <asm/desc_defs.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/objtool.h>
#include <linux/string.h>

#define ENTRY_ADDRESS 0x000ffffffffff000ull
#define ENTRY_FLAGS   0x63ull /* present, writable, accessed, dirty */
#define ENTRIES	      512
#define FREE_SLOT     0x55 /* of the lower half: no program is there */
#define LEVELS_MOST   5
#define CR4_LA57_BIT  (1ul << 12)

static u64 *tables[LEVELS_MOST + 1]; /* by level; the highest is the root */

static unsigned int levels_now(void)
{
	unsigned long cr4;

	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	return cr4 & CR4_LA57_BIT ? LEVELS_MOST : LEVELS_MOST - 1;
}

static unsigned long cr3_read(void)
{
	unsigned long cr3;

	asm volatile("mov %%cr3, %0" : "=r"(cr3));
	return cr3;
}

static void cr3_write(unsigned long cr3)
{
	asm volatile("mov %0, %%cr3" : : "r"(cr3) : "memory");
}

static int tables_make(void)
{
	unsigned int level;

	for (level = 1; level <= LEVELS_MOST; level++) {
		tables[level] = (u64 *)get_zeroed_page(GFP_KERNEL);
		if (tables[level] == NULL) {
			return -ENOMEM;
		}
	}
	return 0;
}

static void tables_free(void)
{
	unsigned int level;

	for (level = 1; level <= LEVELS_MOST; level++) {
		free_page((unsigned long)tables[level]);
		tables[level] = NULL;
	}
}

/*
 * Chains the module's tables from the free slot down to its own page; the one
 * of `odd_level` is at `address` instead. Returns what to read then.
 */
static void *tables_link(unsigned int odd_level, u64 address)
{
	unsigned int levels = levels_now();
	unsigned int level;

	memcpy(tables[levels], phys_to_virt(cr3_read() & ENTRY_ADDRESS),
	       PAGE_SIZE);
	for (level = levels; level > 1; level--) {
		u64 below = level - 1 == odd_level
				    ? address
				    : virt_to_phys(tables[level - 1]);

		tables[level][FREE_SLOT] = below | ENTRY_FLAGS;
	}
	tables[1][FREE_SLOT] = virt_to_phys(own_page) | ENTRY_FLAGS;
	address = 0;
	for (level = levels; level > 0; level--) {
		address = address << ilog2(ENTRIES) | FREE_SLOT;
	}
	return (void *)(address << PAGE_SHIFT);
}

/* Without an address all tables are the module's own. */
void attack_walk(const struct command *command)
{
	u64 address = command_number(command, 2);
	unsigned long cr3 = cr3_read();
	unsigned long flags;
	u64 value = 0;
	void *at;
	int fault;

	if (tables_make() == 0) {
		at = tables_link(address != 0 ? command_number(command, 1) : 0,
				 address);
		local_irq_save(flags);
		cr3_write(virt_to_phys(tables[levels_now()]));
		asm volatile(TRY("movq (%[at]), %[value]")
			     : "=a"(fault), [value] "+&r"(value)
			     : [at] "r"(at));
		cr3_write(cr3);
		local_irq_restore(flags);
		say_outcome(fault);
	}
	tables_free();
}

void attack_lose_stack(const struct command *command)
{
	struct alias alias;

	if (alias_open(&alias, ALIAS_4K, command_number(command, 1)) == 0) {
		local_irq_disable();
		asm volatile("movq %0, %%rsp; pushq %%rax; hlt"
			     :
			     : "r"(alias.address + PAGE_SIZE / 2)
			     : "memory");
	}
}

STACK_FRAME_NON_STANDARD(attack_lose_stack);

/* No interrupt table at all: a triple fault. */
void attack_triple_fault(const struct command *command)
{
	struct desc_ptr none = {0};

	local_irq_disable();
	asm volatile("lidt %0; int3" : : "m"(none));
}

/* Whether a fresh write outlives INVD. */
void attack_invd(const struct command *command)
{
	u64 wanted = ~*(u64 *)own_page;
	int fault;

	asm volatile(TRY("movq %[wanted], %[at]; invd")
		     : "=a"(fault), [at] "=m"(*(u64 *)own_page)
		     : [wanted] "r"(wanted)
		     : "memory");
	if (READ_ONCE(*(u64 *)own_page) == wanted) {
		say_outcome(fault);
	} else {
		say("lost");
	}
}
