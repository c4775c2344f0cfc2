/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exits in, answers out: the only place that knows exit codes and
 * EVENTINJ. Called by hv/x86/exit.c around the dispatch. Invariant: an event
 * whose delivery the exit cut short is delivered again, or replaced as the
 * manual's double-fault rules say, never forgotten.
 */
#include "hv/core/exit.h"

#include "abi/vtl.h"
#include "hv/core/inject.h"
#include "hv/core/machine.h"
#include "hv/svm/svm.h"
#include "hv/x86/door.h"
#include "hv/x86/registers.h"
#include "hv/x86/vendor.h"

static void decode_nested_fault(const struct vmcb *vmcb, struct exit *exit)
{
	uint64_t info = vmcb->exit_info1;

	exit->kind = EXIT_NESTED_FAULT;
	exit->address = gpa(vmcb->exit_info2);
	exit->table_walk = (info & NESTED_FAULT_WALK) != 0;
	exit->access = ACCESS_READ;
	if (info & NESTED_FAULT_WRITE) {
		exit->access = ACCESS_WRITE;
	}
	if (info & NESTED_FAULT_FETCH) {
		exit->access =
			exit->user ? ACCESS_EXEC_USER : ACCESS_EXEC_KERNEL;
	}
}

static void decode_port(const struct cpu *cpu, struct exit *exit)
{
	const struct vmcb *vmcb = svm_vmcb(cpu);
	uint64_t info = vmcb->exit_info1;

	exit->kind = EXIT_PORT;
	exit->number = (uint32_t)field_get(info, PORT_NUMBER);
	exit->size_bytes = (uint8_t)field_get(info, PORT_SIZE);
	exit->input = (info & PORT_INPUT) != 0;
	exit->string = (info & PORT_STRING) != 0;
	exit->value = vmcb->rax & ~(~UINT64_C(0) << (exit->size_bytes * 8));
	/* EXITINFO2 is the address behind the instruction. */
	exit->length_bytes = (uint8_t)(vmcb->exit_info2 - vmcb->rip);
}

static void decode_msr(const struct cpu *cpu, struct exit *exit)
{
	const struct vmcb *vmcb = svm_vmcb(cpu);

	exit->kind = vmcb->exit_info1 ? EXIT_MSR_WRITE : EXIT_MSR_READ;
	exit->number = (uint32_t)cpu->gpr[GPR_RCX];
	exit->value = (uint32_t)vmcb->rax | cpu->gpr[GPR_RDX] << 32;
	exit->length_bytes = LENGTH_MSR;
}

static void decode_register(struct exit *exit, uint32_t name)
{
	exit->kind = EXIT_REGISTER_WRITE;
	exit->number = name;
}

static void decode_exception(const struct vmcb *vmcb, struct exit *exit)
{
	exit->kind = EXIT_EXCEPTION;
	exit->vector = (uint8_t)(vmcb->exit_code - SVM_EXIT_EXCEPTION_FIRST);
	exit->has_error = exit->vector == VECTOR_AC;
	exit->error = (uint32_t)vmcb->exit_info1;
}

/*
 * NMIs are blocked until the IRET that ends one is done, and the intercept
 * comes before it: step over it without, and report its end.
 */
static void decode_iret(struct cpu *cpu, struct exit *exit)
{
	exit->kind = EXIT_STEP;
	cpu->nmi_stepping = true;
	svm_vmcb(cpu)->rflags |= RFLAGS_TF;
	svm_vmcb(cpu)->intercept_misc1 &= ~INTERCEPT1_IRET;
}

static void decode_step_end(struct cpu *cpu, struct exit *exit)
{
	exit->kind = EXIT_NMI_RETURN;
	cpu->nmi_stepping = false;
	svm_vmcb(cpu)->dr6 &= ~DR6_BS;
}

