/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes of VTL0's system registers that VTL1 watches, and of breakpoints'
 * addresses. Called by the dispatch, the MSR handler and the hypercall that
 * says what is watched; nothing is by default.
 *
 * Invariant: what is judged is what is written. Instruction, operand and
 * VTL0's state are read once; what VTL0 changes meanwhile changes nothing.
 */
#include "abi/vtl.h"
#include "hv/core/handlers.h"
#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/core/vp.h"
#include "hv/x86/control.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"
#include "hv/x86/vtl.h"
#include "lib/bytes.h"

#define LMSW_CLEARS (CR0_MP | CR0_EM | CR0_TS) /* it sets PE too */
#define CR4_NUMBER  4

#define BREAKPOINT_BYTES_MAX 8

bool vp_intercept_set(struct cpu *cpu, uint32_t name, uint64_t value)
{
	switch (name) {
	case HV_REGISTER_CR_INTERCEPT_CONTROL:
		if ((value & ~HV_CR_INTERCEPT_ALL) != 0) {
			return false;
		}
		cpu->intercept.control = value;
		break;
	case HV_REGISTER_CR_INTERCEPT_CR0_MASK:
		cpu->intercept.cr0_mask = value;
		break;
	case HV_REGISTER_CR_INTERCEPT_CR4_MASK:
		cpu->intercept.cr4_mask = value;
		break;
	default:
		return false;
	}
	vendor_intercept_arm(cpu);
	return true;
}

/* LGDT's or LIDT's operand, if VTL0 itself may read it. */
static bool table_read(struct cpu *cpu, const struct vendor_fetch *fetch,
		       uint64_t linear, union hv_register_value *value)
{
	uint8_t bytes[sizeof(uint16_t) + sizeof(uint64_t)] = {0};
	unsigned count = fetch->mode == INSN_MODE_64
				 ? sizeof(bytes)
				 : sizeof(uint16_t) + sizeof(uint32_t);
	unsigned done = 0;
	gpa_t at;

	lock_take(&hv.protect_lock, cpu);
	while (done < count &&
	       walk_translate(&fetch->root, linear + done, &at) == STATUS_OK &&
	       (protect_lookup(VIEW_VTL0, at) & ACCESS_READ) != 0) {
		uint64_t offset = at.value & (PAGE_BYTES - 1);
		const uint8_t *frame = machine_frame(spa(at.value - offset));

		bytes[done] = frame[offset];
		done++;
	}
	lock_release(&hv.protect_lock);
	value->table.limit = bytes_load16(bytes);
	value->table.base = bytes_load64(&bytes[sizeof(uint16_t)]);
	return done == count;
}

/* The instruction at RIP. False: it is another one by now. */
static bool fetch_insn(struct cpu *cpu, struct exit *exit,
		       const struct vendor_fetch *fetch,
		       struct insn_system *insn)
{
	uint8_t bytes[INSN_BYTES_MAX];
	struct insn_cursor cursor = {
		.bytes = bytes, .rip = exit->rip, .mode = fetch->mode};

	lock_take(&hv.protect_lock, cpu);
	cursor.count =
		walk_copy(&fetch->root, fetch->linear, bytes, sizeof(bytes));
	lock_release(&hv.protect_lock);
	if (insn_decode_system(cursor, cpu->gpr, insn) != STATUS_OK) {
		return false;
	}
	exit->length_bytes = insn->length_bytes;
	return true;
}

/*
 * What the instruction at RIP would make of register exit->number. False: it
 * is another one by now, or one that needs an operand that cannot be read.
 */
static bool decode(struct cpu *cpu, struct exit *exit,
		   const struct vendor_fetch *fetch,
		   union hv_register_value *value)
{
	struct insn_system insn;
	uint32_t name = exit->number;
	uint64_t cr0 = fetch->root.cr0;

	if (!fetch_insn(cpu, exit, fetch, &insn)) {
		return false;
	}
	switch (insn.kind) {
	case INSN_SYSTEM_MOV_CR:
		value->low = insn.value;
		return insn.control == (name == HV_REGISTER_CR0	  ? 0
					: name == HV_REGISTER_CR4 ? CR4_NUMBER
								  : GPR_COUNT);
	case INSN_SYSTEM_LMSW:
		value->low = (cr0 & ~LMSW_CLEARS) |
			     (insn.value & (LMSW_CLEARS | CR0_PE));
		return name == HV_REGISTER_CR0;
	case INSN_SYSTEM_CLTS:
		value->low = cr0 & ~CR0_TS;
		return name == HV_REGISTER_CR0;
	case INSN_SYSTEM_LGDT:
		return name == HV_REGISTER_GDTR &&
		       table_read(cpu, fetch, fetch->data + insn.value, value);
	case INSN_SYSTEM_LIDT:
		return name == HV_REGISTER_IDTR &&
		       table_read(cpu, fetch, fetch->data + insn.value, value);
	case INSN_SYSTEM_MOV_DR:
		break;
	}
	return false;
}

static struct answer refuse(struct cpu *cpu, const struct exit *exit)
{
	cpu_event(cpu, exit, EVENT_INSTRUCTION_DENIED, exit->number, exit->rip);
	return answer_inject_error(VECTOR_GP, 0);
}

struct answer intercept_register_exit(struct cpu *cpu, struct exit *exit)
{
	bool table = exit->number == HV_REGISTER_GDTR ||
		     exit->number == HV_REGISTER_IDTR;
	union hv_register_value value = {.both = {0}};
	struct vendor_fetch fetch;
	struct walk_root before;
	bool good;

	vendor_fetch(cpu, &fetch);
	before = fetch.root;
	if (!decode(cpu, exit, &fetch, &value)) {
		return refuse(cpu, exit);
	}
	exit->value = table ? value.table.base : value.low;
	good = table ? control_address_valid(&before, exit->value)
		     : control_write(&fetch.root, fetch.mode == INSN_MODE_64,
				     exit->number, exit->value);
	if (!good) {
		return answer_inject_error(VECTOR_GP, 0);
	}
	if (table ||
	    ((fetch.root.cr0 ^ before.cr0) & cpu->intercept.cr0_mask) != 0 ||
	    ((fetch.root.cr4 ^ before.cr4) & cpu->intercept.cr4_mask) != 0) {
		return vtl_intercept_register(cpu, exit, &value);
	}
	vendor_control_set(cpu, &fetch.root);
	return answer_skip();
}

/*
 * An emulator compares VTL0's breakpoints with what the hypervisor and an exit
 * itself access too, and leaves the exit half done: none may be on our frames,
 * which are mapped where they are. The address becomes 0: Linux expects no #GP
 * here, and lets users choose it.
 */
struct answer intercept_debug_exit(struct cpu *cpu, struct exit *exit)
{
	uint64_t first = hv.handoff.memory_base - (BREAKPOINT_BYTES_MAX - 1);
	uint64_t end = hv.handoff.memory_base + hv.handoff.memory_size_bytes;
	struct vendor_fetch fetch;
	struct insn_system insn;

	vendor_fetch(cpu, &fetch);
	if (!fetch_insn(cpu, exit, &fetch, &insn) ||
	    insn.kind != INSN_SYSTEM_MOV_DR || insn.control != exit->number) {
		return refuse(cpu, exit);
	}
	if (insn.value >= first && insn.value < end) {
		cpu_event(cpu, exit, EVENT_MEMORY_DENIED, insn.value, 0);
		insn.value = 0;
	}
	debug_address_write(exit->number, insn.value);
	return answer_skip();
}
