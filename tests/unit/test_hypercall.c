/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hypercalls of VTL1: every refusal first, then what each call does.
 *
 * Links: hv/core/pool.c hv/core/owner.c hv/core/view.c hv/core/state.c
 * Links: hv/core/protect.c hv/core/event.c
 * Links: tests/fake/machine.c tests/fake/entry.c
 */
#include <string.h>

#include "abi/vtl.h"
#include "abi/vtl_layout.h"
#include "hv/core/hypercall.h"
#include "hv/core/iommu.h"
#include "hv/core/protect.h"
#include "hv/core/state.h"
#include "hv/core/vp.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define BITS	   40
#define FIRST	   UINT64_C(0x80000) /* backed frames */
#define POOL_COUNT 48
#define OWN	   (FIRST + POOL_COUNT) /* VTL1's */
#define OWN_COUNT  4
#define INPUT	   (OWN * PAGE_BYTES)
#define OUTPUT	   ((OWN + 1) * PAGE_BYTES)
#define GUARDED	   UINT64_C(0xfee00)
#define PLAIN	   UINT64_C(0x1000) /* a frame of VTL0's */
#define CPUS	   3

static struct pool pool;
static struct cpu cpus[CPUS];
static bool context_is_good;
static uint32_t created;
static uint64_t watched;

/* --- a vendor's part ------------------------------------------------------ */

struct cpu *vp_cpu(uint32_t index)
{
	return index < CPUS ? &cpus[index] : NULL;
}

static const struct iommu_fault *fault_next;
static unsigned faults_left;

bool iommu_next_fault(struct iommu_fault *fault)
{
	if (faults_left == 0) {
		return false;
	}
	*fault = fault_next[--faults_left];
	return true;
}

bool vp_vtl1_create(struct cpu *cpu,
		    const struct hv_initial_vp_context *context)
{
	assert_int_equal(context->rip, 42);
	created = cpu->index;
	return context_is_good;
}

bool vp_register_get(const struct cpu *cpu, uint32_t name,
		     union hv_register_value *value)
{
	(void)cpu;
	value->low = name + 1;
	return name != HV_REGISTER_STAR;
}

bool vp_register_set(struct cpu *cpu, uint32_t name,
		     const union hv_register_value *value)
{
	cpu->gpr[GPR_R15] = value->low;
	return name == HV_REGISTER_RIP;
}

bool vp_intercept_set(struct cpu *cpu, uint32_t name, uint64_t value)
{
	watched = value;
	return cpu->index == 0 && name == HV_REGISTER_CR_INTERCEPT_CONTROL;
}

bool machine_is_guarded(struct frames frames)
{
	return frames.first <= GUARDED && GUARDED < frames.first + frames.count;
}

/* --- calls ---------------------------------------------------------------- */

static int setup(void **unused)
{
	(void)unused;
	memset(cpus, 0, sizeof(cpus));
	memset(&hypercall_state, 0, sizeof(hypercall_state));
	for (uint32_t i = 0; i < CPUS; i++) {
		cpus[i].index = i;
	}
	context_is_good = true;
	fake_start((struct frames){FIRST, POOL_COUNT + OWN_COUNT});
	pool_init(&pool, (struct frames){FIRST, POOL_COUNT});
	assert_int_equal(protect_init(&pool, BITS), STATUS_OK);
	fake_set_root(VIEW_VTL0, protect_root(VIEW_VTL0));
	fake_set_root(VIEW_VTL1, protect_root(VIEW_VTL1));
	assert_int_equal(
		protect_own((struct frames){OWN, OWN_COUNT}, OWNER_VTL1),
		STATUS_OK);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	fake_stop();
	return 0;
}

static void *input(void)
{
	return machine_frame(spa(INPUT));
}

static uint64_t call_at(uint64_t code, uint32_t reps, uint64_t in, uint64_t out)
{
	cpus[0].gpr[GPR_RCX] = code | (uint64_t)reps << HVCALL_REP_COUNT_SHIFT;
	cpus[0].gpr[GPR_RDX] = in;
	cpus[0].gpr[GPR_R8] = out;
	return hypercall_serve(&cpus[0]);
}

static uint64_t call(uint64_t code, uint32_t reps)
{
	return call_at(code, reps, INPUT, OUTPUT);
}

static uint64_t done(uint64_t count)
{
	return HV_STATUS_SUCCESS | count << HVCALL_REP_COUNT_SHIFT;
}

