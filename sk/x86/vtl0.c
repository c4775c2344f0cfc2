/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL0's registers and rights, by hypercalls on the calling CPU. Called by
 * core for intercepts. A refusal that core does not ask about is our bug.
 */
#include "abi/vtl.h"
#include "abi/vtl_layout.h"
#include "lib/bytes.h"
#include "sk/x86/cpu.h"
#include "sk/x86/registers.h"
#include "sk/x86/x86.h"

#define STATUS_BITS ((uint64_t)UINT16_MAX)
#define ONE	    (UINT64_C(1) << HVCALL_REP_COUNT_SHIFT)

enum status machine_vtl0_restrict(vtl0_frame_t frame, unsigned rights)
{
	struct cpu *cpu = cpu_this();
	const struct hv_modify_vtl_protection_mask header = {
		.partition = HV_PARTITION_ID_SELF,
		.map_flags = rights,
		.target_vtl = HV_INPUT_VTL_USE,
	};
	uint64_t result;

	memcpy(cpu->page_in, &header, sizeof(header));
	memcpy(cpu->page_in + sizeof(header), &frame.number,
	       sizeof(frame.number));
	result = hypercall(HVCALL_MODIFY_VTL_PROTECTION_MASK | ONE,
			   physical(cpu->page_in), 0);
	switch (result & STATUS_BITS) {
	case HV_STATUS_SUCCESS:
		return STATUS_OK;
	case HV_STATUS_ACCESS_DENIED:
		return STATUS_DENIED;
	case HV_STATUS_INSUFFICIENT_MEMORY:
		return STATUS_NO_MEMORY;
	default:
		return STATUS_INVALID;
	}
}

void machine_watch(const struct machine_watch *watch)
{
	hypercall_set_register(0, HV_REGISTER_CR_INTERCEPT_CR0_MASK,
			       watch->cr0_mask);
	hypercall_set_register(0, HV_REGISTER_CR_INTERCEPT_CR4_MASK,
			       watch->cr4_mask);
	hypercall_set_register(0, HV_REGISTER_CR_INTERCEPT_CONTROL,
			       watch->control);
}

static const struct hv_vp_registers vtl0 = {
	.partition = HV_PARTITION_ID_SELF,
	.vp_index = HV_VP_INDEX_SELF,
	.target_vtl = HV_INPUT_VTL_USE,
};

void machine_vtl0_register(uint32_t name, union hv_register_value *value)
{
	struct cpu *cpu = cpu_this();
	uint64_t result;

	memcpy(cpu->page_in, &vtl0, sizeof(vtl0));
	memcpy(cpu->page_in + sizeof(vtl0), &name, sizeof(name));
	result = hypercall(HVCALL_GET_VP_REGISTERS | ONE,
			   physical(cpu->page_in), physical(cpu->page_out));
	CHECK((result & STATUS_BITS) == HV_STATUS_SUCCESS);
	memcpy(value, cpu->page_out, sizeof(*value));
}

bool machine_vtl0_register_set(uint32_t name,
			       const union hv_register_value *value)
{
	struct cpu *cpu = cpu_this();
	const struct hv_register_assoc assoc = {.name = name, .value = *value};
	uint64_t result;

	memcpy(cpu->page_in, &vtl0, sizeof(vtl0));
	memcpy(cpu->page_in + sizeof(vtl0), &assoc, sizeof(assoc));
	result = hypercall(HVCALL_SET_VP_REGISTERS | ONE,
			   physical(cpu->page_in), 0);
	return (result & STATUS_BITS) == HV_STATUS_SUCCESS;
}

uint32_t machine_msr_name(uint32_t msr)
{
	switch (msr) {
	case MSR_SYSENTER_CS:
		return HV_REGISTER_SYSENTER_CS;
	case MSR_SYSENTER_ESP:
		return HV_REGISTER_SYSENTER_ESP;
	case MSR_SYSENTER_EIP:
		return HV_REGISTER_SYSENTER_EIP;
	case MSR_EFER:
		return HV_REGISTER_EFER;
	case MSR_STAR:
		return HV_REGISTER_STAR;
	case MSR_LSTAR:
		return HV_REGISTER_LSTAR;
	case MSR_CSTAR:
		return HV_REGISTER_CSTAR;
	case MSR_SFMASK:
		return HV_REGISTER_SFMASK;
	default:
		return 0;
	}
}
