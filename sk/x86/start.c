/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot processor's first entry: own page tables, own segments, a context
 * for every other processor, then core's start, which is the answer to the
 * loader's call.
 */
#include "abi/vtl.h"
#include "lib/bytes.h"
#include "sk/core/entry.h"
#include "sk/x86/barrier.h"
#include "sk/x86/cpu.h"
#include "sk/x86/registers.h"
#include "sk/x86/vtl.h"
#include "sk/x86/x86.h"

extern const char sk_image_start[], sk_text_end[], sk_rodata_end[],
	sk_image_end[];

__attribute__((no_stack_protector)) enum status sk_start(
	struct vtl_frame *frame);

void *start_pages(uint64_t count)
{
	const struct vtl1_boot *boot = x86.boot;
	uint64_t end =
		(boot->memory_base + boot->memory_size_bytes) / PAGE_BYTES;
	void *pages;

	if (count > end - x86.next_frame) {
		return NULL;
	}
	pages = machine_frame((frame_t){x86.next_frame});
	x86.next_frame += count;
	bytes_zero(pages, count * PAGE_BYTES);
	return pages;
}

static void features_find(void)
{
	struct cpuid one = cpuid(CPUID_FEATURES, 0);
	struct cpuid seven = cpuid(CPUID_STRUCTURED, 0);
	struct cpuid sizes = {0};

	x86.cr4 = CR4_PAE | CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_OSXSAVE;
	if (seven.ebx & CPUID_7_EBX_SMEP) {
		x86.cr4 |= CR4_SMEP;
	}
	if (seven.ebx & CPUID_7_EBX_SMAP) {
		x86.cr4 |= CR4_SMAP;
	}
	if (seven.ecx & CPUID_7_ECX_UMIP) {
		x86.cr4 |= CR4_UMIP;
	}
	x86.has_rdseed = (seven.ebx & CPUID_7_EBX_RDSEED) != 0;
	x86.has_rdrand = (one.ecx & CPUID_1_ECX_RDRAND) != 0;
	if (cpuid(CPUID_EXTENDED_MAX, 0).eax >= CPUID_SIZES) {
		sizes = cpuid(CPUID_SIZES, 0);
	}
	barrier_flags = barrier_needed(seven.edx, sizes.ebx);
	/* Of all components that the processor has, whatever VTL0 enables. */
	x86.xsave_bytes = cpuid(CPUID_XSAVE, 0).ecx;
}

/* As unpredictable as the processor and the firmware can make it. */
static void canary_make(void)
{
	uint64_t canary = machine_time();
	uint64_t word = 0;

	if (machine_rdrand(&word)) {
		canary ^= word;
	}
	for (uint32_t i = 0;
	     i + sizeof(canary) <= x86.boot->seed_bytes && i < VTL1_SEED_BYTES;
	     i += sizeof(canary)) {
		canary = canary * UINT64_C(6364136223846793005) +
			 bytes_load64(&x86.boot->seed[i]);
	}
	for (unsigned i = 0; i < sizeof(sk_canary) / sizeof(canary); i++) {
		sk_canary[i] = canary & ~(uint64_t)UINT8_MAX;
	}
}

/* The loader's tables; the last of them guards its stack, which is ours now. */
static void loader_unmap(void)
{
	uint64_t stack = VTL1_STACK_TOP - CPU_STACK_PAGES * PAGE_BYTES;

	for (uint64_t at = VTL1_ROOT_OFFSET; at < stack; at += PAGE_BYTES) {
		paging_guard((const void *)(VTL1_VIRTUAL_BASE + at));
	}
}

/* This CPU runs on the loader's stack. */
static enum status processors_create(void)
{
	uint64_t stack_top = VTL1_VIRTUAL_BASE + VTL1_STACK_TOP;
	struct cpu *boot_cpu = cpu_create(0, &stack_top);

	if (boot_cpu == NULL) {
		return STATUS_NO_MEMORY;
	}
	cpu_adopt(boot_cpu);
	cpu_finish(boot_cpu);
	for (uint32_t i = 1; i < x86.boot->cpu_count; i++) {
		struct hv_initial_vp_context context;
		struct cpu *cpu;

		stack_top = 0;
		cpu = cpu_create(i, &stack_top);
		if (cpu == NULL) {
			return STATUS_NO_MEMORY;
		}
		cpu_context(cpu, stack_top, &context);
		hypercall_enable_vp(i, &context);
	}
	return STATUS_OK;
}

/* The canary changes in here, so that nothing may be checked behind it. */
__attribute__((no_stack_protector)) static enum status start(void)
{
	struct vtl1_boot *boot = (struct vtl1_boot *)VTL1_VIRTUAL_BASE;
	const struct image image = {.text = (uint64_t)sk_image_start,
				    .rodata = (uint64_t)sk_text_end,
				    .data = (uint64_t)sk_rodata_end};
	enum status status;

	if (boot->magic != VTL1_BOOT_MAGIC ||
	    boot->version != VTL1_BOOT_VERSION ||
	    boot->size_bytes != sizeof(*boot)) {
		return STATUS_UNSUPPORTED;
	}
	if ((cpuid(CPUID_FEATURES, 0).ecx & CPUID_1_ECX_XSAVE) == 0) {
		return STATUS_UNSUPPORTED;
	}
	x86.boot = boot;
	x86.next_frame = physical(sk_image_end) / PAGE_BYTES;
	features_find();
	canary_make();
	if (!paging_build(&image)) {
		return STATUS_NO_MEMORY;
	}
	root_load(x86.root);
	loader_unmap();
	status = processors_create();
	if (status != STATUS_OK) {
		return status;
	}
	status = entry_start(boot, x86.next_frame);
	if (cpu_this()->lent) {
		vector_end(cpu_this());
	}
	return status;
}

/* The loader's call is served once there is somebody to serve it. */
enum status sk_start(struct vtl_frame *frame)
{
	enum status status = start();

	if (status == STATUS_OK) {
		x86.started = true;
		cpu_answer(cpu_this());
		vtl_enter(frame);
	}
	return status;
}
