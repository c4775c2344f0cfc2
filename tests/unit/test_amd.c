/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMD's IOMMU driver against a model of the hardware that keeps every
 * translation until it is told to forget, reads page tables by the IOMMU's own
 * fields, and executes commands only when it is on.
 *
 * Links: hv/core/pool.c hv/core/owner.c hv/core/view.c hv/core/state.c
 * Links: hv/core/protect.c hv/svm/nested.c
 * Links: tests/fake/machine.c tests/fake/entry_svm.c
 */
#include <string.h>

#include "hv/core/iommu.h"
#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/iommu/amd_format.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define BITS	   40
#define FIRST	   UINT64_C(0x80000) /* backed frames */
#define POOL_COUNT 560
#define BASE	   UINT64_C(0xfed80000)
#define BASE_2	   UINT64_C(0xfec80000)
#define DEVICE	   0x0042u
#define OWN_FRAME  UINT64_C(0x12345)
#define CACHED_MAX 16

enum {
	READ = 1,
	WRITE = 2
};

static struct unit_model {
	uint64_t base;
	uint64_t at[AMD_STATUS / 8 + 1];
	bool dead;	       /* executes nothing */
	bool stuck;	       /* does not stop */
	bool locked;	       /* keeps its device table */
	uint64_t kept_control; /* bits that stay set */
	unsigned all, pages, unknown;
	struct {
		bool valid;
		uint64_t frame;
		unsigned rights;
	} cache[CACHED_MAX];
} models[2];
static unsigned model_count;
static struct pool pool;

static struct unit_model *model_of(spa_t address, uint32_t *offset)
{
	for (unsigned i = 0; i < model_count; i++) {
		if (address.value - models[i].base < AMD_REGISTERS_BYTES) {
			*offset = (uint32_t)(address.value - models[i].base);
			return &models[i];
		}
	}
	fail_msg("no register at 0x%llx", (unsigned long long)address.value);
	return NULL;
}

static uint64_t *reg(struct unit_model *model, uint32_t offset)
{
	assert_true(offset % 8 == 0 && offset <= AMD_STATUS);
	return &model->at[offset / 8];
}

static void execute(struct unit_model *model, const uint64_t command[2])
{
	switch (field_get(command[0], AMD_COMMAND_OPERATION)) {
	case AMD_COMPLETION_WAIT:
		assert_true((command[0] & AMD_COMPLETION_STORE) != 0);
		*(uint64_t *)machine_frame(
			spa(command[0] & AMD_COMPLETION_ADDRESS)) = command[1];
		break;
	case AMD_INVALIDATE_ALL:
		model->all++;
		memset(model->cache, 0, sizeof(model->cache));
		break;
	case AMD_INVALIDATE_PAGES:
		assert_int_equal(command[0], UINT64_C(0x3000000100000000));
		assert_int_equal(command[1], UINT64_C(0x7ffffffffffff003));
		model->pages++;
		memset(model->cache, 0, sizeof(model->cache));
		break;
	default:
		model->unknown++;
		break;
	}
}

static void run_commands(struct unit_model *model)
{
	uint64_t *head = reg(model, AMD_COMMAND_HEAD);
	uint64_t base = *reg(model, AMD_COMMAND_BASE);
	uint64_t on = AMD_CONTROL_ENABLE | AMD_CONTROL_COMMANDS;

	if (model->dead || (*reg(model, AMD_CONTROL) & on) != on) {
		return;
	}
	assert_int_equal(field_get(base, AMD_RING_LENGTH), 8);
	while (*head != *reg(model, AMD_COMMAND_TAIL)) {
		const uint8_t *ring = machine_frame(spa(base & MASK64(51, 12)));
		uint64_t command[2];

		memcpy(command, ring + *head, sizeof(command));
		execute(model, command);
		*head = (*head + AMD_COMMAND_BYTES) % PAGE_BYTES;
	}
}

/* Time runs fast here, so that nobody waits for what does not come. */
uint64_t machine_time(void)
{
	static uint64_t now;

	now += BIT64(30);
	return now;
}

uint64_t machine_register_read(spa_t address)
{
	uint32_t offset;
	struct unit_model *model = model_of(address, &offset);

	return *reg(model, offset);
}

