/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypercall table: who may do what to whom is decided here, how a vendor
 * does it is not known. Called by hv/x86/vtl.c for VTL1 alone. Invariant:
 * memory is read and written only in frames of VTL1, each value once.
 */
#include "hv/core/hypercall.h"

#include "abi/vtl.h"
#include "hv/core/iommu.h"
#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/core/state.h"
#include "hv/core/vp.h"
#include "lib/bytes.h"

#define PAGE_OFFSET	(PAGE_BYTES - 1)
#define ALIGN_LEAST	8u
#define ASSIST_ADDRESS	(~(uint64_t)PAGE_OFFSET)
#define TARGET_VTL0	HV_INPUT_VTL_USE
#define VTL1		1u
#define STOP_WORDS_MOST 160u

/* One call: what its registers say. */
struct hypercall {
	struct cpu *cpu;
	uint64_t input;	 /* RDX */
	uint64_t output; /* R8 */
	uint32_t reps;
	uint32_t done; /* elements, so far */
};

/* Bytes of VTL1's memory within one page, or NULL. */
static void *own_bytes(uint64_t address, uint64_t len_bytes)
{
	if (address % ALIGN_LEAST != 0 || len_bytes > PAGE_BYTES ||
	    (address & PAGE_OFFSET) + len_bytes > PAGE_BYTES ||
	    protect_owner(spa(address)) != OWNER_VTL1) {
		return NULL;
	}
	return machine_frame(spa(address));
}

/* A call's header copied out, with its list of `reps` elements behind it. */
static const void *input_list(const struct hypercall *call, void *header,
			      uint64_t header_bytes, uint64_t element_bytes)
{
	const uint8_t *bytes = own_bytes(
		call->input, header_bytes + call->reps * element_bytes);

	if (bytes == NULL) {
		return NULL;
	}
	memcpy(header, bytes, header_bytes);
	return bytes + header_bytes;
}

static uint32_t modify_protection(struct hypercall *call)
{
	struct hv_modify_vtl_protection_mask header;
	const uint64_t *pages =
		input_list(call, &header, sizeof(header), sizeof(*pages));

	if (pages == NULL) {
		return HV_STATUS_INVALID_HYPERCALL_INPUT;
	}
	if (header.partition != HV_PARTITION_ID_SELF ||
	    header.target_vtl != TARGET_VTL0) {
		return HV_STATUS_INVALID_PARAMETER;
	}
	while (call->done < call->reps) {
		struct frames frames = {
			.first = bytes_load64(pages + call->done), .count = 1};

		/* Neighbours together: one invalidation. */
		while (call->done + frames.count < call->reps &&
		       bytes_load64(pages + call->done + frames.count) ==
			       frames.first + frames.count) {
			frames.count++;
		}
		if (machine_is_guarded(frames)) {
			return HV_STATUS_ACCESS_DENIED;
		}
		switch (protect_access(VIEW_VTL0, frames, header.map_flags)) {
		case STATUS_OK:
			break;
		case STATUS_DENIED:
			return HV_STATUS_ACCESS_DENIED;
		case STATUS_NO_MEMORY:
			return HV_STATUS_INSUFFICIENT_MEMORY;
		default:
			return HV_STATUS_INVALID_PARAMETER;
		}
		call->done += (uint32_t)frames.count;
	}
	return HV_STATUS_SUCCESS;
}

static uint32_t enable_vp_vtl(struct hypercall *call)
{
	const struct hv_enable_vp_vtl *input =
		own_bytes(call->input, sizeof(*input));
	struct hv_enable_vp_vtl copy;
	struct cpu *target;

	if (input == NULL) {
		return HV_STATUS_INVALID_HYPERCALL_INPUT;
	}
	memcpy(&copy, input, sizeof(copy));
	target = vp_cpu(copy.vp_index);
	if (target == NULL) {
		return HV_STATUS_INVALID_VP_INDEX;
	}
	if (copy.partition != HV_PARTITION_ID_SELF || copy.target_vtl != VTL1) {
		return HV_STATUS_INVALID_PARAMETER;
	}
	if (atomic_load(&target->vtl1_enabled)) {
		return HV_STATUS_VTL_ALREADY_ENABLED;
	}
	if (!vp_vtl1_create(target, &copy.context)) {
		return HV_STATUS_INVALID_REGISTER_VALUE;
	}
	atomic_store(&target->vtl1_enabled, true);
	return HV_STATUS_SUCCESS;
}

