/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One exit, from the entry code back to the entry code.
 */
#include "hv/core/exit.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/memory.h"
#include "hv/x86/report.h"
#include "hv/x86/request.h"
#include "hv/x86/vendor.h"
#include "hv/x86/vtl.h"

void exit_handle(struct cpu *cpu);

static void handle(struct cpu *cpu)
{
	struct exit exit;
	struct answer answer;

	vendor_decode(cpu, &exit);
	if (exit.kind == EXIT_NESTED_FAULT && memory_is_apic(exit.address)) {
		exit.kind = EXIT_APIC;
	}
	answer = dispatch_exit(cpu, &exit);
	vendor_apply(cpu, &exit, answer);
}

void exit_handle(struct cpu *cpu)
{
	if (!vtl_cross(cpu)) {
		handle(cpu);
	}
	request_serve(cpu);
	request_deliver_nmi(cpu);
	if (cpu->vtl != 0) {
		vtl_hurry(cpu);
	}
	report_events(cpu);
}

void cpu_event(struct cpu *cpu, const struct exit *exit, uint32_t kind,
	       uint64_t a, uint64_t b)
{
	event_put(&cpu->events,
		  (struct event){.time = time_stamp(),
				 .kind = kind,
				 .cpu = cpu->index,
				 .a = a,
				 .b = b,
				 .rip = exit == NULL ? 0 : exit->rip});
}