void machine_register_write(spa_t address, uint64_t value)
{
	uint32_t offset;
	struct unit_model *model = model_of(address, &offset);
	uint64_t *status = reg(model, AMD_STATUS);

	if (offset == AMD_STATUS) {
		*status &= ~(value & AMD_STATUS_EVENT_OVERFLOW);
		return;
	}
	if (!model->locked || offset != AMD_DEVICE_TABLE) {
		*reg(model, offset) = value;
	}
	if (offset == AMD_CONTROL) {
		*reg(model, offset) |= model->kept_control;
	}
	if (offset == AMD_CONTROL && !model->stuck) {
		*status &= ~(AMD_STATUS_EVENTS_RUN | AMD_STATUS_COMMANDS_RUN);
		*status |= value & AMD_CONTROL_COMMANDS
				   ? AMD_STATUS_COMMANDS_RUN
				   : 0;
		*status |= value & AMD_CONTROL_EVENT_LOG ? AMD_STATUS_EVENTS_RUN
							 : 0;
	}
	if (offset == AMD_CONTROL || offset == AMD_COMMAND_TAIL) {
		run_commands(model);
	}
}

/* --- devices -------------------------------------------------------------- */

/* A walk by 48882, 2.2.3: next level in bits 11:9, rights in 61 and 62. */
static unsigned walk(struct unit_model *model, uint32_t device, uint64_t frame)
{
	uint64_t table = *reg(model, AMD_DEVICE_TABLE);
	const uint8_t *at = machine_frame(
		spa((table & MASK64(51, 12)) + device * 32 / 4096 * 4096));
	unsigned rights = READ | WRITE;
	uint64_t entry;
	unsigned level;

	assert_true(device * 32 <
		    (field_get(table, AMD_DEVICE_TABLE_SIZE) + 1) * 4096);
	memcpy(&entry, at + device * 32 % 4096, sizeof(entry));
	if ((entry & BIT64(0)) == 0 || (entry & BIT64(1)) == 0) {
		return READ | WRITE; /* not translated */
	}
	for (level = (unsigned)field_get(entry, MASK64(11, 9));; level--) {
		rights &= (unsigned)field_get(entry, MASK64(62, 61));
		if (rights == 0 || level == 0) {
			break;
		}
		const uint64_t *page =
			machine_frame(spa(entry & MASK64(51, 12)));

		entry = page[frame >> (9 * (level - 1)) & 511];
		if ((entry & 1) == 0) {
			return 0;
		}
		unsigned next = (unsigned)field_get(entry, MASK64(11, 9));

		assert_true(next == 0 || next == level - 1);
		if (next == 0) {
			uint64_t low = (UINT64_C(1) << (9 * (level - 1))) - 1;

			assert_int_equal((entry & MASK64(51, 12)) >> 12,
					 frame & ~low);
			rights &= (unsigned)field_get(entry, MASK64(62, 61));
			break;
		}
	}
	return rights;
}

/* What a device may do, from the cache if it is there. */
static unsigned use(uint64_t frame)
{
	struct unit_model *model = &models[0];
	unsigned rights;

	if ((*reg(model, AMD_CONTROL) & AMD_CONTROL_ENABLE) == 0) {
		return READ | WRITE;
	}
	for (unsigned i = 0; i < CACHED_MAX; i++) {
		if (model->cache[i].valid && model->cache[i].frame == frame) {
			return model->cache[i].rights;
		}
	}
	rights = walk(model, DEVICE, frame);
	for (unsigned i = 0; i < CACHED_MAX; i++) {
		if (!model->cache[i].valid) {
			model->cache[i].valid = true;
			model->cache[i].frame = frame;
			model->cache[i].rights = rights;
			break;
		}
	}
	return rights;
}

/* --- tests ---------------------------------------------------------------- */

static struct handoff_dma found;

