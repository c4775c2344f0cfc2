/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The crossings between VTL0 and VTL1. Called by the dispatch, by the memory
 * handler and once at launch. Invariant: VTL1 is entered behind its last VTL
 * return or in its first context, never where VTL0 says; general registers
 * pass through, all else is private to each VTL (abi/vtl.h).
 */
#include "hv/x86/vtl.h"

#include "abi/vtl.h"
#include "hv/core/handlers.h"
#include "hv/core/hypercall.h"
#include "hv/core/machine.h"
#include "hv/core/vp.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"
#include "lib/bytes.h"

struct cpu *vp_cpu(uint32_t index)
{
	return index < hv.handoff.cpu_count ? hv.cpus[index] : NULL;
}

void vtl_launch(struct cpu *cpu)
{
	const struct handoff_vtl1 *vtl1 = &hv.handoff.vtl1;
	const struct hv_segment data = {.selector = VTL1_DATA_SELECTOR,
					.limit = SEGMENT_FLAT,
					.attributes = SEGMENT_DATA};
	const struct hv_initial_vp_context context = {
		.rip = vtl1->entry,
		.rsp = vtl1->stack,
		.rflags = RFLAGS_ALWAYS_ONE,
		.cs = {.selector = VTL1_CODE_SELECTOR,
		       .limit = SEGMENT_FLAT,
		       .attributes = SEGMENT_CODE_64},
		.ds = data,
		.es = data,
		.fs = data,
		.gs = data,
		.ss = data,
		.tr = {.attributes = SEGMENT_TSS},
		.efer = EFER_LME | EFER_LMA | EFER_NXE | EFER_SCE,
		.cr0 = CR0_HOST,
		.cr3 = vtl1->root,
		.cr4 = CR4_PAE,
		.pat = PAT_RESET,
	};

	if (cpu->boot_cpu) {
		CHECK(vp_vtl1_create(cpu, &context));
		atomic_store(&cpu->vtl1_enabled, true);
	}
}

static struct hv_vp_assist_page *assist_page(const struct cpu *cpu)
{
	return machine_frame(cpu->assist_page);
}

static void tell_reason(struct cpu *cpu, enum hv_vtl_entry_reason reason)
{
	if (cpu->assist_page.value != 0) {
		assist_page(cpu)->vtl_control.entry_reason = reason;
	}
}

/* RAX and RCX come from the assist page, unless VTL1 wants it fast. */
static void vtl_return(struct cpu *cpu, uint64_t rax)
{
	if (rax != VTL_RETURN_FAST && cpu->assist_page.value != 0) {
		const struct hv_vp_vtl_control *control =
			&assist_page(cpu)->vtl_control;

		rax = control->return_rax;
		cpu->gpr[GPR_RCX] = control->return_rcx;
	}
	vendor_vtl_cross(cpu, rax);
}

/* The way of every crossing, kept short. */
bool vtl_cross(struct cpu *cpu)
{
	uint64_t code = cpu->gpr[GPR_RCX];
	uint64_t rax;

	if (!vendor_at_call(cpu, &rax)) {
		return false;
	}
	if (cpu->vtl != 0) {
		if (code != HVCALL_VTL_RETURN) {
			return false;
		}
		vtl_return(cpu, rax);
		return true;
	}
	if (code != HVCALL_VTL_CALL || rax != 0 ||
	    !atomic_load_explicit(&cpu->vtl1_enabled, memory_order_acquire)) {
		return false;
	}
	cpu->exits[EXIT_CALL]++;
	vendor_vtl_cross(cpu, rax);
	tell_reason(cpu, HV_VTL_ENTRY_VTL_CALL);
	return true;
}

/* A call of VTL0's that is no crossing. */
struct answer vtl_call_exit(struct cpu *cpu, struct exit *exit)
{
	if (cpu->gpr[GPR_RCX] == HVCALL_VTL_CALL) {
		cpu_event(cpu, exit, EVENT_VIRT_DENIED, exit->code, 0);
		return answer_inject(VECTOR_UD);
	}
	return call_answer(cpu, exit);
}

