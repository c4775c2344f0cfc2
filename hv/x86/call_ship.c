/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMMCALL of VTL0 in the shipped image: no calls exist. */
#include "hv/core/cpu.h"
#include "hv/core/handlers.h"
#include "hv/x86/registers.h"

/* As on a processor whose firmware has virtualization off. */
struct answer call_answer(struct cpu *cpu, struct exit *exit)
{
	cpu_event(cpu, exit, EVENT_VIRT_DENIED, exit->code, 0);
	return answer_inject(VECTOR_UD);
}
