// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Brings up a processor that Linux does not use, behind its back; see
 * rogue.h. Called by loops.c.
 */
#include "rogue.h"

#include "attack.h"

#include <asm/desc.h>
#include <asm/processor-flags.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/percpu.h>
#include <linux/string.h>

#define APIC_PAGE     0xfee00000ull
#define ICR_LOW	      0x300
#define ICR_HIGH      0x310
#define ICR_INIT      0x4500u
#define ICR_START     0x4600u
#define APIC_ID_SHIFT 24
#define ENTRY_FLAGS   0x63ull
#define ENTRY_LARGE   0x80ull
#define ENTRY_ADDRESS 0x000ffffffffff000ull
#define GDT_CODE32    0x00cf9b000000ffffull
#define GDT_DATA      0x00cf93000000ffffull
#define GDT_CODE64    0x00af9b000000ffffull
#define GDT_TSS	      0x0000890000000067ull
#define TABLES	      4
#define STACK_BYTES   PAGE_SIZE
#define VECTOR_DB     1
#define IST_DEBUG     1

static u8 *pages; /* tables, stack, #DB stack, interrupt table */
static struct x86_hw_tss tss __aligned(16);

static void *page_at(unsigned int index)
{
	return pages + index * PAGE_SIZE;
}

static void *stack_top(unsigned int index)
{
	return page_at(index) + STACK_BYTES;
}

u64 rogue_debug_stack(void)
{
	return (u64)stack_top(TABLES + 1);
}

/* The kernel's half, and the lowest 2 MiB where they are. */
static u64 tables_make(void)
{
	unsigned long cr4 = __read_cr4();
	unsigned int levels = cr4 & X86_CR4_LA57 ? 5 : 4;
	u64 *root = page_at(0);
	unsigned int i;

	memcpy(root, phys_to_virt(__read_cr3() & ENTRY_ADDRESS), PAGE_SIZE);
	for (i = 0; i + 2 < levels; i++) {
		*(u64 *)page_at(i) = virt_to_phys(page_at(i + 1)) | ENTRY_FLAGS;
	}
	*(u64 *)page_at(levels - 2) = ENTRY_FLAGS | ENTRY_LARGE;
	return virt_to_phys(root);
}

static void descriptors_make(u8 *low)
{
	u64 *gdt = (u64 *)(low + ROGUE_GDT);
	u64 base = (u64)&tss;

	gdt[ROGUE_CODE32 / 8] = GDT_CODE32;
	gdt[ROGUE_DATA / 8] = GDT_DATA;
	gdt[ROGUE_CODE64 / 8] = GDT_CODE64;
	gdt[ROGUE_TSS / 8] =
		GDT_TSS | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
	gdt[ROGUE_TSS / 8 + 1] = base >> 32;
	*(u16 *)(low + ROGUE_GDTR) = ROGUE_TSS + 15;
	*(u32 *)(low + ROGUE_GDTR + 2) = ROGUE_PAGE + ROGUE_GDT;
	tss.ist[IST_DEBUG - 1] = rogue_debug_stack();
}

static void gate_make(void)
{
	gate_desc *gates = page_at(TABLES + 2);
	u64 handler = (u64)rogue_debug;

	gates[VECTOR_DB] = (gate_desc){
		.offset_low = (u16)handler,
		.segment = ROGUE_CODE64,
		.bits = {.ist = IST_DEBUG, .type = GATE_INTERRUPT, .p = 1},
		.offset_middle = (u16)(handler >> 16),
		.offset_high = (u32)(handler >> 32),
	};
}

/* The rogue's first steps with a stack. */
static void (*rogue_entry)(void);

static void rogue_begin(void)
{
	struct desc_ptr idt = {.size = PAGE_SIZE - 1,
			       .address = (unsigned long)page_at(TABLES + 2)};

	asm volatile("lidt %0; ltr %w1" : : "m"(idt), "r"(ROGUE_TSS));
	rogue_entry();
	for (;;) {
		asm volatile("hlt");
	}
}

static void page_fill(u8 *low, unsigned int cpu)
{
	memset(low, 0, PAGE_SIZE);
	memcpy(low, rogue_start, rogue_end - rogue_start);
	*(u64 *)(low + ROGUE_CR4) =
		__read_cr4() & ~(X86_CR4_PCIDE | X86_CR4_CET);
	*(u64 *)(low + ROGUE_CR3) = tables_make();
	*(u64 *)(low + ROGUE_EFER) = EFER_SCE | EFER_LME | EFER_NX;
	*(u64 *)(low + ROGUE_CR0) = read_cr0();
	*(u64 *)(low + ROGUE_STACK) = (u64)stack_top(TABLES);
	*(u64 *)(low + ROGUE_ENTRY) = (u64)rogue_begin;
	*(u64 *)(low + ROGUE_GS_BASE) = per_cpu_offset(cpu);
	descriptors_make(low);
	gate_make();
}

static void send(u32 apic_id, u32 command)
{
	void __iomem *apic = ioremap(APIC_PAGE, PAGE_SIZE);

	if (apic != NULL) {
		writel(apic_id << APIC_ID_SHIFT, apic + ICR_HIGH);
		writel(command, apic + ICR_LOW);
		iounmap(apic);
	}
}

int rogue_run(unsigned int cpu, void (*entry)(void))
{
	u8 *low = phys_to_virt(ROGUE_PAGE);

	/* Its tables must lie below 4 GiB; they stay for the rogue's life. */
	if (pages == NULL) {
		pages = (u8 *)__get_free_pages(
			GFP_KERNEL | GFP_DMA32 | __GFP_ZERO, 3);
	}
	if (pages == NULL || cpu_online(cpu)) {
		return -EBUSY;
	}
	rogue_entry = entry;
	page_fill(low, cpu);
	send(cpu_data(cpu).initial_apicid, ICR_INIT);
	msleep(20);
	send(cpu_data(cpu).initial_apicid, ICR_START | ROGUE_VECTOR);
	return 0;
}