static void decode_simple(const struct vmcb *vmcb, struct exit *exit)
{
	switch (vmcb->exit_code) {
	case SVM_EXIT_INTERRUPT:
		exit->kind = EXIT_INTERRUPT;
		break;
	case SVM_EXIT_NMI:
		exit->kind = EXIT_NMI;
		break;
	case SVM_EXIT_SMI:
		exit->kind = EXIT_SMI;
		break;
	case SVM_EXIT_INIT:
		exit->kind = EXIT_INIT;
		break;
	case SVM_EXIT_INVD:
	case SVM_EXIT_WBINVD:
		exit->kind = EXIT_CACHE_DISCARD;
		exit->length_bytes = LENGTH_INVD;
		break;
	case SVM_EXIT_INVALID:
	case SVM_EXIT_INVALID32:
	case SVM_EXIT_SHUTDOWN:
		exit->kind = EXIT_SHUTDOWN;
		break;
	case SVM_EXIT_VMMCALL:
		exit->kind = EXIT_CALL;
		exit->length_bytes = LENGTH_VMMCALL;
		break;
	case SVM_EXIT_INVLPGA:
		exit->kind = EXIT_VIRT_INSTRUCTION;
		break;
	case SVM_EXIT_CR0_WRITE:
		decode_register(exit, HV_REGISTER_CR0);
		break;
	case SVM_EXIT_CR4_WRITE:
		decode_register(exit, HV_REGISTER_CR4);
		break;
	case SVM_EXIT_IDTR_WRITE:
		decode_register(exit, HV_REGISTER_IDTR);
		break;
	case SVM_EXIT_GDTR_WRITE:
		decode_register(exit, HV_REGISTER_GDTR);
		break;
	default:
		if (vmcb->exit_code >= SVM_EXIT_VMRUN &&
		    vmcb->exit_code <= SVM_EXIT_SKINIT) {
			exit->kind = EXIT_VIRT_INSTRUCTION;
		}
		if (vmcb->exit_code >= SVM_EXIT_DR0_WRITE &&
		    vmcb->exit_code <= SVM_EXIT_DR3_WRITE) {
			exit->kind = EXIT_DEBUG_WRITE;
			exit->number = (uint32_t)(vmcb->exit_code -
						  SVM_EXIT_DR0_WRITE);
		}
		break;
	}
}

void vendor_decode(struct cpu *cpu, struct exit *exit)
{
	struct vmcb *vmcb = svm_vmcb(cpu);
	struct vmcb *ran = (struct vmcb *)cpu->run_block;

	cpu->gpr[GPR_RAX] = vmcb->rax;
	cpu->gpr[GPR_RSP] = vmcb->rsp;
	*exit = (struct exit){.kind = EXIT_UNKNOWN,
			      .code = ran->exit_code,
			      .rip = vmcb->rip,
			      .user = vmcb->cpl == USER_LEVEL};
	ran->tlb_control = TLB_FLUSH_NONE;
	if (ran != vmcb) {
		decode_simple(ran, exit);
		return;
	}
	vmcb->event_injection = 0;
	vmcb->exit_event = svm_quirk_exit_event(vmcb->exit_event);
	exit->delivering = (vmcb->exit_event & EVENT_VALID) != 0;
	switch (vmcb->exit_code) {
	case SVM_EXIT_NESTED_FAULT:
		decode_nested_fault(vmcb, exit);
		break;
	case SVM_EXIT_PORT:
		decode_port(cpu, exit);
		break;
	case SVM_EXIT_MSR:
		decode_msr(cpu, exit);
		break;
	case SVM_EXIT_DB:
		if (cpu->nmi_stepping) {
			decode_step_end(cpu, exit);
			break;
		}
		decode_exception(vmcb, exit);
		break;
	case SVM_EXIT_AC:
		decode_exception(vmcb, exit);
		break;
	case SVM_EXIT_IRET:
		decode_iret(cpu, exit);
		break;
	default:
		decode_simple(vmcb, exit);
		break;
	}
}

static uint64_t event_encode(uint8_t vector, bool has_error, uint32_t error)
{
	uint64_t event = EVENT_VALID | vector;

	event = field_put(event, EVENT_TYPE, EVENT_TYPE_EXCEPTION);
	if (has_error) {
		event |= EVENT_HAS_ERROR;
		event = field_put(event, EVENT_ERROR, error);
	}
	return event;
}

/* An exception, into a delivery that may be under way. */
static void inject(struct cpu *cpu, const struct exit *exit,
		   struct answer answer)
{
	struct vmcb *vmcb = svm_vmcb(cpu);
	uint8_t first = INJECT_NOT_EXCEPTION;

