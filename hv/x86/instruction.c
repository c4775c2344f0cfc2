/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions and exceptions that VTL0 may not have to itself.
 */
#include "hv/core/handlers.h"
#include "hv/core/machine.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/opcode.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"

/* Whether the instruction at RIP is INVD; its bytes alone are sure. */
static bool is_invd(struct cpu *cpu)
{
	uint8_t bytes[INSN_BYTES_MAX];
	struct vendor_fetch fetch;
	unsigned count;

	vendor_fetch(cpu, &fetch);
	lock_take(&hv.protect_lock, cpu);
	count = walk_copy(&fetch.root, fetch.linear, bytes, sizeof(bytes));
	lock_release(&hv.protect_lock);
	for (unsigned i = 0; i + 1 < count; i++) {
		if (bytes[i] == OPCODE_ESCAPE) {
			return bytes[i + 1] == OPCODE_ESCAPED_INVD;
		}
	}
	return false;
}

/*
 * INVD would throw away the hypervisor's writes: write them back instead.
 * WBINVD comes here as well and does what it always does.
 */
struct answer instruction_cache_discard(struct cpu *cpu, struct exit *exit)
{
	cache_write_back();
	if (is_invd(cpu)) {
		cpu_event(cpu, exit, EVENT_CACHE_DISCARD, exit->rip, 0);
	}
	return answer_skip();
}

/*
 * #DB and #AC are only intercepted because their delivery can raise them
 * again without end inside one instruction, where no kick would be seen
 * (CVE-2015-8104, CVE-2015-5307). Through here each round is an exit.
 */
struct answer instruction_exception(struct cpu *cpu, struct exit *exit)
{
	if (exit->delivering) {
		cpu_event(cpu, exit, EVENT_EXCEPTION_LOOP, exit->vector, 0);
	}
	if (exit->has_error) {
		return answer_inject_error(exit->vector, exit->error);
	}
	return answer_inject(exit->vector);
}

/* As on a processor whose firmware has virtualization off. */
struct answer instruction_virtualization(struct cpu *cpu, struct exit *exit)
{
	cpu_event(cpu, exit, EVENT_VIRT_DENIED, exit->code, 0);
	return answer_inject(VECTOR_UD);
}

struct answer instruction_unknown(struct cpu *cpu, struct exit *exit)
{
	(void)cpu;
	(void)exit;
	machine_panic(__FILE__, __LINE__, "an exit that nothing asks for");
}