/* VTL1's own synthetic registers; false: not that register or not so. */
static bool own_register_set(struct cpu *cpu, uint32_t name, uint64_t value)
{
	switch (name) {
	case HV_REGISTER_VP_ASSIST_PAGE:
		if ((value & HV_VP_ASSIST_PAGE_ENABLE) == 0 ||
		    own_bytes(value & ASSIST_ADDRESS, PAGE_BYTES) == NULL) {
			return false;
		}
		cpu->assist_page = spa(value & ASSIST_ADDRESS);
		return true;
	case HV_REGISTER_VSM_VINA:
		cpu->vina_vector = (uint8_t)(value & HV_VINA_VECTOR);
		cpu->vina_enabled = (value & HV_VINA_ENABLED) != 0;
		return true;
	default:
		return vp_intercept_set(cpu, name, value);
	}
}

/* Whether a register call means this CPU and a VTL it may ask for. */
static bool target_is_valid(const struct hypercall *call,
			    const struct hv_vp_registers *header)
{
	return header->partition == HV_PARTITION_ID_SELF &&
	       (header->vp_index == HV_VP_INDEX_SELF ||
		header->vp_index == call->cpu->index) &&
	       (header->target_vtl == 0 || header->target_vtl == TARGET_VTL0);
}

static uint32_t get_registers(struct hypercall *call)
{
	struct hv_vp_registers header;
	const uint32_t *names =
		input_list(call, &header, sizeof(header), sizeof(*names));
	union hv_register_value *values =
		own_bytes(call->output, call->reps * sizeof(*values));

	if (names == NULL || values == NULL) {
		return HV_STATUS_INVALID_HYPERCALL_INPUT;
	}
	if (!target_is_valid(call, &header) ||
	    header.target_vtl != TARGET_VTL0) {
		return HV_STATUS_INVALID_PARAMETER;
	}
	for (; call->done < call->reps; call->done++) {
		union hv_register_value value = {0};

		if (!vp_register_get(call->cpu, names[call->done], &value)) {
			return HV_STATUS_INVALID_PARAMETER;
		}
		values[call->done] = value;
	}
	return HV_STATUS_SUCCESS;
}

static uint32_t set_registers(struct hypercall *call)
{
	struct hv_vp_registers header;
	const struct hv_register_assoc *list =
		input_list(call, &header, sizeof(header), sizeof(*list));

	if (list == NULL) {
		return HV_STATUS_INVALID_HYPERCALL_INPUT;
	}
	if (!target_is_valid(call, &header)) {
		return HV_STATUS_INVALID_PARAMETER;
	}
	for (; call->done < call->reps; call->done++) {
		struct hv_register_assoc assoc = list[call->done];
		bool set = header.target_vtl == TARGET_VTL0
				   ? vp_register_set(call->cpu, assoc.name,
						     &assoc.value)
				   : own_register_set(call->cpu, assoc.name,
						      assoc.value.low);

		if (!set) {
			return HV_STATUS_INVALID_REGISTER_VALUE;
		}
	}
	return HV_STATUS_SUCCESS;
}

/* What a call of VTL1's sees of VTL0's rights. */
static uint32_t lookup(struct hypercall *call)
{
	gpa_t address = gpa(call->input << PAGE_SHIFT);

	call->cpu->gpr[GPR_R8] = ACCESS_NONE;
	if (call->input >> (VIEW_ADDRESS_BITS - PAGE_SHIFT) == 0 &&
	    protect_is_vtl0(address, PAGE_BYTES)) {
		call->cpu->gpr[GPR_R8] = protect_lookup(VIEW_VTL0, address);
	}
	return HV_STATUS_SUCCESS;
}

