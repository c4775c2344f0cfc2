/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested page-table entries in AMD's format: ordinary long-mode entries,
 * walked as user accesses (APM vol. 2, 15.25.5), so that U is set wherever
 * something may be read. Without GMET there is one execute right for kernel
 * and user.
 *
 * The IOMMU's own fields lie where processors ignore an entry (48882, 2.2.3
 * and 2.2.7, which asks for tables that both can walk): the level of the table
 * below, zero in a leaf, and the rights of devices.
 */
#include "hv/core/machine.h"
#include "hv/x86/registers.h"

/* Above: read-only walks. Leaves only carry what the view allows. */
#define TABLE_BITS (PTE_PRESENT | PTE_WRITE | PTE_USER | IO_READ | IO_WRITE)

#define IO_NEXT_LEVEL MASK64(11, 9)
#define IO_READ	      BIT64(61)
#define IO_WRITE      BIT64(62)

nested_entry_t nested_leaf(spa_t frame, unsigned access, unsigned level)
{
	nested_entry_t entry =
		(frame.value & PTE_ADDRESS) | PTE_PRESENT | PTE_USER | IO_READ;

	if ((access & ACCESS_READ) == 0) {
		return 0;
	}
	if (access & ACCESS_WRITE) {
		entry |= PTE_WRITE | IO_WRITE;
	}
	if ((access & (ACCESS_EXEC_KERNEL | ACCESS_EXEC_USER)) == 0) {
		entry |= PTE_NX;
	}
	return level > 1 ? entry | PTE_LARGE : entry;
}

nested_entry_t nested_table(spa_t table, unsigned level)
{
	return field_put((table.value & PTE_ADDRESS) | TABLE_BITS,
			 IO_NEXT_LEVEL, level);
}

bool nested_present(nested_entry_t entry)
{
	return (entry & PTE_PRESENT) != 0;
}

bool nested_is_leaf(nested_entry_t entry, unsigned level)
{
	return level == 1 || (entry & PTE_LARGE) != 0;
}

unsigned nested_access(nested_entry_t leaf)
{
	unsigned access = ACCESS_READ;

	if ((leaf & PTE_PRESENT) == 0) {
		return ACCESS_NONE;
	}
	if (leaf & PTE_WRITE) {
		access |= ACCESS_WRITE;
	}
	if ((leaf & PTE_NX) == 0) {
		access |= ACCESS_EXEC_KERNEL | ACCESS_EXEC_USER;
	}
	return access;
}

spa_t nested_address(nested_entry_t entry)
{
	return spa(entry & PTE_ADDRESS);
}
