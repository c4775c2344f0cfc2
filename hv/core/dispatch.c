/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of exits: every kind has one owner. Called by hv/x86 on each exit.
 */
#include <assert.h>

#include "hv/core/cpu.h"
#include "hv/core/handlers.h"

typedef struct answer (*handler_t)(struct cpu *cpu, struct exit *exit);

/* The index is masked, not only checked: no speculation runs past the end. */
#define SLOTS 32u

static const handler_t handlers[SLOTS] = {
	[EXIT_NESTED_FAULT] = memory_fault,
	[EXIT_APIC] = memory_apic,
	[EXIT_MSR_READ] = msr_read_exit,
	[EXIT_MSR_WRITE] = msr_write_exit,
	[EXIT_REGISTER_WRITE] = intercept_register_exit,
	[EXIT_PORT] = port_access,
	[EXIT_CACHE_DISCARD] = instruction_cache_discard,
	[EXIT_EXCEPTION] = instruction_exception,
	[EXIT_DEBUG_WRITE] = intercept_debug_exit,
	[EXIT_VIRT_INSTRUCTION] = instruction_virtualization,
	[EXIT_CALL] = vtl_call_exit,
	[EXIT_NMI] = interrupt_pending,
	[EXIT_NMI_RETURN] = interrupt_nmi_return,
	[EXIT_STEP] = interrupt_step,
	[EXIT_SMI] = interrupt_pending,
	[EXIT_INTERRUPT] = instruction_unknown,
	[EXIT_INIT] = interrupt_init,
	[EXIT_SHUTDOWN] = interrupt_shutdown,
	[EXIT_UNKNOWN] = instruction_unknown,
};

/* The few exits of VTL1. All else is a bug of VTL1's and ends the machine. */
static handler_t vtl1_handler(enum exit_kind kind)
{
	switch (kind) {
	case EXIT_CALL:
		return vtl1_call;
	case EXIT_INTERRUPT:
		return vtl1_interrupt;
	case EXIT_NMI:
	case EXIT_SMI:
		return interrupt_pending;
	case EXIT_INIT:
		return interrupt_init;
	default:
		return vtl1_stopped;
	}
}

static_assert(EXIT_KIND_COUNT <= SLOTS && (SLOTS & (SLOTS - 1)) == 0,
	      "a slot for each kind, a power of two of them");

static const char *const names[EXIT_KIND_COUNT] = {
#define EXIT_NAME(kind, name) [EXIT_##kind] = (name),
	EXIT_LIST(EXIT_NAME)
#undef EXIT_NAME
};

struct answer dispatch_exit(struct cpu *cpu, struct exit *exit)
{
	unsigned kind = exit->kind & (SLOTS - 1);

	if (cpu->vtl != 0) {
		return vtl1_handler(exit->kind)(cpu, exit);
	}
	cpu->exits[kind]++;
	return handlers[kind](cpu, exit);
}

const char *dispatch_name(enum exit_kind kind)
{
	return kind < EXIT_KIND_COUNT ? names[kind] : "?";
}
