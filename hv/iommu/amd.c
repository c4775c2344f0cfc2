/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMD's IOMMUs (48882). Called at preparation, when the first processor enters
 * VTL0, and whenever VIEW_VTL0 has changed; callers hold the protect lock.
 *
 * Invariant: all 65,536 device table entries are valid and translate by
 * VIEW_VTL0, and never change. An entry of zeros would let its device pass.
 *
 * Interrupts pass unmapped (IV = 0): a device can raise any vector, and no
 * vector is trusted. ATS is off (I = 0): no device brings translations of its
 * own. The exclusion range, which passes translation by, is off.
 */
#include <stddef.h>

#include "hv/core/iommu.h"
#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/iommu/amd_format.h"

#define DOMAIN	    1
#define WORD_BYTES  8u
#define RING_BYTES  PAGE_BYTES
#define RING_LENGTH 8 /* 256 entries of 16 bytes in a page */
#define TABLE_BYTES (AMD_DEVICES * AMD_DEVICE_WORDS * WORD_BYTES)
#define TABLE_PAGES (TABLE_BYTES / PAGE_BYTES)
/* Two to four seconds of a processor; accesses under way may take some 50 ms. */
#define PATIENCE BIT64(33)

/* One IOMMU. Its three pages are the hypervisor's. */
struct unit {
	spa_t registers;
	uint64_t registers_bytes;
	uint64_t control; /* while it works */
	spa_t commands;
	spa_t events;
	spa_t done; /* where it stores the number of a finished batch */
	uint64_t batch;
	uint32_t command_tail; /* bytes */
	uint32_t event_head;
};

static struct {
	uint32_t count;
	enum {
		NEVER_STARTED,
		ON,
		FAILED
	} state;
	spa_t device_table;
	struct unit unit[HANDOFF_IOMMUS_MAX];
} amd;

static uint64_t read_register(const struct unit *unit, uint32_t offset)
{
	return machine_register_read(spa(unit->registers.value + offset));
}

static void write_register(const struct unit *unit, uint32_t offset,
			   uint64_t value)
{
	machine_register_write(spa(unit->registers.value + offset), value);
}

/* --- preparation ---------------------------------------------------------- */

static uint64_t setting_system(const struct handoff_dma *dma, uint32_t device)
{
	uint64_t system = 0;

	for (uint32_t i = 0; i < dma->setting_count; i++) {
		const struct handoff_device_setting *row = &dma->setting[i];

		if (device >= row->first && device <= row->last) {
			system = field_get(row->setting, AMD_SETTING_SYSTEM);
		}
	}
	return system;
}

static void fill_device_table(const struct handoff_dma *dma, spa_t root)
{
	uint64_t *entry = machine_frame(amd.device_table);
	uint64_t translated = (root.value & AMD_DTE_ROOT) | AMD_DTE_VALID |
			      AMD_DTE_TRANSLATED | AMD_DTE_READ | AMD_DTE_WRITE;

	translated =
		field_put(translated, AMD_DTE_LEVELS, AMD_TRANSLATE_LEVELS);
	for (uint32_t i = 0; i < AMD_DEVICES; i++, entry += AMD_DEVICE_WORDS) {
		entry[1] = field_put(DOMAIN, AMD_DTE1_SYSTEM,
				     setting_system(dma, i));
		entry[0] = translated;
	}
}

static uint64_t control_of(uint64_t flags)
{
	static const struct {
		uint64_t flag;
		uint64_t control;
	} asked[] = {
		{AMD_IVHD_HT_TUNNEL, AMD_CONTROL_HT_TUNNEL},
		{AMD_IVHD_PASS_PW, AMD_CONTROL_PASS_PW},
		{AMD_IVHD_RES_PASS_PW, AMD_CONTROL_RES_PASS_PW},
		{AMD_IVHD_ISOCHRONOUS, AMD_CONTROL_ISOCHRONOUS},
	};
	uint64_t control = AMD_CONTROL_ENABLE | AMD_CONTROL_EVENT_LOG |
			   AMD_CONTROL_COMMANDS | AMD_CONTROL_COHERENT;

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		if (flags & asked[i].flag) {
			control |= asked[i].control;
		}
	}
	return control;
}

static enum status prepare_unit(struct unit *unit,
				const struct handoff_iommu *found,
				struct pool *pool)
{
	uint64_t features, control;

