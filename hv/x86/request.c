/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages between CPUs. The request word is the truth, an NMI only a hint:
 * a sender sets its bit and then sends at most one NMI at a time; a target
 * clears `kicked` when it takes the NMI and reads the word after that.
 */
#include "hv/x86/request.h"

#include "hv/core/iommu.h"
#include "hv/core/machine.h"
#include "hv/core/startup.h"
#include "hv/x86/apic.h"
#include "hv/x86/door.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/layout.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"

/* Turns of a wait loop before an NMI is taken for lost and sent again. */
#define SPINS_BEFORE_KICK (1u << 24)
/*
 * How long a dying machine waits for another CPU to stand still, and how often
 * it asks. One that is held in an NMI of VTL0's does not hear.
 */
#define SPINS_BEFORE_DEATH (1u << 24)
#define SPINS_BEFORE_AGAIN (1u << 20)

void request_kick(struct cpu *target)
{
	if (!atomic_exchange(&target->kicked, true)) {
		apic_send_nmi(target->apic_id);
	}
}

static _Noreturn void stand_still(struct cpu *cpu)
{
	atomic_store(&cpu->online, false);
	for (;;) {
		__asm__ volatile("hlt");
	}
}

static void go_waiting(struct cpu *cpu)
{
	cpu->waiting = true;
	cpu->nmi_blocked = false;
	cpu->nmi_latched = false;
	cpu->nmi_stepping = false;
	apic_reset(cpu);
	vendor_wait(cpu);
}

static void go_running(struct cpu *cpu, uint8_t vector)
{
	cpu->waiting = false;
	vendor_start(cpu, vector);
}

void request_serve(struct cpu *cpu)
{
	uint32_t request;

	if (atomic_load(&cpu->request) == 0) {
		return;
	}
	if (cpu->vtl != 0) {
		request_serve_flush(cpu); /* INIT is for VTL0, in its time */
		return;
	}
	request = atomic_exchange(&cpu->request, 0);
	if (request & REQUEST_STOP) {
		stand_still(cpu);
	}
	if (request & REQUEST_FLUSH) {
		vendor_flush(cpu);
	}
	switch (startup_step(request, cpu->waiting)) {
	case STARTUP_WAIT:
		go_waiting(cpu);
		break;
	case STARTUP_RUN:
		go_running(cpu, request & REQUEST_VECTOR);
		break;
	case STARTUP_WAIT_AND_RUN:
		go_waiting(cpu);
		go_running(cpu, request & REQUEST_VECTOR);
		break;
	case STARTUP_NOTHING:
		break;
	}
}

void request_serve_flush(struct cpu *cpu)
{
	uint32_t old;

	if (cpu == NULL) {
		return;
	}
	old = atomic_fetch_and(&cpu->request, ~REQUEST_FLUSH);
	if (old & REQUEST_FLUSH) {
		vendor_flush(cpu);
	}
	if (old & REQUEST_STOP) {
		stand_still(cpu);
	}
}

/* Waits until the target has taken `bit` out of its request word. */
static void wait_taken(struct cpu *self, struct cpu *target, uint32_t bit)
{
	uint32_t spins = 0;

	while (atomic_load(&target->request) & bit) {
		request_serve_flush(self);
		cpu_relax();
		spins++;
		if (spins == SPINS_BEFORE_KICK) {
			spins = 0;
			apic_send_nmi(target->apic_id);
		}
	}
}

/* The one invalidation hook of hv/core. Every view is flushed together. */
void machine_invalidate(enum view view)
{
	struct cpu *self;

	if (!on_own_stack()) {
		return; /* preparing: nobody runs in a view yet */
	}
	self = cpu_current();
	vendor_flush(self);
	for (uint32_t i = 0; i < hv.handoff.cpu_count; i++) {
		struct cpu *target = hv.cpus[i];

		if (target == self || !atomic_load(&target->online)) {
			continue;
		}
		atomic_fetch_or(&target->request, REQUEST_FLUSH);
		request_kick(target);
		wait_taken(self, target, REQUEST_FLUSH);
	}
	if (view == VIEW_VTL0) {
		iommu_invalidate(); /* devices use VTL0's view */
	}
}

void request_stop_others(struct cpu *self)
{
	if (atomic_exchange(&hv.stopping, true)) {
		stand_still(self);
	}
	for (uint32_t i = 0; i < hv.handoff.cpu_count; i++) {
		struct cpu *target = hv.cpus[i];

		if (target == self || !atomic_load(&target->online)) {
			continue;
		}
		atomic_fetch_or(&target->request, REQUEST_STOP);
		for (uint32_t spins = 0;
		     spins < SPINS_BEFORE_DEATH && atomic_load(&target->online);
		     spins++) {
			if (spins % SPINS_BEFORE_AGAIN == 0) {
				apic_send_nmi(target->apic_id);
			}
			cpu_relax();
		}
	}
}

void request_take_nmi(struct cpu *cpu)
{
	uint64_t before = cpu->nmi_taken;
	uint64_t taken;

	vendor_take_pending();
	taken = cpu->nmi_taken - before;
	if (taken > 0 && atomic_exchange(&cpu->kicked, false)) {
		taken--;
	}
	/* A CPU that waits for its start-up IPI ignores NMIs. */
	if (taken > 0 && !cpu->waiting) {
		cpu->nmi_latched = true;
	}
}

void request_deliver_nmi(struct cpu *cpu)
{
	if (!cpu->nmi_latched || cpu->nmi_blocked || cpu->waiting ||
	    cpu->vtl != 0) {
		return;
	}
	if (!vendor_nmi_possible(cpu)) {
		request_kick(cpu); /* come back after this one event */
		return;
	}
	cpu->nmi_latched = false;
	cpu->nmi_blocked = true;
	vendor_nmi_inject(cpu);
}
