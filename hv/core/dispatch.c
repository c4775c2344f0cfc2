/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of exits: every kind has one owner. Called by hv/x86 on each exit.
 */
#include <assert.h>

#include "hv/core/cpu.h"
#include "hv/core/handlers.h"

typedef struct answer (*handler_t)(struct cpu *cpu, struct exit *exit);

static const handler_t handlers[EXIT_KIND_COUNT] = {
	[EXIT_NESTED_FAULT] = memory_fault,
	[EXIT_APIC] = memory_apic,
	[EXIT_MSR_READ] = msr_read_exit,
	[EXIT_MSR_WRITE] = msr_write_exit,
	[EXIT_PORT] = port_access,
	[EXIT_CACHE_DISCARD] = instruction_cache_discard,
	[EXIT_EXCEPTION] = instruction_exception,
	[EXIT_VIRT_INSTRUCTION] = instruction_virtualization,
	[EXIT_CALL] = call_answer,
	[EXIT_NMI] = interrupt_pending,
	[EXIT_NMI_RETURN] = interrupt_nmi_return,
	[EXIT_STEP] = interrupt_step,
	[EXIT_SMI] = interrupt_pending,
	[EXIT_INIT] = interrupt_init,
	[EXIT_SHUTDOWN] = interrupt_shutdown,
	[EXIT_UNKNOWN] = instruction_unknown,
};

/* The index is masked, not only checked: no speculation runs past the end. */
static_assert((EXIT_KIND_COUNT & (EXIT_KIND_COUNT - 1)) == 0, "a power of two");

static const char *const names[EXIT_KIND_COUNT] = {
#define EXIT_NAME(kind, name) [EXIT_##kind] = (name),
	EXIT_LIST(EXIT_NAME)
#undef EXIT_NAME
};

struct answer dispatch_exit(struct cpu *cpu, struct exit *exit)
{
	unsigned kind = exit->kind & (EXIT_KIND_COUNT - 1);

	cpu->exits[kind]++;
	return handlers[kind](cpu, exit);
}

const char *dispatch_name(enum exit_kind kind)
{
	return kind < EXIT_KIND_COUNT ? names[kind] : "?";
}