	if (found->base == 0 || found->base % AMD_REGISTERS_BYTES != 0 ||
	    !protect_is_vtl0(gpa(found->base), AMD_REGISTERS_COUNTER_BYTES)) {
		return STATUS_INVALID;
	}
	unit->registers = spa(found->base);
	features = read_register(unit, AMD_FEATURES);
	control = read_register(unit, AMD_CONTROL);
	if ((features & AMD_FEATURE_INVALIDATE_ALL) == 0 ||
	    (control & AMD_CONTROL_ENABLE) != 0) {
		return STATUS_UNSUPPORTED;
	}
	unit->registers_bytes = features & AMD_FEATURE_COUNTERS
					? AMD_REGISTERS_COUNTER_BYTES
					: AMD_REGISTERS_BYTES;
	unit->control = control_of(found->flags) |
			(control & AMD_CONTROL_INVALID_TIMEOUT);
	if (!pool_take(pool, 1, &unit->commands) ||
	    !pool_take(pool, 1, &unit->events) ||
	    !pool_take(pool, 1, &unit->done)) {
		return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

enum status iommu_prepare(const struct handoff_dma *dma, struct pool *pool,
			  spa_t root)
{
	enum status status = STATUS_OK;

	amd.count = 0;
	amd.state = NEVER_STARTED;
	if (dma->iommu_count == 0) {
		return STATUS_OK;
	}
	if (dma->iommu_count > HANDOFF_IOMMUS_MAX ||
	    dma->setting_count > HANDOFF_DEVICE_SETTINGS_MAX) {
		return STATUS_INVALID;
	}
	if (!pool_take(pool, TABLE_PAGES, &amd.device_table)) {
		return STATUS_NO_MEMORY;
	}
	fill_device_table(dma, root);
	for (uint32_t i = 0; i < dma->iommu_count && status == STATUS_OK; i++) {
		amd.unit[i] = (struct unit){0};
		status = prepare_unit(&amd.unit[i], &dma->iommu[i], pool);
		amd.count = i + 1;
	}
	return status;
}

struct frames iommu_registers(uint32_t index)
{
	const struct unit *unit = &amd.unit[index];

	if (index >= amd.count) {
		return (struct frames){0};
	}
	return (struct frames){unit->registers.value >> PAGE_SHIFT,
			       unit->registers_bytes >> PAGE_SHIFT};
}

/* --- commands ------------------------------------------------------------- */

static void push(struct unit *unit, uint64_t first, uint64_t second)
{
	uint64_t *ring = machine_frame(unit->commands);

	ring[unit->command_tail / WORD_BYTES] = first;
	ring[unit->command_tail / WORD_BYTES + 1] = second;
	unit->command_tail =
		(unit->command_tail + AMD_COMMAND_BYTES) % RING_BYTES;
}

/* Has the pushed commands executed and waits for their end. */
static bool finish(struct unit *unit)
{
	const uint64_t *done = machine_frame(unit->done);
	uint64_t began = machine_time();

	unit->batch++;
	push(unit,
	     field_put((unit->done.value & AMD_COMPLETION_ADDRESS) |
			       AMD_COMPLETION_STORE,
		       AMD_COMMAND_OPERATION, AMD_COMPLETION_WAIT),
	     unit->batch);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	write_register(unit, AMD_COMMAND_TAIL, unit->command_tail);
	while (__atomic_load_n(done, __ATOMIC_ACQUIRE) != unit->batch) {
		if (machine_time() - began > PATIENCE) {
			return false;
		}
	}
	return true;
}

void iommu_invalidate(void)
{
	if (amd.state != ON) {
		return;
	}
	for (uint32_t i = 0; i < amd.count; i++) {
		struct unit *unit = &amd.unit[i];

		push(unit,
		     field_put(field_put(0, AMD_INVALIDATE_DOMAIN, DOMAIN),
			       AMD_COMMAND_OPERATION, AMD_INVALIDATE_PAGES),
		     AMD_INVALIDATE_EVERYTHING | AMD_INVALIDATE_SIZE |
			     AMD_INVALIDATE_DIRECTORY);
		CHECK(finish(unit));
	}
}

/* --- start ---------------------------------------------------------------- */

static bool stop_unit(const struct unit *unit)
{
	uint64_t running = AMD_STATUS_EVENTS_RUN | AMD_STATUS_COMMANDS_RUN;
	uint64_t began = machine_time();

	write_register(unit, AMD_CONTROL,
		       unit->control & AMD_CONTROL_INVALID_TIMEOUT);
	while ((read_register(unit, AMD_STATUS) & running) != 0) {
		if (machine_time() - began > PATIENCE) {
			return false;
		}
	}
	return true;
}

/* Whether it keeps what protection rests on; firmware may have locked it. */
static bool keeps(const struct unit *unit, uint64_t table)
{
	uint64_t control = read_register(unit, AMD_CONTROL);

	return read_register(unit, AMD_DEVICE_TABLE) == table &&
	       (read_register(unit, AMD_EXCLUSION_BASE) &
		AMD_EXCLUSION_ENABLE) == 0 &&
	       (control & AMD_CONTROL_NEEDED) == AMD_CONTROL_NEEDED &&
	       (control & AMD_CONTROL_SEGMENTS) == 0;
}

static bool start_unit(struct unit *unit)
{
	uint64_t ring = field_put(0, AMD_RING_LENGTH, RING_LENGTH);
	uint64_t table = field_put(amd.device_table.value,
				   AMD_DEVICE_TABLE_SIZE, TABLE_PAGES - 1);

	if (!stop_unit(unit)) {
		return false;
	}
	write_register(unit, AMD_DEVICE_TABLE, table);
	write_register(unit, AMD_COMMAND_BASE, unit->commands.value | ring);
	write_register(unit, AMD_COMMAND_HEAD, 0);
	write_register(unit, AMD_COMMAND_TAIL, 0);
	write_register(unit, AMD_EVENT_BASE, unit->events.value | ring);
	write_register(unit, AMD_EVENT_HEAD, 0);
	write_register(unit, AMD_EVENT_TAIL, 0);
	write_register(unit, AMD_EXCLUSION_BASE, 0);
	write_register(unit, AMD_EXCLUSION_LIMIT, 0);
	write_register(unit, AMD_CONTROL, unit->control);
	push(unit, field_put(0, AMD_COMMAND_OPERATION, AMD_INVALIDATE_ALL), 0);
	return finish(unit) && keeps(unit, table);
}

/* How many of them work; the first that does not is the last one tried. */
static uint32_t start_units(void)
{
	for (uint32_t i = 0; i < amd.count; i++) {
		if (!start_unit(&amd.unit[i])) {
			return i;
		}
	}
	return amd.count;
}

enum status iommu_start(void)
{
	if (amd.state == NEVER_STARTED) {
		uint32_t started = start_units();

		amd.state = started == amd.count ? ON : FAILED;
		for (uint32_t i = 0; amd.state == FAILED && i <= started; i++) {
			(void)stop_unit(&amd.unit[i]);
		}
	}
	return amd.state == ON ? STATUS_OK : STATUS_UNSUPPORTED;
}

/* --- event log ------------------------------------------------------------ */

static uint64_t *next_event(const struct unit *unit)
{
	uint64_t *ring = machine_frame(unit->events);

	return &ring[unit->event_head / WORD_BYTES];
}

/* A log entry is there once its code is; what was read is zeroed. */
static bool has_event(const struct unit *unit)
{
	return field_get(__atomic_load_n(next_event(unit), __ATOMIC_ACQUIRE),
			 AMD_EVENT_CODE) != 0;
}

/* A log that ran full stops; it goes on when it is switched on again. */
static void revive_log(const struct unit *unit)
{
	if ((read_register(unit, AMD_STATUS) & AMD_STATUS_EVENT_OVERFLOW) ==
	    0) {
		return;
	}
	write_register(unit, AMD_CONTROL,
		       unit->control & ~AMD_CONTROL_EVENT_LOG);
	write_register(unit, AMD_STATUS, AMD_STATUS_EVENT_OVERFLOW);
	write_register(unit, AMD_CONTROL, unit->control);
}

static void take_event(struct unit *unit, struct iommu_fault *fault)
{
	uint64_t *event = next_event(unit);

	*fault = (struct iommu_fault){.a = event[0], .b = event[1]};
	if (field_get(event[0], AMD_EVENT_CODE) == AMD_EVENT_PAGE &&
	    (event[0] & AMD_EVENT_INTERRUPT) == 0) {
		*fault = (struct iommu_fault){
			.denied = true,
			.a = field_get(event[0], AMD_EVENT_DEVICE),
			.b = event[1],
		};
	}
	event[1] = 0;
	event[0] = 0;
	unit->event_head = (unit->event_head + AMD_EVENT_BYTES) % RING_BYTES;
	write_register(unit, AMD_EVENT_HEAD, unit->event_head);
	if (!has_event(unit)) {
		revive_log(unit);
	}
}

bool iommu_next_fault(struct iommu_fault *fault)
{
	for (uint32_t i = 0; amd.state == ON && i < amd.count; i++) {
		if (has_event(&amd.unit[i])) {
			take_event(&amd.unit[i], fault);
			return true;
		}
	}
	return false;
}