	if (exit->delivering &&
	    field_get(vmcb->exit_event, EVENT_TYPE) == EVENT_TYPE_EXCEPTION) {
		first = (uint8_t)field_get(vmcb->exit_event, EVENT_VECTOR);
	}
	switch (inject_combine(first, answer.vector)) {
	case INJECT_SECOND:
		vmcb->event_injection = event_encode(
			answer.vector, answer.has_error, answer.error);
		break;
	case INJECT_DOUBLE_FAULT:
		vmcb->event_injection = event_encode(VECTOR_DF, true, 0);
		break;
	case INJECT_SHUTDOWN:
		door_shutdown(cpu, exit);
	}
}

void svm_skip(struct vmcb *vmcb, uint8_t length_bytes)
{
	uint64_t next = vmcb->rip + length_bytes;

	if ((vmcb->cs.attributes & SEGMENT_CODE_LONG) == 0) {
		next = (uint32_t)next;
	}
	vmcb->rip = next;
	vmcb->interrupt_shadow = 0;
	vmcb->rflags &= ~RFLAGS_RF;
	if (vmcb->rflags & RFLAGS_TF) {
		vmcb->dr6 |= DR6_BS;
		vmcb->event_injection = event_encode(VECTOR_DB, false, 0);
	}
}

/*
 * An event whose delivery the exit interrupted comes again by injection; INT n,
 * INT3 and INTO by themselves, since RIP still points at them.
 */
static void deliver_again(struct vmcb *vmcb)
{
	uint64_t type = field_get(vmcb->exit_event, EVENT_TYPE);
	uint64_t vector = field_get(vmcb->exit_event, EVENT_VECTOR);

	CHECK((vmcb->event_injection & EVENT_VALID) == 0);
	if (type == EVENT_TYPE_SOFTWARE || vector == VECTOR_BP ||
	    vector == VECTOR_OF) {
		return;
	}
	vmcb->event_injection = vmcb->exit_event;
}

void vendor_apply(struct cpu *cpu, const struct exit *exit,
		  struct answer answer)
{
	struct vmcb *vmcb = svm_vmcb(cpu);

	if (cpu->waiting) {
		return;
	}
	vmcb->rax = cpu->gpr[GPR_RAX];
	vmcb->rsp = cpu->gpr[GPR_RSP];
	switch (answer.kind) {
	case ANSWER_INJECT:
		inject(cpu, exit, answer);
		return;
	case ANSWER_SKIP:
		svm_skip(vmcb, exit->length_bytes);
		break;
	case ANSWER_RESUME:
		break;
	}
	if (exit->delivering) {
		deliver_again(vmcb);
	}
}

void vendor_fetch(const struct cpu *cpu, struct vendor_fetch *fetch)
{
	const struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	fetch->root = (struct walk_root){.cr0 = vmcb->cr0,
					 .cr3 = vmcb->cr3,
					 .cr4 = vmcb->cr4,
					 .efer = vmcb->efer & ~EFER_SVME};
	fetch->data = 0;
	if (vmcb->cs.attributes & SEGMENT_CODE_LONG) {
		fetch->mode = INSN_MODE_64;
		fetch->linear = vmcb->rip;
		return;
	}
	fetch->mode = vmcb->cs.attributes & SEGMENT_CODE_32 ? INSN_MODE_32
							    : INSN_MODE_16;
	fetch->linear = (uint32_t)(vmcb->cs.base + vmcb->rip);
	fetch->data = vmcb->ds.base;
}

void vendor_nmi_inject(struct cpu *cpu)
{
	struct vmcb *vmcb = svm_vmcb(cpu);

	vmcb->event_injection =
		field_put(EVENT_VALID | VECTOR_NMI, EVENT_TYPE, EVENT_TYPE_NMI);
	vmcb->intercept_misc1 |= INTERCEPT1_IRET;
}

bool vendor_nmi_possible(const struct cpu *cpu)
{
	const struct vmcb *vmcb = svm_vmcb(cpu);

	return (vmcb->event_injection & EVENT_VALID) == 0 &&
	       vmcb->interrupt_shadow == 0;
}
