/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the loader's call to VTL0 under us: what happens once, and what happens
 * on each CPU. Called by gates.S on the loader's stack and page tables.
 */
#include "hv/core/iommu.h"
#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/x86/apic.h"
#include "hv/x86/gates.h"
#include "hv/x86/host.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/layout.h"
#include "hv/x86/leaf.h"
#include "hv/x86/memory.h"
#include "hv/x86/msr.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"
#include "hv/x86/vtl.h"
#include "lib/bytes.h"

/* What hv_entry() pushes, below the return address. */
struct launch_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx;
	uint64_t rip;
};

uint64_t launch_prepare(const struct handoff *handoff);
uint64_t launch_cpu(uint64_t index, const struct launch_frame *frame);

static bool ranges_meet(const struct handoff *handoff)
{
	const struct handoff_vtl1 *vtl1 = &handoff->vtl1;

	return vtl1->memory_base <
		       handoff->memory_base + handoff->memory_size_bytes &&
	       handoff->memory_base <
		       vtl1->memory_base + vtl1->memory_size_bytes;
}

static enum status handoff_check(const struct handoff *handoff)
{
	uint64_t needed;

	if (handoff->magic != HANDOFF_MAGIC ||
	    handoff->version != HANDOFF_VERSION ||
	    handoff->size_bytes != sizeof(*handoff)) {
		return STATUS_UNSUPPORTED;
	}
	if (handoff->cpu_count == 0 || handoff->cpu_count > HANDOFF_CPUS_MAX) {
		return STATUS_INVALID;
	}
	if (handoff->vtl1.memory_size_bytes == 0 ||
	    (handoff->vtl1.memory_base | handoff->vtl1.memory_size_bytes) &
		    (HANDOFF_ALIGN_BYTES - 1) ||
	    ranges_meet(handoff)) {
		return STATUS_INVALID;
	}
	needed = handoff->image_size_bytes + HANDOFF_POOL_BYTES +
		 handoff->cpu_count * HANDOFF_PER_CPU_BYTES;
	if ((handoff->memory_base | handoff->memory_size_bytes) &
		    (HANDOFF_ALIGN_BYTES - 1) ||
	    handoff->image_size_bytes & (PAGE_BYTES - 1) ||
	    needed > handoff->memory_size_bytes) {
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

/* Divides the reserved memory; see layout.h. */
static void memory_divide(void)
{
	const struct handoff *handoff = &hv.handoff;
	uint64_t end = handoff->memory_base + handoff->memory_size_bytes;
	uint64_t cpus = end - handoff->cpu_count * HANDOFF_PER_CPU_BYTES;
	uint64_t pool = handoff->memory_base + handoff->image_size_bytes;

	pool_init(&hv.pool,
		  (struct frames){.first = pool >> PAGE_SHIFT,
				  .count = (cpus - pool) >> PAGE_SHIFT});
	for (uint32_t i = 0; i < handoff->cpu_count; i++) {
		struct cpu *cpu =
			(struct cpu *)(cpus + i * HANDOFF_PER_CPU_BYTES);

		bytes_zero(cpu, HANDOFF_PER_CPU_BYTES);
		cpu->index = i;
		cpu->apic_id = handoff->apic_id[i];
		hv.cpus[i] = cpu;
	}
}

static enum status prepare(void)
{
	unsigned bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & CPUID_PHYSICAL_BITS;
	enum status status;

	memory_divide();
	host_gates_init();
	status = host_build(&hv.pool, bits);
	if (status == STATUS_OK) {
		status = protect_init(&hv.pool, bits);
	}
	if (status == STATUS_OK) {
		status = iommu_prepare(&hv.handoff.dma, &hv.pool,
				       protect_root(VIEW_VTL0));
	}
	if (status == STATUS_OK) {
		status = memory_guard();
	}
	if (status == STATUS_OK) {
		status = vendor_prepare(&hv.pool);
	}
	return status;
}

/* Once, before any CPU. Changes nothing but the reserved memory. */
uint64_t launch_prepare(const struct handoff *handoff)
{
	enum status status = handoff_check(handoff);
	uint64_t syscfg = 0;

	if (status != STATUS_OK) {
		return status;
	}
	memcpy(&hv.handoff, handoff, sizeof(hv.handoff));
	hv.apic_page = msr_read(MSR_APIC_BASE) & APIC_BASE_ADDRESS;
	if (hv.apic_page - APIC_RANGE_BASE >= APIC_RANGE_BYTES) {
		return STATUS_UNSUPPORTED; /* its page would be unguarded */
	}
	if (msr_try_read(MSR_SYSCFG, &syscfg) &&
	    (syscfg & SYSCFG_MEMORY_ENCRYPTION) != 0) {
		return STATUS_UNSUPPORTED; /* every frame has a second name */
	}
	return prepare();
}

/* VTL0 goes on as the function's return would. */
static void registers_adopt(struct cpu *cpu, const struct launch_frame *frame)
{
	cpu->gpr[GPR_RAX] = STATUS_OK;
	cpu->gpr[GPR_RBX] = frame->rbx;
	cpu->gpr[GPR_RBP] = frame->rbp;
	cpu->gpr[GPR_R12] = frame->r12;
	cpu->gpr[GPR_R13] = frame->r13;
	cpu->gpr[GPR_R14] = frame->r14;
	cpu->gpr[GPR_R15] = frame->r15;
}

/* The first processor that gets here shuts devices out for all. */
static enum status devices_shut_out(void)
{
	enum status status;

	lock_take(&hv.protect_lock, NULL);
	status = iommu_start();
	lock_release(&hv.protect_lock);
	return status;
}

/* On each CPU. Comes back with a reason, or not at all. */
uint64_t launch_cpu(uint64_t index, const struct launch_frame *frame)
{
	uint64_t apic_base = msr_read(MSR_APIC_BASE);
	enum status status = vendor_check();
	struct cpu *cpu;

	if (status != STATUS_OK) {
		return status;
	}
	if (index >= hv.handoff.cpu_count ||
	    hv.apic_page != (apic_base & APIC_BASE_ADDRESS)) {
		return STATUS_INVALID;
	}
	status = devices_shut_out();
	if (status != STATUS_OK) {
		return status;
	}
	cpu = hv.cpus[index];
	cpu->boot_cpu = (apic_base & APIC_BASE_BSP) != 0;
	apic_adopt(cpu);
	registers_adopt(cpu, frame);
	vendor_launch(cpu, frame->rip, (uint64_t)(frame + 1));
	vtl_launch(cpu);
	atomic_store(&cpu->online, true);
	cpu_event(cpu, NULL, EVENT_LAUNCH, cpu->apic_id, 0);
	host_enter(cpu);
}
