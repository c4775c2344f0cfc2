/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested faults of VTL0. Our frames: refused. Guarded device registers: the
 * store is decoded, judged by its owner, and performed or discarded.
 * Invariant: a store is judged and performed on the faulting physical address
 * and the value decoded once; what VTL0 changes meanwhile changes nothing.
 */
#include "hv/x86/memory.h"

#include "hv/core/config_space.h"
#include "hv/core/handlers.h"
#include "hv/core/hpet.h"
#include "hv/core/iommu.h"
#include "hv/core/power.h"
#include "hv/core/protect.h"
#include "hv/x86/apic.h"
#include "hv/x86/config.h"
#include "hv/x86/door.h"
#include "hv/x86/host.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/opcode.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"
#include "hv/x86/vtl.h"
#include "lib/bytes.h"

/* HLT, and back to it. */
static const uint8_t parked_code[] = {OPCODE_HLT, OPCODE_JMP_SHORT, JMP_TO_HLT};

static struct frames frames_of(uint64_t base, uint64_t len_bytes)
{
	return (struct frames){.first = base >> PAGE_SHIFT,
			       .count = len_bytes >> PAGE_SHIFT};
}

struct frames memory_kept(void)
{
	const struct handoff *handoff = &hv.handoff;
	struct frames own =
		frames_of(handoff->memory_base, handoff->memory_size_bytes);
	struct frames vtl1 = frames_of(handoff->vtl1.memory_base,
				       handoff->vtl1.memory_size_bytes);
	uint64_t first = own.first < vtl1.first ? own.first : vtl1.first;
	uint64_t own_end = own.first + own.count;
	uint64_t vtl1_end = vtl1.first + vtl1.count;

	return (struct frames){
		.first = first,
		.count = (own_end > vtl1_end ? own_end : vtl1_end) - first};
}

bool machine_is_guarded(struct frames frames)
{
	for (unsigned i = 0; i < hv.guard_count; i++) {
		const struct frames *guard = &hv.guards[i];

		if (frames.first < guard->first + guard->count &&
		    guard->first < frames.first + frames.count) {
			return true;
		}
	}
	return false;
}

static enum status guard_range(uint64_t base, uint64_t len_bytes)
{
	uint64_t end = base + len_bytes + PAGE_BYTES - 1;
	struct frames frames = {.first = base >> PAGE_SHIFT};

	frames.count = (end >> PAGE_SHIFT) - frames.first;
	if (hv.guard_count == GUARDS_MAX) {
		return STATUS_NO_SPACE;
	}
	hv.guards[hv.guard_count] = frames;
	hv.guard_count++;
	return protect_access(VIEW_VTL0, frames, ACCESS_READ);
}

static enum status guard_register(const struct handoff_register *reg)
{
	if (reg->space != HANDOFF_SPACE_MEMORY) {
		return STATUS_OK;
	}
	return guard_range(reg->address, reg->width_bytes);
}

static enum status make_parked_view(void)
{
	if (!pool_take(&hv.pool, 1, &hv.parked_frame)) {
		return STATUS_NO_MEMORY;
	}
	memcpy(machine_frame(hv.parked_frame), parked_code,
	       sizeof(parked_code));
	return protect_access(
		VIEW_PARKED,
		(struct frames){.first = hv.parked_frame.value >> PAGE_SHIFT,
				.count = 1},
		ACCESS_READ | ACCESS_EXEC_KERNEL | ACCESS_EXEC_USER);
}

/* IOMMUs' registers are ours: nobody else reads or writes them. */
static enum status own_iommus(void)
{
	enum status status = STATUS_OK;
	struct frames frames;

	hv.own[0] = memory_kept();
	hv.own_count = 1;
	for (uint32_t i = 0; status == STATUS_OK; i++) {
		frames = iommu_registers(i);
		if (frames.count == 0) {
			break;
		}
		hv.own[hv.own_count++] = frames;
		status = protect_own(frames, OWNER_HV);
		if (status == STATUS_OK) {
			status = host_map_registers(&hv.pool, frames);
		}
	}
	return status;
}

