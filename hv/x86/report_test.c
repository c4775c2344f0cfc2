/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test image: events as JSON lines on the debug console, one object a line.
 * Called at the end of every exit.
 */
#include "hv/x86/report.h"

#include "hv/x86/console.h"
#include "hv/x86/state.h"

static void print_event(const struct event *event)
{
	console_debug("{\"event\":\"%s\",\"number\":%u,\"cpu\":%u,\"time\":%u,",
		      event_name(event->kind), event->number,
		      (uint64_t)event->cpu, event->time);
	console_debug("\"a\":\"0x%x\",\"b\":\"0x%x\",\"rip\":\"0x%x\"}\n",
		      event->a, event->b, event->rip);
}

void report_events(struct cpu *cpu)
{
	struct event event;

	if (cpu->events_printed == cpu->events.written) {
		return;
	}
	lock_take(&hv.console_lock, cpu);
	while (event_take(&cpu->events, &cpu->events_printed, &event)) {
		print_event(&event);
	}
	lock_release(&hv.console_lock);
}