static int setup(void **unused)
{
	(void)unused;
	memset(models, 0, sizeof(models));
	models[0].base = BASE;
	models[1].base = BASE_2;
	for (unsigned i = 0; i < 2; i++) {
		*reg(&models[i], AMD_FEATURES) = AMD_FEATURE_INVALIDATE_ALL;
		*reg(&models[i], AMD_CONTROL) = 0x60 | BIT64(13);
		*reg(&models[i], AMD_EXCLUSION_BASE) = 1;
	}
	model_count = 2;
	found = (struct handoff_dma){
		.iommu_count = 1,
		.iommu[0] = {.base = BASE, .function = 2},
	};
	fake_start((struct frames){FIRST, POOL_COUNT});
	memset(&pool, 0, sizeof(pool));
	pool_init(&pool, (struct frames){FIRST, POOL_COUNT});
	assert_int_equal(protect_init(&pool, BITS), STATUS_OK);
	fake_set_root(VIEW_VTL0, protect_root(VIEW_VTL0));
	fake_set_root(VIEW_VTL1, protect_root(VIEW_VTL1));
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	fake_stop();
	return 0;
}

static enum status prepare(void)
{
	return iommu_prepare(&found, &pool, protect_root(VIEW_VTL0));
}

static void test_nothing_happens_without(void **unused)
{
	(void)unused;
	found.iommu_count = 0;
	uint64_t left = pool_left(&pool);

	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	iommu_invalidate();
	assert_int_equal(iommu_registers(0).count, 0);
	assert_false(iommu_next_fault(&(struct iommu_fault){0}));
	assert_int_equal(pool_left(&pool), left);
}

static void test_prepare_changes_no_register(void **unused)
{
	struct unit_model before = models[0];

	(void)unused;
	assert_int_equal(prepare(), STATUS_OK);
	assert_memory_equal(&before, &models[0], sizeof(before));
	assert_int_equal(iommu_registers(0).first, BASE >> PAGE_SHIFT);
	assert_int_equal(iommu_registers(0).count, 4);
	assert_int_equal(iommu_registers(1).count, 0);
}

static void test_registers_with_counters_are_more(void **unused)
{
	(void)unused;
	*reg(&models[0], AMD_FEATURES) |= AMD_FEATURE_COUNTERS;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_registers(0).count, 128);
}

static void test_bad_tables_are_refused(void **unused)
{
	(void)unused;
	found.iommu_count = HANDOFF_IOMMUS_MAX + 1;
	assert_int_equal(prepare(), STATUS_INVALID);
	found.iommu_count = 1;
	found.setting_count = HANDOFF_DEVICE_SETTINGS_MAX + 1;
	assert_int_equal(prepare(), STATUS_INVALID);
	found.setting_count = 0;
	found.iommu[0].base = BASE + PAGE_BYTES;
	assert_int_equal(prepare(), STATUS_INVALID);
}

static void test_address_zero_is_refused(void **unused)
{
	(void)unused;
	found.iommu[0].base = 0;
	assert_int_equal(prepare(), STATUS_INVALID);
}

static void test_address_outside_is_refused(void **unused)
{
	(void)unused;
	found.iommu[0].base = UINT64_C(1) << BITS;
	assert_int_equal(prepare(), STATUS_INVALID);
}

static void test_segmented_table_is_not_trusted(void **unused)
{
	(void)unused;
	models[0].kept_control = BIT64(34);
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_UNSUPPORTED);
}

static void test_old_ones_are_refused(void **unused)
{
	(void)unused;
	*reg(&models[0], AMD_FEATURES) = 0;
	assert_int_equal(prepare(), STATUS_UNSUPPORTED);
}

static void test_too_little_memory_is_refused(void **unused)
{
	spa_t page;

	(void)unused;
	while (pool_left(&pool) > 514) {
		assert_true(pool_take(&pool, 1, &page));
	}
	assert_int_equal(prepare(), STATUS_NO_MEMORY);
}

static void test_start_holds_every_device(void **unused)
{
	(void)unused;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(protect_own((struct frames){OWN_FRAME, 1}, OWNER_HV),
			 STATUS_OK);
	assert_int_equal(use(OWN_FRAME), READ | WRITE);
	assert_int_equal(iommu_start(), STATUS_OK);
	assert_int_equal(models[0].all, 1);
	assert_int_equal(*reg(&models[0], AMD_EXCLUSION_BASE), 0);
	/* On, with event log, commands, coherence; the time-out as it was. */
	assert_int_equal(*reg(&models[0], AMD_CONTROL), 0x1465);
	for (uint32_t device = 0; device < AMD_DEVICES; device++) {
		assert_int_equal(walk(&models[0], device, OWN_FRAME), 0);
		assert_int_equal(walk(&models[0], device, OWN_FRAME + 1),
				 READ | WRITE);
	}
	assert_int_equal(iommu_start(), STATUS_OK); /* once */
	assert_int_equal(models[0].all, 1);
}