static bool is_iommu(gpa_t address)
{
	uint64_t frame = address.value >> PAGE_SHIFT;

	for (unsigned i = 1; i < hv.own_count; i++) {
		if (frame - hv.own[i].first < hv.own[i].count) {
			return true;
		}
	}
	return false;
}

enum status memory_guard(void)
{
	const struct handoff_platform *platform = &hv.handoff.platform;
	const struct handoff *handoff = &hv.handoff;
	enum status status = protect_own(
		frames_of(handoff->memory_base, handoff->memory_size_bytes),
		OWNER_HV);

	if (status == STATUS_OK) {
		status = protect_own(frames_of(handoff->vtl1.memory_base,
					       handoff->vtl1.memory_size_bytes),
				     OWNER_VTL1);
	}
	if (status == STATUS_OK) {
		status = own_iommus();
	}
	if (status == STATUS_OK) {
		status = make_parked_view();
	}
	if (status == STATUS_OK) {
		status = guard_range(APIC_RANGE_BASE, APIC_RANGE_BYTES);
	}
	if (status == STATUS_OK) {
		status = guard_range(IOAPIC_BASE, PAGE_BYTES);
	}
	if (status == STATUS_OK) {
		status = guard_range(HPET_BASE, PAGE_BYTES);
	}
	if (status == STATUS_OK && platform->ecam_base != 0) {
		status = guard_range(platform->ecam_base,
				     config_ecam_bytes(platform));
	}
	if (status == STATUS_OK) {
		status = guard_register(&platform->reset);
	}
	for (unsigned i = 0; i < 2 && status == STATUS_OK; i++) {
		status = guard_register(&platform->sleep_control[i]);
	}
	return status;
}

bool memory_is_apic(gpa_t address)
{
	return address.value >> PAGE_SHIFT == hv.apic_page >> PAGE_SHIFT;
}

/* The store that faulted, from the instruction's bytes. */
static enum status decode_store(struct cpu *cpu, struct exit *exit,
				struct insn_store *store)
{
	uint8_t bytes[INSN_BYTES_MAX];
	struct vendor_fetch fetch;
	unsigned count;
	enum status status;

	vendor_fetch(cpu, &fetch);
	lock_take(&hv.protect_lock, cpu);
	count = walk_copy(&fetch.root, fetch.linear, bytes, sizeof(bytes));
	lock_release(&hv.protect_lock);
	status = insn_decode_store(bytes, count, fetch.mode, cpu->gpr, store);
	if (status == STATUS_OK) {
		exit->length_bytes = store->length_bytes;
		exit->value = store->value;
		exit->size_bytes = store->size_bytes;
	}
	return status;
}

static struct answer refuse(struct cpu *cpu, const struct exit *exit,
			    uint32_t kind)
{
	cpu_event(cpu, exit, kind, exit->address.value, exit->access);
	return answer_inject_error(VECTOR_GP, 0);
}

/*
 * Why an access can only be refused, whatever it is. A fault of event delivery
 * is a push to a stack or a read of a table: the instruction at RIP has
 * nothing to do with it and must not be decoded.
 */
static uint32_t refusal_of(const struct exit *exit)
{
	if (exit->table_walk) {
		return EVENT_TABLE_DENIED;
	}
	if (exit->delivering || (exit->access & ACCESS_WRITE) == 0) {
		return EVENT_MEMORY_DENIED;
	}
	return 0;
}

struct answer memory_apic(struct cpu *cpu, struct exit *exit)
{
	uint32_t offset = (uint32_t)(exit->address.value & (PAGE_BYTES - 1));
	uint32_t refusal = refusal_of(exit);
	struct insn_store store;

	if (refusal != 0) {
		return refuse(cpu, exit, refusal);
	}
	if (offset < APIC_REGISTER_STRIDE) {
		return refuse(cpu, exit, EVENT_MSI_DENIED);
	}
	if (decode_store(cpu, exit, &store) != STATUS_OK ||
	    store.size_bytes != APIC_REGISTER_BYTES ||
	    offset % APIC_REGISTER_STRIDE != 0) {
		return refuse(cpu, exit, EVENT_INSTRUCTION_DENIED);
	}
	apic_store(cpu, exit, offset, (uint32_t)store.value);
	return answer_skip();
}

