/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guard of the local APIC's page. Called by the nested-fault handler for
 * VTL0's stores, and by whoever sends a kick. Invariant: no INIT and no
 * start-up IPI of VTL0 ever reaches the hardware; emulators reset the target
 * out of guest mode by it, and hardware would need redirection.
 */
#include "hv/x86/apic.h"

#include "hv/core/startup.h"
#include "hv/x86/door.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/request.h"
#include "hv/x86/state.h"
#include "lib/field.h"

static uint32_t read_register(uint32_t offset)
{
	return *(volatile uint32_t *)(hv.apic_page + offset);
}

static void write_register(uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(hv.apic_page + offset) = value;
}

static void wait_idle(void)
{
	while (read_register(APIC_ICR_LOW) & ICR_PENDING) {
		cpu_relax();
	}
}

void apic_send_nmi(uint32_t apic_id)
{
	uint32_t high;

	wait_idle();
	high = read_register(APIC_ICR_HIGH);
	write_register(APIC_ICR_HIGH, apic_id << APIC_ID_SHIFT);
	write_register(
		APIC_ICR_LOW,
		(uint32_t)(ICR_ASSERT | field_put(0, ICR_MODE, ICR_MODE_NMI)));
	wait_idle();
	write_register(APIC_ICR_HIGH, high);
}

void apic_adopt(struct cpu *cpu)
{
	atomic_store(&cpu->apic_ldr, read_register(APIC_LDR));
	atomic_store(&cpu->apic_dfr, read_register(APIC_DFR));
}

static void clear_in_service(void)
{
	for (uint32_t vector = 0; vector < APIC_VECTORS;
	     vector += APIC_VECTORS_PER_WORD) {
		uint32_t offset = APIC_ISR + vector / APIC_VECTORS_PER_WORD *
						     APIC_REGISTER_STRIDE;

		for (uint32_t n = 0; n < APIC_VECTORS_PER_WORD; n++) {
			if (read_register(offset) == 0) {
				break;
			}
			write_register(APIC_EOI, 0);
		}
	}
}

void apic_reset(struct cpu *cpu)
{
	for (uint32_t lvt = APIC_LVT_TIMER; lvt <= APIC_LVT_LAST;
	     lvt += APIC_REGISTER_STRIDE) {
		write_register(lvt, APIC_LVT_RESET);
	}
	write_register(APIC_TIMER_COUNT, 0);
	write_register(APIC_TIMER_DIVIDE, 0);
	clear_in_service();
	write_register(APIC_TPR, 0);
	write_register(APIC_LDR, 0);
	write_register(APIC_DFR, APIC_DFR_FLAT);
	write_register(APIC_ESR, 0);
	write_register(APIC_ICR_HIGH, 0);
	write_register(APIC_SVR, APIC_SVR_RESET);
	apic_adopt(cpu);
}

static bool logical_match(const struct cpu *target, uint32_t destination)
{
	uint32_t ldr = atomic_load(&target->apic_ldr) >> APIC_ID_SHIFT;
	uint32_t model = atomic_load(&target->apic_dfr) & APIC_DFR_MODEL;

	if (destination == APIC_DESTINATION_ALL) {
		return true;
	}
	if (model == APIC_DFR_MODEL) {
		return (ldr & destination) != 0;
	}
	return (ldr & ~APIC_CLUSTER_LOW) == (destination & ~APIC_CLUSTER_LOW) &&
	       (ldr & destination & APIC_CLUSTER_LOW) != 0;
}

/* Whether an IPI with this command, sent by `self`, is meant for `target`. */
static bool is_target(const struct cpu *self, const struct cpu *target,
		      uint32_t command, uint32_t destination)
{
	switch (field_get(command, ICR_SHORTHAND)) {
	case ICR_TO_SELF:
		return target == self;
	case ICR_TO_ALL:
		return true;
	case ICR_TO_OTHERS:
		return target != self;
	default:
		break;
	}
	if (command & ICR_LOGICAL) {
		return logical_match(target, destination);
	}
	return destination == APIC_DESTINATION_ALL ||
	       destination == target->apic_id;
}

static void post_init(struct cpu *self, const struct exit *exit,
		      struct cpu *target)
{
	cpu_event(self, exit, EVENT_CPU_INIT, target->apic_id, 0);
	if (target->boot_cpu) {
		/* It would start over in firmware: a reset of the machine. */
		door_reset(self, exit, DOOR_INIT, target->apic_id);
	}
	startup_post_init(&target->request);
	if (target != self) {
		request_kick(target);
	}
}

static void post_start(struct cpu *self, const struct exit *exit,
		       struct cpu *target, uint8_t vector)
{
	cpu_event(self, exit, EVENT_CPU_START, target->apic_id, vector);
	startup_post_start(&target->request, vector);
	if (target != self) {
		request_kick(target);
	}
}

/* INIT and start-up commands; everything else is the hardware's matter. */
static bool command_is_ours(uint32_t command)
{
	uint64_t mode = field_get(command, ICR_MODE);

	return mode == ICR_MODE_INIT || mode == ICR_MODE_START;
}

static void command_post(struct cpu *self, const struct exit *exit,
			 uint32_t command)
{
	uint32_t destination = read_register(APIC_ICR_HIGH) >> APIC_ID_SHIFT;
	bool init = field_get(command, ICR_MODE) == ICR_MODE_INIT;

	if (init && (command & ICR_LEVEL) && !(command & ICR_ASSERT)) {
		return; /* INIT de-assert: nothing on any current processor */
	}
	for (uint32_t i = 0; i < hv.handoff.cpu_count; i++) {
		struct cpu *target = hv.cpus[i];

		if (!is_target(self, target, command, destination)) {
			continue;
		}
		if (init) {
			post_init(self, exit, target);
		} else {
			post_start(self, exit, target,
				   (uint8_t)field_get(command, ICR_VECTOR));
		}
	}
}

void apic_store(struct cpu *cpu, const struct exit *exit, uint32_t offset,
		uint32_t value)
{
	if (offset == APIC_ID) {
		/* Where our kicks go; Linux and firmware leave it alone. */
		cpu_event(cpu, exit, EVENT_APIC_DENIED, exit->address.value,
			  value);
		return;
	}
	if (offset == APIC_ICR_LOW && command_is_ours(value)) {
		command_post(cpu, exit, value);
		return;
	}
	write_register(offset, value);
	if (offset == APIC_LDR || offset == APIC_DFR) {
		apic_adopt(cpu);
	}
}

bool ioapic_allows(struct cpu *cpu, const struct exit *exit, uint64_t value)
{
	uint64_t offset = exit->address.value - IOAPIC_BASE;
	uint32_t index;

	if (offset >= PAGE_BYTES || offset < IOAPIC_WINDOW) {
		return true; /* elsewhere, or the index */
	}
	index = *(volatile uint32_t *)(IOAPIC_BASE + IOAPIC_INDEX) &
		IOAPIC_INDEX_BITS;
	if (offset == IOAPIC_WINDOW &&
	    (index < IOAPIC_ENTRY_FIRST || index % 2 != 0 ||
	     field_get(value, ICR_MODE) != ICR_MODE_INIT)) {
		return true;
	}
	cpu_event(cpu, exit, EVENT_MSI_DENIED, exit->address.value, value);
	return false;
}