/*
 * What IOMMUs have logged becomes events, no more at a time than are taken: the
 * rest waits in the log, where a flood loses its own and nobody else's.
 */
static void take_faults(struct cpu *cpu)
{
	struct iommu_fault fault;

	for (unsigned i = 0; i < HV_EVENTS_MAX / 2 && iommu_next_fault(&fault);
	     i++) {
		cpu_event(cpu, NULL,
			  fault.denied ? EVENT_DMA_DENIED : EVENT_IOMMU_FAULT,
			  fault.a, fault.b);
	}
}

/* A different CPU's ring comes first each time, so that none starves. */
static uint32_t take_events(struct hypercall *call)
{
	struct event *to = own_bytes(call->output, PAGE_BYTES);
	uint32_t first = hypercall_state.next_ring;
	uint32_t at = first;
	struct cpu *cpu;

	if (to == NULL || call->output % PAGE_BYTES != 0) {
		return HV_STATUS_INVALID_HYPERCALL_INPUT;
	}
	take_faults(call->cpu);
	do {
		cpu = vp_cpu(at);
		while (cpu != NULL && call->done < HV_EVENTS_MAX &&
		       event_take(&cpu->events, &cpu->events_taken,
				  &to[call->done])) {
			call->done++;
		}
		if (cpu != NULL) {
			event_read(&cpu->events, cpu->events_taken);
		}
		at = vp_cpu(at + 1) == NULL ? 0 : at + 1;
	} while (at != first);
	hypercall_state.next_ring = vp_cpu(first + 1) == NULL ? 0 : first + 1;
	return HV_STATUS_SUCCESS;
}

static uint32_t stop(struct hypercall *call)
{
	char *words = own_bytes(call->input, STOP_WORDS_MOST);

	if (words == NULL) {
		machine_panic("VTL1", 0, "stopped without words");
	}
	words[STOP_WORDS_MOST - 1] = 0;
	machine_panic("VTL1", 0, words);
}

static uint32_t run(struct hypercall *call, uint64_t code)
{
	switch (code) {
	case HVCALL_MODIFY_VTL_PROTECTION_MASK:
		return modify_protection(call);
	case HVCALL_ENABLE_VP_VTL:
		return enable_vp_vtl(call);
	case HVCALL_GET_VP_REGISTERS:
		return get_registers(call);
	case HVCALL_SET_VP_REGISTERS:
		return set_registers(call);
	case HVCALL_OPENVBS_LOOKUP | HVCALL_FAST:
		return lookup(call);
	case HVCALL_OPENVBS_TAKE_EVENTS:
		return take_events(call);
	case HVCALL_OPENVBS_STOP:
		return stop(call);
	default:
		return HV_STATUS_INVALID_HYPERCALL_CODE;
	}
}

uint64_t hypercall_serve(struct cpu *cpu)
{
	uint64_t control = cpu->gpr[GPR_RCX];
	struct hypercall call = {
		.cpu = cpu,
		.input = cpu->gpr[GPR_RDX],
		.output = cpu->gpr[GPR_R8],
		.reps = (uint32_t)((control & HVCALL_REP_COUNT) >>
				   HVCALL_REP_COUNT_SHIFT),
		.done = (uint32_t)((control & HVCALL_REP_START) >>
				   HVCALL_REP_START_SHIFT),
	};
	uint32_t status;

	if (call.done > call.reps) {
		return HV_STATUS_INVALID_HYPERCALL_INPUT;
	}
	status = run(&call, control & (HVCALL_CODE | HVCALL_FAST));
	return status | (uint64_t)call.done << HVCALL_REP_COUNT_SHIFT;
}
