/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host page tables, descriptor table and gates. Built once before any CPU is
 * in guest mode. Called by launch.c.
 */
#include "hv/x86/host.h"

#include "hv/core/machine.h"
#include "hv/x86/gates.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/layout.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"

#define ENTRIES	   512u
#define LEVEL_BITS 9
#define LEVEL_TOP  4
#define LEVEL_GIB  3

/* Borders of the image, from hv/hv.lds; all on page boundaries. */
extern const char hv_image_start[], hv_text_end[], hv_rodata_end[];

static uint64_t host_gdt[] = {
	0,
	GDT_CODE_64,
	GDT_DATA,
};
static struct gate host_idt[HOST_GATES];

struct table_register host_gdtr;
struct table_register host_idtr;

/* Everything is mapped where it is. */
void *machine_frame(spa_t frame)
{
	return (void *)frame.value;
}

uint64_t machine_time(void)
{
	return time_stamp();
}

uint64_t machine_register_read(spa_t address)
{
	return *(const volatile uint64_t *)address.value;
}

void machine_register_write(spa_t address, uint64_t value)
{
	*(volatile uint64_t *)address.value = value;
}

static uint64_t *table(uint64_t entry)
{
	return machine_frame(spa(entry & PTE_ADDRESS));
}

static unsigned index_of(uint64_t address, unsigned level)
{
	return (unsigned)(address >> (PAGE_SHIFT + LEVEL_BITS * (level - 1))) &
	       (ENTRIES - 1);
}

/*
 * The entry that maps `address` at `level`, with the tables above it, and with
 * larger mappings on the way broken up. NULL without memory.
 */
static uint64_t *entry_at(struct pool *pool, uint64_t address, unsigned level)
{
	uint64_t *entries = table(hv.host_root);

	for (unsigned at = LEVEL_TOP; at > level; at--) {
		uint64_t *entry = &entries[index_of(address, at)];
		uint64_t step = UINT64_C(1)
				<< (PAGE_SHIFT + LEVEL_BITS * (at - 2));
		uint64_t old = *entry;
		spa_t page;

		if ((old & PTE_PRESENT) && !(old & PTE_LARGE)) {
			entries = table(old);
			continue;
		}
		if (!pool_take(pool, 1, &page)) {
			return NULL;
		}
		*entry = page.value | PTE_PRESENT | PTE_WRITE;
		entries = table(*entry);
		if (old & PTE_PRESENT) {
			uint64_t keep = at == 2 ? old & ~PTE_LARGE : old;

			for (unsigned i = 0; i < ENTRIES; i++) {
				entries[i] = keep + i * step;
			}
		}
	}
	return &entries[index_of(address, level)];
}

static enum status map_page(struct pool *pool, uint64_t address, uint64_t bits)
{
	uint64_t *entry = entry_at(pool, address, 1);

	if (entry == NULL) {
		return STATUS_NO_MEMORY;
	}
	*entry = bits == 0 ? 0 : address | bits;
	return STATUS_OK;
}

static enum status map_image(struct pool *pool)
{
	uint64_t start = (uint64_t)hv_image_start;
	enum status status = STATUS_OK;

	for (uint64_t at = start; at < (uint64_t)hv_rodata_end;
	     at += PAGE_BYTES) {
		status = map_page(pool, at,
				  at < (uint64_t)hv_text_end
					  ? PTE_PRESENT
					  : PTE_PRESENT | PTE_NX);
		if (status != STATUS_OK) {
			return status;
		}
	}
	for (uint32_t i = 0; i < hv.handoff.cpu_count; i++) {
		status = map_page(pool, (uint64_t)hv.cpus[i] + CPU_GUARD_OFFSET,
				  0);
		if (status != STATUS_OK) {
			return status;
		}
	}
	return status;
}

enum status host_build(struct pool *pool, unsigned physical_bits)
{
	uint64_t gib_count = UINT64_C(1) << (physical_bits - 30);
	spa_t root;

	if (!pool_take(pool, 1, &root)) {
		return STATUS_NO_MEMORY;
	}
	hv.host_root = root.value;
	for (uint64_t i = 0; i < gib_count; i++) {
		uint64_t address = i << 30;
		uint64_t *entry = entry_at(pool, address, LEVEL_GIB);

		if (entry == NULL) {
			return STATUS_NO_MEMORY;
		}
		*entry = address | PTE_PRESENT | PTE_WRITE | PTE_LARGE | PTE_NX;
	}
	return map_image(pool);
}

enum status host_map_registers(struct pool *pool, struct frames frames)
{
	enum status status = STATUS_OK;

	for (uint64_t i = 0; i < frames.count && status == STATUS_OK; i++) {
		status = map_page(pool, (frames.first + i) << PAGE_SHIFT,
				  PTE_PRESENT | PTE_WRITE | PTE_NX |
					  PTE_UNCACHED);
	}
	return status;
}

void host_gates_init(void)
{
	for (unsigned i = 0; i < HOST_GATES; i++) {
		uint64_t handler =
			(uint64_t)host_gate_code + i * HOST_GATE_CODE_BYTES;

		if (i == VECTOR_NMI) {
			handler = (uint64_t)host_nmi_gate;
		} else if (i == VECTOR_DB) {
			handler = (uint64_t)host_db_gate;
		} else if (i == VECTOR_GP) {
			handler = (uint64_t)host_gp_gate;
		}
		host_idt[i] = (struct gate){
			.offset_low = (uint16_t)handler,
			.selector = HOST_CODE_SELECTOR,
			.attributes = GATE_INTERRUPT,
			.offset_middle = (uint16_t)(handler >> 16),
			.offset_high = (uint32_t)(handler >> 32),
		};
	}
	host_gdtr = (struct table_register){sizeof(host_gdt) - 1,
					    (uint64_t)host_gdt};
	host_idtr = (struct table_register){sizeof(host_idt) - 1,
					    (uint64_t)host_idt};
}
