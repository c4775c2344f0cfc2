/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL1's control block, the switch between the two, and VTL0's registers as
 * VTL1 may see them. Called by hv/x86/vtl.c and hv/core/hypercall.c. VMSAVE
 * and VMLOAD exchange what VMRUN leaves alone (APM vol. 2, 15.5.2).
 */
#include "abi/vtl.h"
#include "hv/core/protect.h"
#include "hv/core/vp.h"
#include "hv/svm/svm.h"
#include "hv/x86/control.h"
#include "hv/x86/msr.h"
#include "hv/x86/registers.h"
#include "hv/x86/vendor.h"
#include "lib/bytes.h"

#define CPL_MASK 3u

static struct vmcb_segment segment_from(const struct hv_segment *from)
{
	return (struct vmcb_segment){.selector = from->selector,
				     .attributes = from->attributes,
				     .limit = from->limit,
				     .base = from->base};
}

static struct vmcb_segment table_from(const struct hv_table *from)
{
	return (struct vmcb_segment){.limit = from->limit, .base = from->base};
}

static void control_vtl1(struct vmcb *vmcb)
{
	svm_control_vtl0(vmcb);
	vmcb->intercept_exceptions = 0;
	vmcb->intercept_misc1 |= INTERCEPT1_INTERRUPT;
	vmcb->asid = ASID_VTL1;
	vmcb->nested_cr3 = protect_root(VIEW_VTL1).value;
}

bool vp_vtl1_create(struct cpu *cpu,
		    const struct hv_initial_vp_context *context)
{
	struct vmcb *vmcb = &svm_pages(cpu)->vtl1;

	if ((context->efer & EFER_LMA) == 0 || (context->cr0 & CR0_PG) == 0 ||
	    (context->cr4 & CR4_PAE) == 0 ||
	    (context->cs.attributes & SEGMENT_CODE_LONG) == 0) {
		return false;
	}
	bytes_zero(vmcb, sizeof(*vmcb));
	control_vtl1(vmcb);
	vmcb->cs = segment_from(&context->cs);
	vmcb->ds = segment_from(&context->ds);
	vmcb->es = segment_from(&context->es);
	vmcb->fs = segment_from(&context->fs);
	vmcb->gs = segment_from(&context->gs);
	vmcb->ss = segment_from(&context->ss);
	vmcb->tr = segment_from(&context->tr);
	vmcb->ldtr = segment_from(&context->ldtr);
	vmcb->idtr = table_from(&context->idtr);
	vmcb->gdtr = table_from(&context->gdtr);
	vmcb->rip = context->rip;
	vmcb->rsp = context->rsp;
	vmcb->rflags = context->rflags | RFLAGS_ALWAYS_ONE;
	vmcb->efer = context->efer | EFER_SVME;
	vmcb->cr0 = context->cr0;
	vmcb->cr3 = context->cr3;
	vmcb->cr4 = context->cr4;
	vmcb->pat = context->pat;
	vmcb->dr6 = DR6_AFTER_INIT;
	vmcb->dr7 = DR7_AFTER_INIT;
	return true;
}

static struct vmcb *switch_over(struct cpu *cpu, struct vmcb *from)
{
	struct vmcb *to;

	cpu->vtl = cpu->vtl == 0 ? 1 : 0;
	to = svm_vmcb(cpu);
	svm_vmsave(from);
	svm_vmload(to);
	cpu->run_block = (uint64_t)to;
	return to;
}

bool vendor_at_call(const struct cpu *cpu, uint64_t *rax)
{
	const struct vmcb *ran = (const struct vmcb *)cpu->run_block;

	*rax = ran->rax;
	return ran->exit_code == SVM_EXIT_VMMCALL && ran->cpl == 0;
}

void vendor_vtl_cross(struct cpu *cpu, uint64_t rax)
{
	struct vmcb *from = svm_vmcb(cpu);

	from->tlb_control = TLB_FLUSH_NONE;
	from->event_injection = 0;
	svm_skip(from, LENGTH_VMMCALL);
	switch_over(cpu, from)->rax = rax;
}