/* A call of VTL1's that is no return. */
struct answer vtl1_call(struct cpu *cpu, struct exit *exit)
{
	if (exit->user) {
		return answer_inject(VECTOR_UD);
	}
	lock_take(&hv.protect_lock, cpu);
	cpu->gpr[GPR_RAX] = hypercall_serve(cpu);
	lock_release(&hv.protect_lock);
	return answer_skip();
}

/* A physical interrupt: it stays pending until VTL0 runs. */
struct answer vtl1_interrupt(struct cpu *cpu, struct exit *exit)
{
	(void)exit;
	CHECK(cpu->vina_enabled); /* ring 3 of VTL1 runs only with it */
	vendor_vina(cpu, cpu->vina_vector);
	return answer_resume();
}

struct answer vtl1_stopped(struct cpu *cpu, struct exit *exit)
{
	(void)cpu;
	(void)exit;
	machine_panic(__FILE__, __LINE__, "VTL1 has failed");
}

/*
 * Sends a message whose body is filled in but for its header, with which all
 * begin. VTL1 runs next; false when it cannot be asked.
 */
static bool intercept(struct cpu *cpu, const struct exit *exit,
		      struct hv_message *message, uint8_t access)
{
	struct hv_intercept_header *header = &message->payload.memory.header;

	if (!atomic_load(&cpu->vtl1_enabled) || cpu->assist_page.value == 0) {
		return false;
	}
	vendor_intercept(cpu, header);
	header->vp_index = cpu->index;
	header->instruction_length = exit->length_bytes;
	header->access_type = access;
	assist_page(cpu)->intercept_message = *message;
	vendor_vtl_switch(cpu);
	tell_reason(cpu, HV_VTL_ENTRY_INTERCEPT);
	return true;
}

bool vtl_intercept_memory(struct cpu *cpu, const struct exit *exit)
{
	struct hv_message message = {
		.type = HV_MESSAGE_GPA_INTERCEPT,
		.payload_bytes = sizeof(struct hv_intercept_memory),
		.payload.memory.gpa = exit->address.value,
	};
	uint8_t access = exit->access & ACCESS_WRITE  ? HV_INTERCEPT_WRITE
			 : exit->access & ACCESS_READ ? HV_INTERCEPT_READ
						      : HV_INTERCEPT_EXECUTE;

	if (!intercept(cpu, exit, &message, access)) {
		return false;
	}
	cpu_event(cpu, exit, EVENT_INTERCEPT, exit->address.value,
		  exit->access);
	return true;
}

static struct answer intercept_write(struct cpu *cpu, const struct exit *exit,
				     struct hv_message *message)
{
	cpu_event(cpu, exit, EVENT_INTERCEPT, exit->number, exit->value);
	return intercept(cpu, exit, message, HV_INTERCEPT_WRITE)
		       ? answer_resume()
		       : answer_inject_error(VECTOR_GP, 0);
}

struct answer vtl_intercept_msr(struct cpu *cpu, const struct exit *exit)
{
	struct hv_message message = {
		.type = HV_MESSAGE_MSR_INTERCEPT,
		.payload_bytes = sizeof(struct hv_intercept_msr),
		.payload.msr.number = exit->number,
		.payload.msr.rdx = exit->value >> 32,
		.payload.msr.rax = (uint32_t)exit->value,
	};

	return intercept_write(cpu, exit, &message);
}

struct answer vtl_intercept_register(struct cpu *cpu, const struct exit *exit,
				     const union hv_register_value *value)
{
	struct hv_message message = {
		.type = HV_MESSAGE_REGISTER_INTERCEPT,
		.payload_bytes = sizeof(struct hv_intercept_register),
		.payload.reg.name = exit->number,
		.payload.reg.value = *value,
	};

	return intercept_write(cpu, exit, &message);
}

void vtl_hurry(struct cpu *cpu)
{
	if (cpu->vina_enabled &&
	    (cpu->nmi_latched || atomic_load(&cpu->request) != 0)) {
		vendor_vina(cpu, cpu->vina_vector);
	}
}
