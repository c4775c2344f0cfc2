/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test image: VMMCALL lets tests ask what no shipped image tells, and protect
 * a frame while all CPUs run. Never part of a shipped image.
 */
#include "hv/x86/call_test.h"
#include "hv/core/cpu.h"
#include "hv/core/handlers.h"
#include "hv/core/protect.h"
#include "hv/x86/console.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"

static uint64_t exits_of(uint64_t kind)
{
	uint64_t sum = 0;

	if (kind >= EXIT_KIND_COUNT) {
		return ~UINT64_C(0);
	}
	for (uint32_t i = 0; i < hv.handoff.cpu_count; i++) {
		sum += hv.cpus[i]->exits[kind];
	}
	return sum;
}

static uint64_t set_access(struct cpu *cpu, uint64_t address, uint64_t access)
{
	struct frames frames = {.first = address >> PAGE_SHIFT, .count = 1};
	enum status status;

	lock_take(&hv.protect_lock, cpu);
	status = protect_access(VIEW_VTL0, frames, (unsigned)access);
	lock_release(&hv.protect_lock);
	return status;
}

/* {"exits":{"port":12,...}}: all CPUs together, since launch. */
static uint64_t report_exits(struct cpu *cpu)
{
	lock_take(&hv.console_lock, cpu);
	console_debug("{\"exits\":{");
	for (unsigned kind = 0; kind < EXIT_KIND_COUNT; kind++) {
		console_debug("%s\"%s\":%u", kind == 0 ? "" : ",",
			      dispatch_name(kind), exits_of(kind));
	}
	console_debug("}}\n");
	lock_release(&hv.console_lock);
	return STATUS_OK;
}

static struct answer refuse(struct cpu *cpu, const struct exit *exit)
{
	cpu_event(cpu, exit, EVENT_VIRT_DENIED, exit->code, 0);
	return answer_inject(VECTOR_UD);
}

struct answer call_answer(struct cpu *cpu, struct exit *exit)
{
	uint64_t *rax = &cpu->gpr[GPR_RAX];
	uint64_t first = cpu->gpr[GPR_RBX];

	if (exit->user && *rax != CALL_TEST_REPORT) {
		return refuse(cpu, exit);
	}
	switch (*rax) {
	case CALL_TEST_BASE:
		*rax = hv.handoff.memory_base;
		break;
	case CALL_TEST_SIZE:
		*rax = hv.handoff.memory_size_bytes;
		break;
	case CALL_TEST_VTL1_BASE:
		*rax = hv.handoff.vtl1.memory_base;
		break;
	case CALL_TEST_VTL1_SIZE:
		*rax = hv.handoff.vtl1.memory_size_bytes;
		break;
	case CALL_TEST_EXITS:
		*rax = exits_of(first);
		break;
	case CALL_TEST_ACCESS:
		*rax = set_access(cpu, first, cpu->gpr[GPR_RCX]);
		break;
	case CALL_TEST_REPORT:
		*rax = report_exits(cpu);
		break;
	default:
		return refuse(cpu, exit);
	}
	return answer_skip();
}