void vendor_vtl_switch(struct cpu *cpu)
{
	cpu->gpr[GPR_RSP] = switch_over(cpu, svm_vmcb(cpu))->rsp;
}

void vendor_vina(struct cpu *cpu, uint8_t vector)
{
	struct vmcb *vmcb = svm_vmcb(cpu);

	if (vmcb->cpl == USER_LEVEL && (vmcb->rflags & RFLAGS_IF) != 0 &&
	    (vmcb->event_injection & EVENT_VALID) == 0) {
		vmcb->event_injection = field_put(
			EVENT_VALID | vector, EVENT_TYPE, EVENT_TYPE_EXTERNAL);
	}
}

void vendor_intercept(const struct cpu *cpu, struct hv_intercept_header *header)
{
	const struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	header->execution_state = vmcb->cpl & CPL_MASK;
	header->cs = (struct hv_segment){.base = vmcb->cs.base,
					 .limit = vmcb->cs.limit,
					 .selector = vmcb->cs.selector,
					 .attributes = vmcb->cs.attributes};
	header->rip = vmcb->rip;
	header->rflags = vmcb->rflags;
}

/* What a register takes when VTL1 sets it. */
enum rule {
	RULE_READ_ONLY,
	RULE_ANY,
	RULE_32_BITS,
	RULE_ADDRESS,
	RULE_CONTROL, /* hv/x86/control.c */
	RULE_EFER,
	RULE_TABLE,
};

struct row {
	uint32_t name;
	uint16_t offset; /* in the control block */
	uint16_t rule;
};

#define ROW(name, member, rule)                                                \
	{                                                                      \
		HV_REGISTER_##name, offsetof(struct vmcb, member), RULE_##rule \
	}

/* clang-format off */
static const struct row rows[] = {
	ROW(RSP, rsp, READ_ONLY),
	ROW(RIP, rip, ANY),
	ROW(RFLAGS, rflags, READ_ONLY),
	ROW(CR0, cr0, CONTROL),
	ROW(CR3, cr3, READ_ONLY),
	ROW(CR4, cr4, CONTROL),
	ROW(IDTR, idtr, TABLE),
	ROW(GDTR, gdtr, TABLE),
	ROW(EFER, efer, EFER),
	ROW(SYSENTER_CS, sysenter_cs, 32_BITS),
	ROW(SYSENTER_EIP, sysenter_eip, ADDRESS),
	ROW(SYSENTER_ESP, sysenter_esp, ADDRESS),
	ROW(STAR, star, ANY),
	ROW(LSTAR, lstar, ADDRESS),
	ROW(CSTAR, cstar, ADDRESS),
	ROW(SFMASK, sfmask, 32_BITS),
};
/* clang-format on */

static const struct row *row_find(uint32_t name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].name == name) {
			return &rows[i];
		}
	}
	return NULL;
}

static void *row_place(const struct cpu *cpu, const struct row *row)
{
	return (uint8_t *)&svm_pages(cpu)->vtl0 + row->offset;
}

bool vp_register_get(const struct cpu *cpu, uint32_t name,
		     union hv_register_value *value)
{
	const struct row *row = row_find(name);

	if (row == NULL) {
		return false;
	}
	if (row->rule == RULE_TABLE) {
		const struct vmcb_segment *table = row_place(cpu, row);

		value->table.limit = (uint16_t)table->limit;
		value->table.base = table->base;
		return true;
	}
	value->low = *(const uint64_t *)row_place(cpu, row);
	value->low &= row->rule == RULE_EFER ? ~EFER_SVME : ~UINT64_C(0);
	return true;
}

