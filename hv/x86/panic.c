/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of the hypervisor by its own bug: holds all CPUs, prints everything
 * known, wipes VTL1's memory and stands still. Never reached by an act of
 * VTL0's.
 */
#include "hv/core/machine.h"
#include "hv/x86/console.h"
#include "hv/x86/door.h"
#include "hv/x86/gates.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/layout.h"
#include "hv/x86/request.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"

#define LAST_EVENTS 16u

_Noreturn void host_fault(const struct host_frame *frame);

static void print_events(const struct cpu *cpu)
{
	uint64_t newest = cpu->events.written;

	for (uint64_t back = 0; back < LAST_EVENTS && back < newest; back++) {
		const struct event *event =
			&cpu->events.ring[(newest - back) % EVENT_RING_SIZE];

		console_print("  event %u %s a=%x b=%x rip=%x\n", event->number,
			      event_name(event->kind), event->a, event->b,
			      event->rip);
	}
}

static void print_exits(const struct cpu *cpu)
{
	for (unsigned kind = 0; kind < EXIT_KIND_COUNT; kind++) {
		if (cpu->exits[kind] != 0) {
			console_print("  exits %s %u\n", dispatch_name(kind),
				      cpu->exits[kind]);
		}
	}
}

static void print_cpu(const struct cpu *cpu)
{
	console_print(" cpu %u apic %u waiting %u request %x\n",
		      (uint64_t)cpu->index, (uint64_t)cpu->apic_id,
		      (uint64_t)cpu->waiting,
		      (uint64_t)atomic_load(&cpu->request));
	/* VTL1's may be a secret, and who reads the serial port is unknown. */
	for (unsigned i = 0; cpu->vtl == 0 && i < GPR_COUNT; i++) {
		console_print(" r%u=%x%s", (uint64_t)i, cpu->gpr[i],
			      i % 4 == 3 ? "\n" : "");
	}
	vendor_print(cpu);
	print_events(cpu);
	print_exits(cpu);
}

_Noreturn void machine_panic(const char *file, int line, const char *what)
{
	console_print("\nopenvbs: the hypervisor has stopped: %s (%s:%u)\n",
		      what, file, (uint64_t)line);
	if (on_own_stack()) {
		struct cpu *cpu = cpu_current();

		cpu_event(cpu, NULL, EVENT_PANIC, (uint64_t)line, 0);
		request_stop_others(cpu);
		print_cpu(cpu);
		door_wipe();
	}
	console_print("openvbs: all CPUs stand still; reset the machine\n");
	for (;;) {
		__asm__ volatile("cli; hlt");
	}
}

_Noreturn void host_fault(const struct host_frame *frame)
{
	console_print("\nopenvbs: exception %u cr2=%x cr3=%x\n", frame->vector,
		      cr2_read(), cr3_read());
	for (unsigned i = 0; i < sizeof(frame->words) / sizeof(uint64_t); i++) {
		console_print(" %x", frame->words[i]);
	}
	machine_panic(__FILE__, __LINE__, "exception in the hypervisor");
}
