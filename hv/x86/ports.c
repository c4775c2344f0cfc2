/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intercepted ports: configuration space, sleep, and the ways to reset. Reads
 * are performed as they are, writes when their owner allows it. Invariant:
 * judged and performed under config_lock, so that no other CPU changes the
 * latch or a register in between.
 */
#include "hv/core/handlers.h"
#include "hv/core/power.h"
#include "hv/x86/config.h"
#include "hv/x86/door.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/state.h"
#include "lib/field.h"

static void perform_input(struct cpu *cpu, const struct exit *exit)
{
	uint16_t port = (uint16_t)exit->number;
	uint64_t *rax = &cpu->gpr[GPR_RAX];

	switch (exit->size_bytes) {
	case 1:
		*rax = field_put(*rax, MASK64(7, 0), in8(port));
		break;
	case 2:
		*rax = field_put(*rax, MASK64(15, 0), in16(port));
		break;
	default:
		*rax = in32(port);
		break;
	}
}

static void perform_output(const struct exit *exit)
{
	uint16_t port = (uint16_t)exit->number;

	switch (exit->size_bytes) {
	case 1:
		out8(port, (uint8_t)exit->value);
		break;
	case 2:
		out16(port, (uint16_t)exit->value);
		break;
	default:
		out32(port, (uint32_t)exit->value);
		break;
	}
}

static bool power_allows(struct cpu *cpu, const struct exit *exit)
{
	struct power_write write = {.space = HANDOFF_SPACE_PORT,
				    .string = exit->string,
				    .size_bytes = exit->size_bytes,
				    .address = exit->number,
				    .value = exit->value};
	struct power_answer answer =
		power_decide(&hv.handoff.platform, &hv.power, &write);

	switch (answer.action) {
	case POWER_RESET:
		door_reset(cpu, exit, DOOR_PORT, exit->number);
	case POWER_OFF:
		door_power_off(cpu, exit);
	case POWER_REFUSE:
		cpu_event(cpu, exit, answer.event, exit->number, exit->value);
		return false;
	case POWER_PASS:
		break;
	}
	return true;
}

struct answer port_access(struct cpu *cpu, struct exit *exit)
{
	lock_take(&hv.config_lock, cpu);
	if (exit->string) {
		cpu_event(cpu, exit, EVENT_PORT_DENIED, exit->number, 0);
	} else if (exit->input) {
		perform_input(cpu, exit);
	} else if (power_allows(cpu, exit) && config_port_allows(cpu, exit)) {
		perform_output(exit);
	}
	lock_release(&hv.config_lock);
	return answer_skip();
}