/* An exception for VTL0, delivered when it runs again. */
static bool pending_event_set(struct vmcb *vmcb, uint64_t value)
{
	uint64_t vector = value >> HV_PENDING_VECTOR_SHIFT & EVENT_VECTOR;
	uint64_t event = EVENT_VALID | vector;

	if ((value & HV_PENDING_EVENT) == 0 || vector >= VECTOR_EXTERNAL ||
	    vector == VECTOR_NMI ||
	    (vmcb->event_injection & EVENT_VALID) != 0) {
		return false;
	}
	event = field_put(event, EVENT_TYPE, EVENT_TYPE_EXCEPTION);
	if (value & HV_PENDING_EVENT_ERROR) {
		event |= EVENT_HAS_ERROR;
		event = field_put(event, EVENT_ERROR,
				  value >> HV_PENDING_ERROR_SHIFT);
	}
	vmcb->event_injection = event;
	return true;
}

static bool row_set(struct cpu *cpu, const struct row *row,
		    const union hv_register_value *value)
{
	struct vmcb_segment *table;
	struct vendor_fetch fetch;

	vendor_fetch(cpu, &fetch);
	switch ((enum rule)row->rule) {
	case RULE_TABLE:
		table = row_place(cpu, row);
		if (!control_address_valid(&fetch.root, value->table.base)) {
			return false;
		}
		table->limit = value->table.limit;
		table->base = value->table.base;
		return true;
	case RULE_CONTROL:
	case RULE_EFER:
		if (row->rule == RULE_EFER
			    ? !msr_efer_decide(cpu, value->low,
					       &fetch.root.efer)
			    : !control_write(&fetch.root,
					     fetch.mode == INSN_MODE_64,
					     row->name, value->low)) {
			return false;
		}
		vendor_control_set(cpu, &fetch.root);
		return true;
	case RULE_ADDRESS:
		if (!control_address_valid(&fetch.root, value->low)) {
			return false;
		}
		break;
	case RULE_32_BITS:
		if (value->low >> 32 != 0) {
			return false;
		}
		break;
	case RULE_ANY:
		break;
	case RULE_READ_ONLY:
		return false;
	}
	*(uint64_t *)row_place(cpu, row) = value->low;
	return true;
}

bool vp_register_set(struct cpu *cpu, uint32_t name,
		     const union hv_register_value *value)
{
	const struct row *row = row_find(name);

	if (name == HV_REGISTER_PENDING_EVENT0) {
		return pending_event_set(&svm_pages(cpu)->vtl0, value->low);
	}
	return row != NULL && row_set(cpu, row, value);
}

void vendor_control_set(struct cpu *cpu, const struct walk_root *root)
{
	struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	vmcb->cr0 = root->cr0;
	vmcb->cr4 = root->cr4;
	vmcb->efer = root->efer | EFER_SVME;
	vmcb->tlb_control = TLB_FLUSH_ALL;
}

static uint32_t bit_if(bool wanted, uint32_t bit)
{
	return wanted ? bit : 0;
}

void vendor_intercept_arm(struct cpu *cpu)
{
	struct vmcb *vmcb = &svm_pages(cpu)->vtl0;
	uint64_t control = cpu->intercept.control;

	vmcb->intercept_cr = bit_if((control & HV_CR_INTERCEPT_CR0) &&
					    cpu->intercept.cr0_mask != 0,
				    INTERCEPT_CR0_WRITE) |
			     bit_if((control & HV_CR_INTERCEPT_CR4) &&
					    cpu->intercept.cr4_mask != 0,
				    INTERCEPT_CR4_WRITE);
	vmcb->intercept_misc1 &= ~(INTERCEPT1_GDTR | INTERCEPT1_IDTR);
	vmcb->intercept_misc1 |=
		bit_if(control & HV_CR_INTERCEPT_GDTR, INTERCEPT1_GDTR) |
		bit_if(control & HV_CR_INTERCEPT_IDTR, INTERCEPT1_IDTR);
	vmcb->msr_map = control & HV_CR_INTERCEPT_MSRS ? svm_msr_map_watched
						       : svm_msr_map;
}