static void test_frames_that_go_are_gone(void **unused)
{
	(void)unused;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	assert_int_equal(use(OWN_FRAME), READ | WRITE);
	assert_int_equal(protect_own((struct frames){OWN_FRAME, 1}, OWNER_VTL1),
			 STATUS_OK);
	assert_int_equal(use(OWN_FRAME), READ | WRITE); /* the stale entry */
	iommu_invalidate();
	assert_int_equal(models[0].pages, 1);
	assert_int_equal(use(OWN_FRAME), 0);
}

static void test_devices_have_the_rights_of_vtl0(void **unused)
{
	struct frames frames = {OWN_FRAME, 1};

	(void)unused;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	assert_int_equal(protect_access(VIEW_VTL0, frames, ACCESS_READ),
			 STATUS_OK);
	assert_int_equal(use(OWN_FRAME), READ);
	assert_int_equal(protect_access(VIEW_VTL0, frames, ACCESS_NONE),
			 STATUS_OK);
	iommu_invalidate();
	assert_int_equal(use(OWN_FRAME), 0);
	assert_int_equal(
		protect_access(VIEW_VTL0, frames, ACCESS_READ | ACCESS_WRITE),
		STATUS_OK);
	iommu_invalidate();
	assert_int_equal(use(OWN_FRAME), READ | WRITE);
}

static void test_every_iommu_is_told(void **unused)
{
	(void)unused;
	found.iommu_count = 2;
	found.iommu[1] = (struct handoff_iommu){.base = BASE_2};
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	for (unsigned i = 0; i < 600; i++) { /* more than a ring */
		iommu_invalidate();
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(models[i].all, 1);
		assert_int_equal(models[i].pages, 600);
		assert_int_equal(models[i].unknown, 0);
	}
}

static void test_one_that_fails_puts_all_off(void **unused)
{
	(void)unused;
	found.iommu_count = 2;
	found.iommu[1] = (struct handoff_iommu){.base = BASE_2};
	models[1].dead = true;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_UNSUPPORTED);
	models[1].dead = false;
	assert_int_equal(iommu_start(), STATUS_UNSUPPORTED); /* for good */
	assert_int_equal(*reg(&models[0], AMD_CONTROL) & AMD_CONTROL_ENABLE, 0);
	assert_int_equal(*reg(&models[1], AMD_CONTROL) & AMD_CONTROL_ENABLE, 0);
	iommu_invalidate(); /* waits for nobody */
	assert_int_equal(models[0].pages, 0);
}

static void test_one_in_use_is_left_alone(void **unused)
{
	(void)unused;
	*reg(&models[0], AMD_CONTROL) |= AMD_CONTROL_ENABLE;
	assert_int_equal(prepare(), STATUS_UNSUPPORTED);
}

static void test_one_that_is_locked_is_not_trusted(void **unused)
{
	(void)unused;
	models[0].locked = true;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_UNSUPPORTED);
	assert_int_equal(*reg(&models[0], AMD_CONTROL) & AMD_CONTROL_ENABLE, 0);
}

static void test_one_that_does_not_stop_is_not_trusted(void **unused)
{
	(void)unused;
	models[0].stuck = true;
	*reg(&models[0], AMD_STATUS) = AMD_STATUS_COMMANDS_RUN;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_UNSUPPORTED);
}

static void test_one_that_hangs_stops_us(void **unused)
{
	(void)unused;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	models[0].dead = true;
	expect_assert_failure(iommu_invalidate());
}

