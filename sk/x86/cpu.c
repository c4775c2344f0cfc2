/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processors: descriptor tables, stacks, the context each begins with. Called
 * by start.c on the boot CPU, and once by each CPU for what only it can do.
 */
#include "sk/x86/cpu.h"

#include "abi/vtl.h"
#include "lib/bytes.h"
#include "sk/x86/registers.h"
#include "sk/x86/x86.h"

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t stack; /* interrupt stack table */
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved_zero;
};

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

static struct gate idt[VECTORS];

static void gates_init(void)
{
	for (unsigned vector = 0; vector < VECTORS; vector++) {
		uint64_t address = sk_gates[vector];
		bool own_stack = vector == VECTOR_DF || vector == VECTOR_MC;

		idt[vector] = (struct gate){
			.offset_low = (uint16_t)address,
			.selector = KERNEL_CODE,
			.stack = own_stack ? 1 : 0,
			.type = GATE_INTERRUPT,
			.offset_middle = (uint16_t)(address >> 16),
			.offset_high = (uint32_t)(address >> 32),
		};
	}
}

static void gdt_init(struct cpu *cpu)
{
	uint64_t base = (uint64_t)&cpu->tss;
	uint64_t limit = sizeof(cpu->tss) - 1;

	cpu->gdt[1] = SEGMENT_KERNEL_CODE;
	cpu->gdt[2] = SEGMENT_KERNEL_DATA;
	cpu->gdt[3] = SEGMENT_USER_DATA;
	cpu->gdt[4] = SEGMENT_USER_CODE;
	cpu->gdt[5] = limit | field_put(0, MASK64(39, 16), base) |
		      (uint64_t)SEGMENT_TSS_BUSY << 40 |
		      field_put(0, MASK64(63, 56), base >> 24);
	cpu->gdt[6] = base >> 32;
}

/* Pages with a guard below; returns the address behind them. */
static uint64_t stack_make(uint64_t pages)
{
	uint8_t *stack = start_pages(pages + 1);

	if (stack == NULL) {
		return 0;
	}
	paging_guard(stack);
	return (uint64_t)stack + (pages + 1) * PAGE_BYTES;
}

struct cpu *cpu_create(uint64_t index, uint64_t *stack_top)
{
	uint64_t vector_pages = (x86.xsave_bytes + PAGE_BYTES - 1) / PAGE_BYTES;
	struct cpu *cpu = start_pages(1);
	uint64_t fault_stack = stack_make(CPU_FAULT_PAGES);

	if (*stack_top == 0) {
		*stack_top = stack_make(CPU_STACK_PAGES);
	}
	if (cpu == NULL || fault_stack == 0 || *stack_top == 0) {
		return NULL;
	}
	cpu->self = cpu;
	cpu->index = index;
	cpu->assist = start_pages(1);
	cpu->page_in = start_pages(1);
	cpu->page_out = start_pages(1);
	cpu->vtl0_vector = start_pages(vector_pages);
	if (cpu->assist == NULL || cpu->page_in == NULL ||
	    cpu->page_out == NULL || cpu->vtl0_vector == NULL) {
		return NULL;
	}
	cpu->tss.ist[0] = fault_stack;
	cpu->tss.map_offset = sizeof(cpu->tss);
	gdt_init(cpu);
	if (index == 0) {
		gates_init();
	}
	return cpu;
}

void cpu_context(struct cpu *cpu, uint64_t stack_top,
		 struct hv_initial_vp_context *context)
{
	*context = (struct hv_initial_vp_context){
		.rip = (uint64_t)sk_next_entry,
		.rsp = stack_top,
		.rflags = RFLAGS_ONE,
		.cs = {.selector = KERNEL_CODE,
		       .limit = SEGMENT_LIMIT_FLAT,
		       .attributes = SEGMENT_CODE_ATTRIBUTES},
		.ss = {.selector = KERNEL_DATA,
		       .limit = SEGMENT_LIMIT_FLAT,
		       .attributes = SEGMENT_DATA_ATTRIBUTES},
		.tr = {.selector = TSS_SELECTOR,
		       .base = (uint64_t)&cpu->tss,
		       .limit = sizeof(cpu->tss) - 1,
		       .attributes = SEGMENT_TSS_BUSY},
		.gdtr = {.limit = sizeof(cpu->gdt) - 1,
			 .base = (uint64_t)cpu->gdt},
		.idtr = {.limit = sizeof(idt) - 1, .base = (uint64_t)idt},
		.efer = EFER_VTL1,
		.cr0 = CR0_VTL1,
		.cr3 = x86.root,
		.cr4 = x86.cr4,
		.pat = PAT_VTL1,
	};
	context->fs.base = (uint64_t)sk_canary;
	context->gs.base = (uint64_t)cpu;
}

/*
 * Selectors and tables by hand, where cpu_context() had them by the switch.
 * Those of data are null: IRET to ring 3 would null others, and whether a base
 * survives that is the processor's choice.
 */
void cpu_adopt(struct cpu *cpu)
{
	struct table_register gdtr = {sizeof(cpu->gdt) - 1, (uint64_t)cpu->gdt};
	struct table_register idtr = {sizeof(idt) - 1, (uint64_t)idt};
	uint64_t *tss = &cpu->gdt[TSS_SELECTOR / sizeof(uint64_t)];

	*tss &= ~(UINT64_C(2) << 40); /* LTR wants it available */
	__asm__ volatile("mov %0, %%cr4" : : "r"(x86.cr4));
	__asm__ volatile("lgdt %0; lidt %1" : : "m"(gdtr), "m"(idtr));
	__asm__ volatile("push %0; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:"
			 :
			 : "i"((uint64_t)KERNEL_CODE)
			 : "rax", "memory");
	__asm__ volatile("mov %0, %%ss" : : "r"(KERNEL_DATA));
	__asm__ volatile("mov %0, %%ds; mov %0, %%es;"
			 "mov %0, %%fs; mov %0, %%gs"
			 :
			 : "r"(0));
	__asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR));
	msr_write(MSR_FS_BASE, (uint64_t)sk_canary);
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
}

void cpu_finish(struct cpu *cpu)
{
	cpu->ready = true;
	msr_write(MSR_KERNEL_GS_BASE, 0); /* ring 3's */
	msr_write(MSR_STAR, (uint64_t)KERNEL_CODE << 32);
	msr_write(MSR_LSTAR, (uint64_t)sk_syscall_entry);
	msr_write(MSR_CSTAR, (uint64_t)sk_syscall_entry);
	msr_write(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL |
				      RFLAGS_NT | RFLAGS_AC);
	hypercall_set_register(0, HV_REGISTER_VSM_VINA,
			       VECTOR_VINA | HV_VINA_ENABLED);
}

void cpu_answer(struct cpu *cpu)
{
	hypercall_set_register(0, HV_REGISTER_VP_ASSIST_PAGE,
			       physical(cpu->assist) |
				       HV_VP_ASSIST_PAGE_ENABLE);
}