static void store_perform(uint64_t address, const struct insn_store *store)
{
	switch (store->size_bytes) {
	case 1:
		*(volatile uint8_t *)address = (uint8_t)store->value;
		break;
	case 2:
		*(volatile uint16_t *)address = (uint16_t)store->value;
		break;
	case 4:
		*(volatile uint32_t *)address = (uint32_t)store->value;
		break;
	default:
		*(volatile uint64_t *)address = store->value;
		break;
	}
}

/* Sleep and reset registers in memory. True: it may be performed. */
static bool power_allows(struct cpu *cpu, const struct exit *exit,
			 const struct insn_store *store)
{
	struct power_write write = {.space = HANDOFF_SPACE_MEMORY,
				    .size_bytes = store->size_bytes,
				    .address = exit->address.value,
				    .value = store->value};
	struct power_answer answer =
		power_decide(&hv.handoff.platform, &hv.power, &write);

	switch (answer.action) {
	case POWER_RESET:
		door_reset(cpu, exit, DOOR_MEMORY, exit->address.value);
	case POWER_OFF:
		door_power_off(cpu, exit);
	case POWER_REFUSE:
		cpu_event(cpu, exit, answer.event, exit->address.value,
			  store->value);
		return false;
	case POWER_PASS:
		break;
	}
	return true;
}

/* No timer writes its interrupts to memory. */
static bool timer_allows(struct cpu *cpu, const struct exit *exit,
			 const struct insn_store *store)
{
	uint64_t offset = exit->address.value - HPET_BASE;

	if (offset >= PAGE_BYTES ||
	    hpet_allows((uint32_t)offset, store->size_bytes, store->value)) {
		return true;
	}
	cpu_event(cpu, exit, EVENT_MSI_DENIED, exit->address.value,
		  store->value);
	return false;
}

static struct answer guarded_store(struct cpu *cpu, struct exit *exit)
{
	uint64_t offset = exit->address.value & (PAGE_BYTES - 1);
	struct insn_store store;
	bool allowed;

	/* A store may not run on into a page that nobody judges. */
	if (decode_store(cpu, exit, &store) != STATUS_OK ||
	    offset + store.size_bytes > PAGE_BYTES) {
		return refuse(cpu, exit, EVENT_INSTRUCTION_DENIED);
	}
	lock_take(&hv.config_lock, cpu);
	allowed = power_allows(cpu, exit, &store) &&
		  ioapic_allows(cpu, exit, store.value) &&
		  timer_allows(cpu, exit, &store) &&
		  config_ecam_allows(cpu, exit, &store);
	if (allowed) {
		store_perform(exit->address.value, &store);
	}
	lock_release(&hv.config_lock);
	return answer_skip();
}

struct answer memory_fault(struct cpu *cpu, struct exit *exit)
{
	uint32_t refusal = refusal_of(exit);
	unsigned rights;
	bool own, guarded;

	lock_take(&hv.protect_lock, cpu);
	rights = protect_lookup(VIEW_VTL0, exit->address);
	own = !protect_is_vtl0(exit->address, 1);
	guarded = machine_is_guarded((struct frames){
		.first = exit->address.value >> PAGE_SHIFT, .count = 1});
	lock_release(&hv.protect_lock);
	if ((rights & exit->access) == exit->access && !exit->table_walk) {
		return answer_resume(); /* allowed by now */
	}
	if (own) {
		return refuse(cpu, exit,
			      exit->table_walk		? EVENT_TABLE_DENIED
			      : is_iommu(exit->address) ? EVENT_IOMMU_DENIED
							: EVENT_MEMORY_DENIED);
	}
	if (!guarded && !exit->delivering && vtl_intercept_memory(cpu, exit)) {
		return answer_resume();
	}
	if (refusal != 0 || !guarded) {
		return refuse(cpu, exit,
			      refusal != 0 ? refusal : EVENT_MEMORY_DENIED);
	}
	if (exit->address.value - APIC_RANGE_BASE < APIC_RANGE_BYTES) {
		return refuse(cpu, exit, EVENT_MSI_DENIED);
	}
	return guarded_store(cpu, exit);
}