static void test_settings_are_honoured(void **unused)
{
	uint64_t entry[4];
	spa_t table;

	(void)unused;
	found.iommu[0].flags = 0xf; /* all four */
	found.setting_count = 1;
	found.setting[0] = (struct handoff_device_setting){
		.first = DEVICE, .last = DEVICE + 1, .setting = 0x30};
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	assert_int_equal(*reg(&models[0], AMD_CONTROL), 0x1f67);
	table = spa(*reg(&models[0], AMD_DEVICE_TABLE) & MASK64(51, 12));
	for (uint32_t device = DEVICE - 1; device <= DEVICE + 2; device++) {
		memcpy(entry, (uint8_t *)machine_frame(table) + device * 32,
		       sizeof(entry));
		assert_int_equal(entry[1],
				 device == DEVICE || device == DEVICE + 1
					 ? UINT64_C(0x30000000001)
					 : 1);
		assert_int_equal(entry[2], 0);
		assert_int_equal(entry[3], 0);
	}
}

/* --- event log ------------------------------------------------------------ */

static uint64_t *log_entry(unsigned index)
{
	uint64_t base = *reg(&models[0], AMD_EVENT_BASE) & MASK64(51, 12);

	return (uint64_t *)machine_frame(spa(base)) + 2 * index;
}

static void log_put(unsigned index, uint64_t first, uint64_t second)
{
	log_entry(index)[1] = second;
	log_entry(index)[0] = first;
}

static void test_faults_are_told_once(void **unused)
{
	struct iommu_fault fault;

	(void)unused;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	assert_false(iommu_next_fault(&fault));
	log_put(0, UINT64_C(0x2000000100000042), 0x1234567);
	log_put(1, UINT64_C(0x1000000000000043), 0x55);
	assert_true(iommu_next_fault(&fault));
	assert_true(fault.denied);
	assert_int_equal(fault.a, 0x42);
	assert_int_equal(fault.b, 0x1234567);
	assert_true(iommu_next_fault(&fault));
	assert_false(fault.denied);
	assert_int_equal(fault.a, UINT64_C(0x1000000000000043));
	assert_int_equal(fault.b, 0x55);
	assert_false(iommu_next_fault(&fault));
	assert_int_equal(*reg(&models[0], AMD_EVENT_HEAD), 32);
}

static void test_a_full_log_goes_on(void **unused)
{
	struct iommu_fault fault;

	(void)unused;
	assert_int_equal(prepare(), STATUS_OK);
	assert_int_equal(iommu_start(), STATUS_OK);
	for (unsigned i = 0; i < 256; i++) {
		log_put(i, UINT64_C(0x2000000000000000), i);
	}
	*reg(&models[0], AMD_STATUS) |= AMD_STATUS_EVENT_OVERFLOW;
	for (unsigned i = 0; i < 256; i++) {
		assert_true(iommu_next_fault(&fault));
		assert_int_equal(fault.b, i);
	}
	assert_false(iommu_next_fault(&fault));
	assert_int_equal(*reg(&models[0], AMD_EVENT_HEAD), 0);
	assert_int_equal(*reg(&models[0], AMD_STATUS),
			 AMD_STATUS_EVENTS_RUN | AMD_STATUS_COMMANDS_RUN);
	log_put(0, UINT64_C(0x2000000000000000), 7);
	assert_true(iommu_next_fault(&fault));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_happens_without),
		TEST(test_prepare_changes_no_register),
		TEST(test_registers_with_counters_are_more),
		TEST(test_bad_tables_are_refused),
		TEST(test_address_zero_is_refused),
		TEST(test_address_outside_is_refused),
		TEST(test_segmented_table_is_not_trusted),
		TEST(test_old_ones_are_refused),
		TEST(test_too_little_memory_is_refused),
		TEST(test_start_holds_every_device),
		TEST(test_frames_that_go_are_gone),
		TEST(test_devices_have_the_rights_of_vtl0),
		TEST(test_every_iommu_is_told),
		TEST(test_one_that_fails_puts_all_off),
		TEST(test_one_in_use_is_left_alone),
		TEST(test_one_that_is_locked_is_not_trusted),
		TEST(test_one_that_does_not_stop_is_not_trusted),
		TEST(test_one_that_hangs_stops_us),
		TEST(test_settings_are_honoured),
		TEST(test_faults_are_told_once),
		TEST(test_a_full_log_goes_on),
	};

	return cmocka_run_group_tests_name("amd", tests, NULL, NULL);
}