static void refuses_unknown_codes(void **unused)
{
	(void)unused;
	assert_int_equal(call(0, 0), HV_STATUS_INVALID_HYPERCALL_CODE);
	assert_int_equal(call(HVCALL_OPENVBS_LOOKUP, 0),
			 HV_STATUS_INVALID_HYPERCALL_CODE); /* not fast */
	assert_int_equal(call(HVCALL_SET_VP_REGISTERS | HVCALL_FAST, 0),
			 HV_STATUS_INVALID_HYPERCALL_CODE);
	assert_int_equal(call(HVCALL_GET_VP_REGISTERS |
				      UINT64_C(1) << HVCALL_REP_START_SHIFT,
			      0),
			 HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void refuses_memory_not_vtl1s(void **unused)
{
	static const uint64_t codes[] = {
		HVCALL_MODIFY_VTL_PROTECTION_MASK, HVCALL_ENABLE_VP_VTL,
		HVCALL_GET_VP_REGISTERS, HVCALL_SET_VP_REGISTERS};
	const uint64_t places[] = {
		PLAIN * PAGE_BYTES,
		FIRST * PAGE_BYTES - 1,
		UINT64_MAX - 7,
		INPUT + 1,			/* not aligned */
		INPUT + PAGE_BYTES - 8,		/* crosses a page */
		(OWN + OWN_COUNT) * PAGE_BYTES, /* just behind */
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
		for (size_t j = 0; j < ARRAY_COUNT(places); j++) {
			assert_int_equal(
				call_at(codes[i], 1, places[j], OUTPUT),
				HV_STATUS_INVALID_HYPERCALL_INPUT);
		}
	}
	/* A list longer than the page. */
	assert_int_equal(call(HVCALL_MODIFY_VTL_PROTECTION_MASK, 511),
			 HV_STATUS_INVALID_HYPERCALL_INPUT);
	assert_int_equal(
		call_at(HVCALL_OPENVBS_TAKE_EVENTS, 0, 0, PLAIN * PAGE_BYTES),
		HV_STATUS_INVALID_HYPERCALL_INPUT);
	assert_int_equal(call_at(HVCALL_OPENVBS_TAKE_EVENTS, 0, 0, OUTPUT + 8),
			 HV_STATUS_INVALID_HYPERCALL_INPUT);
	memset(input(), 0, PAGE_BYTES);
	assert_int_equal(
		call_at(HVCALL_GET_VP_REGISTERS, 1, INPUT, PLAIN * PAGE_BYTES),
		HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static uint64_t modify(uint32_t rights, const uint64_t *pages, uint32_t count)
{
	struct hv_modify_vtl_protection_mask header = {
		.partition = HV_PARTITION_ID_SELF,
		.map_flags = rights,
		.target_vtl = HV_INPUT_VTL_USE,
	};

	memcpy(input(), &header, sizeof(header));
	memcpy((uint8_t *)input() + sizeof(header), pages,
	       count * sizeof(*pages));
	return call(HVCALL_MODIFY_VTL_PROTECTION_MASK, count);
}

static unsigned vtl0(uint64_t frame)
{
	return protect_lookup(VIEW_VTL0, gpa(frame * PAGE_BYTES));
}

static void modifies_what_is_vtl0s(void **unused)
{
	const uint64_t run[] = {PLAIN, PLAIN + 1, PLAIN + 2, PLAIN + 9};
	const uint64_t own[] = {PLAIN, OWN};
	const uint64_t guarded[] = {GUARDED - 1, GUARDED};
	const uint64_t beyond[] = {UINT64_MAX};
	struct hv_modify_vtl_protection_mask *header = input();
	uint64_t before;

	(void)unused;
	before = fake_invalidations(VIEW_VTL0);
	assert_int_equal(modify(ACCESS_READ, run, 4), done(4));
	assert_int_equal(fake_invalidations(VIEW_VTL0), before + 2);
	assert_int_equal(vtl0(PLAIN + 2), ACCESS_READ);
	assert_int_equal(vtl0(PLAIN + 3), ACCESS_ALL);
	assert_int_equal(vtl0(PLAIN + 9), ACCESS_READ);
	assert_int_equal(modify(ACCESS_ALL, own, 2),
			 HV_STATUS_ACCESS_DENIED |
				 UINT64_C(1) << HVCALL_REP_COUNT_SHIFT);
	assert_int_equal(vtl0(PLAIN), ACCESS_ALL);
	assert_int_equal(vtl0(OWN), ACCESS_NONE);
	assert_int_equal(modify(ACCESS_ALL, guarded, 2),
			 HV_STATUS_ACCESS_DENIED);
	assert_int_equal(modify(ACCESS_READ, beyond, 1),
			 HV_STATUS_INVALID_PARAMETER);
	assert_int_equal(modify(ACCESS_ALL + 1, run, 1),
			 HV_STATUS_INVALID_PARAMETER);
	modify(ACCESS_READ, run, 1);
	header->target_vtl = HV_INPUT_VTL_USE | 1;
	assert_int_equal(call(HVCALL_MODIFY_VTL_PROTECTION_MASK, 1),
			 HV_STATUS_INVALID_PARAMETER);
	header->target_vtl = HV_INPUT_VTL_USE;
	header->partition = 7;
	assert_int_equal(call(HVCALL_MODIFY_VTL_PROTECTION_MASK, 1),
			 HV_STATUS_INVALID_PARAMETER);
}

static void enables_each_vp_once(void **unused)
{
	struct hv_enable_vp_vtl *enable = input();

	(void)unused;
	memset(enable, 0, sizeof(*enable));
	enable->partition = HV_PARTITION_ID_SELF;
	enable->context.rip = 42;
	enable->vp_index = CPUS;
	enable->target_vtl = 1;
	assert_int_equal(call(HVCALL_ENABLE_VP_VTL, 0),
			 HV_STATUS_INVALID_VP_INDEX);
	enable->vp_index = 2;
	enable->target_vtl = 0;
	assert_int_equal(call(HVCALL_ENABLE_VP_VTL, 0),
			 HV_STATUS_INVALID_PARAMETER);
	enable->target_vtl = 1;
	context_is_good = false;
	assert_int_equal(call(HVCALL_ENABLE_VP_VTL, 0),
			 HV_STATUS_INVALID_REGISTER_VALUE);
	assert_false(cpus[2].vtl1_enabled);
	context_is_good = true;
	assert_int_equal(call(HVCALL_ENABLE_VP_VTL, 0), done(0));
	assert_true(cpus[2].vtl1_enabled);
	assert_int_equal(created, 2);
	assert_int_equal(call(HVCALL_ENABLE_VP_VTL, 0),
			 HV_STATUS_VTL_ALREADY_ENABLED);
}

static uint64_t set_register(uint8_t vtl, uint32_t name, uint64_t value)
{
	struct hv_vp_registers header = {.partition = HV_PARTITION_ID_SELF,
					 .vp_index = HV_VP_INDEX_SELF,
					 .target_vtl = vtl};
	struct hv_register_assoc assoc = {.name = name, .value.low = value};

	memcpy(input(), &header, sizeof(header));
	memcpy((uint8_t *)input() + sizeof(header), &assoc, sizeof(assoc));
	return call(HVCALL_SET_VP_REGISTERS, 1);
}

static void sets_registers(void **unused)
{
	const uint8_t other = HV_INPUT_VTL_USE;

	(void)unused;
	assert_int_equal(set_register(other, HV_REGISTER_RIP, 9), done(1));
	assert_int_equal(cpus[0].gpr[GPR_R15], 9);
	assert_int_equal(set_register(other, HV_REGISTER_CR0, 9),
			 HV_STATUS_INVALID_REGISTER_VALUE);
	assert_int_equal(set_register(1, HV_REGISTER_RIP, 9),
			 HV_STATUS_INVALID_PARAMETER);
	assert_int_equal(
		set_register(0, HV_REGISTER_VSM_VINA, HV_VINA_ENABLED | 77),
		done(1));
	assert_true(cpus[0].vina_enabled);
	assert_int_equal(cpus[0].vina_vector, 77);
	assert_int_equal(set_register(0, HV_REGISTER_VP_ASSIST_PAGE, OUTPUT),
			 HV_STATUS_INVALID_REGISTER_VALUE); /* not enabled */
	assert_int_equal(set_register(0, HV_REGISTER_VP_ASSIST_PAGE,
				      PLAIN * PAGE_BYTES + 1),
			 HV_STATUS_INVALID_REGISTER_VALUE);
	assert_int_equal(cpus[0].assist_page.value, 0);
	assert_int_equal(
		set_register(0, HV_REGISTER_VP_ASSIST_PAGE, OUTPUT + 1),
		done(1));
	assert_int_equal(cpus[0].assist_page.value, OUTPUT);
}

static void watches_on_its_own_cpu(void **unused)
{
	const uint32_t name = HV_REGISTER_CR_INTERCEPT_CONTROL;

	(void)unused;
	assert_int_equal(set_register(0, name, HV_CR_INTERCEPT_CR0), done(1));
	assert_int_equal(watched, HV_CR_INTERCEPT_CR0);
	/* It is a register of VTL1's. */
	assert_int_equal(set_register(HV_INPUT_VTL_USE, name, 0),
			 HV_STATUS_INVALID_REGISTER_VALUE);
	assert_int_equal(set_register(0, HV_REGISTER_CR0, 0),
			 HV_STATUS_INVALID_REGISTER_VALUE);
}

static void gets_registers_of_vtl0(void **unused)
{
	struct hv_vp_registers header = {.partition = HV_PARTITION_ID_SELF,
					 .vp_index = 1,
					 .target_vtl = HV_INPUT_VTL_USE};
	const uint32_t names[] = {HV_REGISTER_RIP, HV_REGISTER_CR0,
				  HV_REGISTER_STAR};
	const union hv_register_value *values = machine_frame(spa(OUTPUT));

	(void)unused;
	memcpy(input(), &header, sizeof(header));
	memcpy((uint8_t *)input() + sizeof(header), names, sizeof(names));
	assert_int_equal(call(HVCALL_GET_VP_REGISTERS, 2),
			 HV_STATUS_INVALID_PARAMETER); /* another VP */
	header.vp_index = 0;
	memcpy(input(), &header, sizeof(header));
	assert_int_equal(call(HVCALL_GET_VP_REGISTERS, 3),
			 HV_STATUS_INVALID_PARAMETER |
				 UINT64_C(2) << HVCALL_REP_COUNT_SHIFT);
	assert_int_equal(values[0].low, HV_REGISTER_RIP + 1);
	assert_int_equal(values[1].low, HV_REGISTER_CR0 + 1);
}

static unsigned lookup(uint64_t frame)
{
	assert_int_equal(
		call_at(HVCALL_OPENVBS_LOOKUP | HVCALL_FAST, 0, frame, 99), 0);
	return (unsigned)cpus[0].gpr[GPR_R8];
}

static void looks_up_rights_of_vtl0(void **unused)
{
	const uint64_t page = PLAIN;

	(void)unused;
	assert_int_equal(lookup(PLAIN), ACCESS_ALL);
	assert_int_equal(lookup(OWN), ACCESS_NONE);
	assert_int_equal(lookup(UINT64_C(1) << (BITS - PAGE_SHIFT)), 0);
	assert_int_equal(lookup(UINT64_MAX), ACCESS_NONE);
	assert_int_equal(lookup(PLAIN | UINT64_C(1) << 52), ACCESS_NONE);
	modify(ACCESS_READ, &page, 1);
	assert_int_equal(lookup(PLAIN), ACCESS_READ);
}

static uint32_t told_kind[4];
static uint64_t told_a[4];
static unsigned told;

void cpu_event(struct cpu *cpu, const struct exit *exit, uint32_t kind,
	       uint64_t a, uint64_t b)
{
	assert_ptr_equal(cpu, &cpus[0]);
	assert_null(exit);
	told_kind[told] = kind;
	told_a[told] = a;
	told++;
	(void)b;
}

static void what_iommus_say_becomes_events(void **unused)
{
	static const struct iommu_fault faults[] = {
		{.denied = false, .a = 11, .b = 12},
		{.denied = true, .a = 21, .b = 22},
	};

	(void)unused;
	told = 0;
	fault_next = faults;
	faults_left = 2;
	assert_int_equal(call(HVCALL_OPENVBS_TAKE_EVENTS, 0), done(0));
	assert_int_equal(told, 2);
	assert_int_equal(told_kind[0], EVENT_DMA_DENIED);
	assert_int_equal(told_a[0], 21);
	assert_int_equal(told_kind[1], EVENT_IOMMU_FAULT);
	assert_int_equal(told_a[1], 11);
}

static void takes_events_of_all_cpus_in_turn(void **unused)
{
	const struct event *taken = machine_frame(spa(OUTPUT));

	(void)unused;
	for (uint64_t i = 0; i < 2 * HV_EVENTS_MAX; i++) {
		event_put(&cpus[0].events,
			  (struct event){.kind = EVENT_MSR_DENIED, .a = i});
	}
	event_put(&cpus[2].events, (struct event){.kind = EVENT_RESET, .a = 5});
	assert_int_equal(call(HVCALL_OPENVBS_TAKE_EVENTS, 0),
			 done(HV_EVENTS_MAX));
	assert_int_equal(taken[0].a, 0);
	/* The next turn begins behind the CPU that floods. */
	assert_int_equal(call(HVCALL_OPENVBS_TAKE_EVENTS, 0),
			 done(HV_EVENTS_MAX));
	assert_int_equal(taken[0].kind, EVENT_RESET);
	assert_int_equal(taken[1].a, HV_EVENTS_MAX);
	assert_int_equal(call(HVCALL_OPENVBS_TAKE_EVENTS, 0), done(1));
	assert_int_equal(call(HVCALL_OPENVBS_TAKE_EVENTS, 0), done(0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refuses_unknown_codes),
		TEST(refuses_memory_not_vtl1s),
		TEST(modifies_what_is_vtl0s),
		TEST(enables_each_vp_once),
		TEST(sets_registers),
		TEST(watches_on_its_own_cpu),
		TEST(gets_registers_of_vtl0),
		TEST(looks_up_rights_of_vtl0),
		TEST(takes_events_of_all_cpus_in_turn),
		TEST(what_iommus_say_becomes_events),
	};

	return cmocka_run_group_tests_name("hypercall", tests, NULL, NULL);
}
