/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reset and power off. Called by the port, memory, APIC and exception
 * handlers. Invariant: no reset that VTL0 can cause by an intercepted act
 * happens before close_up() has run.
 */
#include "hv/x86/door.h"

#include "hv/x86/intrinsics.h"
#include "hv/x86/platform.h"
#include "hv/x86/report.h"
#include "hv/x86/request.h"
#include "hv/x86/state.h"
#include "lib/bytes.h"
#include "lib/field.h"

/* How long power may take to go. */
#define SPINS_BEFORE_RESET (1u << 24)

void door_wipe(void)
{
	bytes_zero((void *)hv.handoff.vtl1.memory_base,
		   hv.handoff.vtl1.memory_size_bytes);
	cache_write_back();
}

/* The other CPUs stand still, so that none can fetch what is being wiped. */
static void close_up(struct cpu *cpu)
{
	report_events(cpu);
	request_stop_others(cpu);
	door_wipe();
}

static _Noreturn void reset_now(void)
{
	const struct handoff_platform *platform = &hv.handoff.platform;

	if (platform->reset.space == HANDOFF_SPACE_PORT) {
		out8((uint16_t)platform->reset.address,
		     (uint8_t)platform->reset_value);
	} else if (platform->reset.space == HANDOFF_SPACE_MEMORY) {
		*(volatile uint8_t *)platform->reset.address =
			(uint8_t)platform->reset_value;
	}
	/* The two that every PC has had. */
	out8(RESET_CONTROL_PORT, RESET_CONTROL_ARM);
	out8(RESET_CONTROL_PORT, RESET_CONTROL_FULL);
	out8(KEYBOARD_COMMAND_PORT, KEYBOARD_PULSE_RESET);
	for (;;) {
		__asm__ volatile("hlt");
	}
}

void door_reset(struct cpu *cpu, const struct exit *exit, enum door door,
		uint64_t detail)
{
	cpu_event(cpu, exit, EVENT_RESET, door, detail);
	close_up(cpu);
	reset_now();
}

void door_shutdown(struct cpu *cpu, const struct exit *exit)
{
	cpu_event(cpu, exit, EVENT_SHUTDOWN, exit->rip, exit->code);
	door_reset(cpu, exit, DOOR_TRIPLE_FAULT, exit->rip);
}

/* The sleep register's own form, whatever VTL0 wrote: ACPI 6.5, 4.8.3.2. */
static void sleep_now(unsigned which)
{
	const struct handoff_platform *platform = &hv.handoff.platform;
	const struct handoff_register *control =
		&platform->sleep_control[which];
	uint64_t value =
		field_put(SLEEP_ENABLE, SLEEP_TYPE, platform->s5_type[which]);

	if (control->address == 0) {
		return;
	}
	if (control->width_bytes == 1) {
		value >>= SLEEP_BYTE_SHIFT;
	}
	if (control->space == HANDOFF_SPACE_PORT && control->width_bytes > 1) {
		out16((uint16_t)control->address, (uint16_t)value);
	} else if (control->space == HANDOFF_SPACE_PORT) {
		out8((uint16_t)control->address, (uint8_t)value);
	} else if (control->width_bytes > 1) {
		*(volatile uint16_t *)control->address = (uint16_t)value;
	} else {
		*(volatile uint8_t *)control->address = (uint8_t)value;
	}
}

void door_power_off(struct cpu *cpu, const struct exit *exit)
{
	cpu_event(cpu, exit, EVENT_POWER_OFF, exit->number, exit->value);
	close_up(cpu);
	sleep_now(0);
	sleep_now(1);
	for (uint32_t spins = 0; spins < SPINS_BEFORE_RESET; spins++) {
		cpu_relax();
	}
	reset_now();
}
