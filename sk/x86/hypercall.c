/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of the hypervisor, through one page a CPU each way. A refusal is a bug
 * of ours, but for the questions that core asks.
 */
#include "abi/vtl.h"
#include "abi/vtl_layout.h"
#include "lib/bytes.h"
#include "sk/x86/cpu.h"
#include "sk/x86/x86.h"

#define STATUS_BITS ((uint64_t)UINT16_MAX)

uint64_t hypercall(uint64_t control, uint64_t in, uint64_t out)
{
	register uint64_t r8 __asm__("r8") = out;
	uint64_t result;

	__asm__ volatile("vmmcall"
			 : "=a"(result), "+r"(r8), "+c"(control), "+d"(in)
			 :
			 : "memory");
	return result;
}

void hypercall_enable_vp(uint32_t index,
			 const struct hv_initial_vp_context *context)
{
	struct cpu *cpu = cpu_this();
	struct hv_enable_vp_vtl input = {.partition = HV_PARTITION_ID_SELF,
					 .vp_index = index,
					 .target_vtl = 1,
					 .context = *context};

	memcpy(cpu->page_in, &input, sizeof(input));
	CHECK(hypercall(HVCALL_ENABLE_VP_VTL, physical(cpu->page_in), 0) ==
	      HV_STATUS_SUCCESS);
}

void hypercall_set_register(uint8_t vtl, uint32_t name, uint64_t value)
{
	struct cpu *cpu = cpu_this();
	const struct hv_vp_registers header = {.partition =
						       HV_PARTITION_ID_SELF,
					       .vp_index = HV_VP_INDEX_SELF,
					       .target_vtl = vtl};
	const struct hv_register_assoc assoc = {.name = name,
						.value.low = value};
	uint64_t result;

	memcpy(cpu->page_in, &header, sizeof(header));
	memcpy(cpu->page_in + sizeof(header), &assoc, sizeof(assoc));
	result = hypercall(HVCALL_SET_VP_REGISTERS |
				   UINT64_C(1) << HVCALL_REP_COUNT_SHIFT,
			   physical(cpu->page_in), 0);
	CHECK((result & STATUS_BITS) == HV_STATUS_SUCCESS);
}

unsigned machine_vtl0_rights(vtl0_frame_t frame)
{
	register uint64_t r8 __asm__("r8") = 0;
	uint64_t control = HVCALL_OPENVBS_LOOKUP | HVCALL_FAST;
	uint64_t number = frame.number;
	uint64_t result;

	__asm__ volatile("vmmcall"
			 : "=a"(result), "+r"(r8), "+c"(control), "+d"(number)
			 :
			 : "memory");
	return result == HV_STATUS_SUCCESS ? (unsigned)r8 : 0;
}

unsigned machine_events_take(struct event *to, unsigned count, uint64_t *lost)
{
	const struct cpu *cpu = cpu_this();
	uint64_t result, taken;

	CHECK(count >= HV_EVENTS_MAX);
	result = hypercall(HVCALL_OPENVBS_TAKE_EVENTS, 0,
			   physical(cpu->page_out));
	CHECK((result & STATUS_BITS) == HV_STATUS_SUCCESS);
	taken = (result & HVCALL_REP_COUNT) >> HVCALL_REP_COUNT_SHIFT;
	CHECK(taken <= HV_EVENTS_MAX);
	memcpy(to, cpu->page_out, taken * sizeof(*to));
	for (uint64_t i = 0; i < taken; i++) {
		uint64_t *seen = &x86.events_seen[to[i].cpu % HANDOFF_CPUS_MAX];

		*lost += to[i].number - *seen - 1;
		*seen = to[i].number;
	}
	return (unsigned)taken;
}
