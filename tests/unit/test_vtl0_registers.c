/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL0's registers in SVM's control block, as VTL1 gets and sets them, and the
 * intercept bits that VTL1 asks for.
 *
 * Links: hv/svm/vtl.c hv/x86/control.c
 */
#include <stdlib.h>
#include <string.h>

#include "abi/vtl.h"
#include "hv/core/protect.h"
#include "hv/core/vp.h"
#include "hv/svm/svm.h"
#include "hv/x86/control.h"
#include "hv/x86/msr.h"
#include "hv/x86/registers.h"
#include "hv/x86/vendor.h"
#include "tests/unit/unit.h"

#define CR4_SMEP  BIT64(20)
#define KERNEL	  UINT64_C(0xffffffff81000000)
#define CROOKED	  UINT64_C(0x8000000000000000)
#define MAP	  0x1000
#define MAP_WATCH 0x2000

uint64_t svm_msr_map = MAP;
uint64_t svm_msr_map_watched = MAP_WATCH;

void vendor_fetch(const struct cpu *cpu, struct vendor_fetch *fetch)
{
	const struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	*fetch = (struct vendor_fetch){
		.root = {.cr0 = vmcb->cr0, .cr4 = vmcb->cr4}};
}

bool msr_efer_decide(const struct cpu *cpu, uint64_t value, uint64_t *efer)
{
	(void)cpu;
	*efer = value;
	return value != CROOKED;
}

void svm_control_vtl0(struct vmcb *vmcb)
{
	(void)vmcb;
}

void svm_skip(struct vmcb *vmcb, uint8_t length_bytes)
{
	(void)vmcb;
	(void)length_bytes;
}

spa_t protect_root(enum view view)
{
	(void)view;
	return spa(0);
}

static struct cpu *cpu;

static int setup(void **unused)
{
	(void)unused;
	cpu = aligned_alloc(HANDOFF_PER_CPU_BYTES, HANDOFF_PER_CPU_BYTES);
	assert_non_null(cpu);
	memset(cpu, 0, HANDOFF_PER_CPU_BYTES);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	free(cpu);
	return 0;
}

static bool set(uint32_t name, uint64_t value)
{
	const union hv_register_value to = {.low = value};

	return vp_register_set(cpu, name, &to);
}

static void sets_system_call_registers(void **unused)
{
	const uint32_t addresses[] = {HV_REGISTER_LSTAR, HV_REGISTER_CSTAR,
				      HV_REGISTER_SYSENTER_EIP,
				      HV_REGISTER_SYSENTER_ESP};
	const uint32_t words[] = {HV_REGISTER_SFMASK, HV_REGISTER_SYSENTER_CS};
	union hv_register_value value;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(addresses); i++) {
		assert_true(set(addresses[i], KERNEL + i));
		assert_false(set(addresses[i], CROOKED));
		assert_true(vp_register_get(cpu, addresses[i], &value));
		assert_true(value.low == KERNEL + i);
	}
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		assert_true(set(words[i], 0x47700 + i));
		assert_false(set(words[i], UINT64_C(1) << 32));
		assert_false(set(words[i], KERNEL));
		assert_true(vp_register_get(cpu, words[i], &value));
		assert_true(value.low == 0x47700 + i);
	}
	assert_true(set(HV_REGISTER_STAR, CROOKED));
	assert_true(svm_pages(cpu)->vtl0.star == CROOKED);
}

static void sets_tables_whole(void **unused)
{
	union hv_register_value value = {
		.table = {.limit = 0xfff, .base = KERNEL}};
	struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	(void)unused;
	assert_true(vp_register_set(cpu, HV_REGISTER_IDTR, &value));
	value.table.limit = 0x7f;
	assert_true(vp_register_set(cpu, HV_REGISTER_GDTR, &value));
	assert_int_equal(vmcb->idtr.limit, 0xfff);
	assert_true(vmcb->idtr.base == KERNEL);
	assert_int_equal(vmcb->gdtr.limit, 0x7f);
	value.table.base = CROOKED;
	assert_false(vp_register_set(cpu, HV_REGISTER_GDTR, &value));
	assert_true(vmcb->gdtr.base == KERNEL);
}

static void offers_no_others(void **unused)
{
	static const struct vmcb nothing;

	(void)unused;
	assert_false(set(HV_REGISTER_CR3, 0x1000));
	assert_false(set(HV_REGISTER_RFLAGS, 2));
	assert_false(set(HV_REGISTER_RSP, KERNEL));
	assert_false(set(0, 1));
	assert_memory_equal(&svm_pages(cpu)->vtl0, &nothing, sizeof(nothing));
}

static void sets_control_registers_by_the_rules(void **unused)
{
	struct vmcb *vmcb = &svm_pages(cpu)->vtl0;
	union hv_register_value value;

	(void)unused;
	assert_true(set(HV_REGISTER_CR0, CR0_PE));
	assert_true(vmcb->cr0 == (CR0_PE | CR0_ET));
	assert_int_equal(vmcb->tlb_control, TLB_FLUSH_ALL);
	assert_false(set(HV_REGISTER_CR0, CR0_PG));
	assert_false(set(HV_REGISTER_CR4, CROOKED));
	assert_true(set(HV_REGISTER_CR4, CR4_PAE));
	assert_true(vmcb->cr4 == CR4_PAE);
	assert_true(set(HV_REGISTER_EFER, EFER_NXE));
	assert_true(vmcb->efer == (EFER_NXE | EFER_SVME));
	assert_false(set(HV_REGISTER_EFER, CROOKED));
	assert_true(vp_register_get(cpu, HV_REGISTER_EFER, &value));
	assert_true(value.low == EFER_NXE);
	assert_true(vp_register_get(cpu, HV_REGISTER_CR0, &value));
	assert_true(value.low == (CR0_PE | CR0_ET));
}

static void injects_one_exception(void **unused)
{
	const uint64_t gp = HV_PENDING_EVENT | HV_PENDING_EVENT_ERROR |
			    (uint64_t)VECTOR_GP << HV_PENDING_VECTOR_SHIFT;
	uint64_t *event = &svm_pages(cpu)->vtl0.event_injection;

	(void)unused;
	assert_false(set(HV_REGISTER_PENDING_EVENT0, gp & ~HV_PENDING_EVENT));
	assert_false(
		set(HV_REGISTER_PENDING_EVENT0,
		    HV_PENDING_EVENT | (uint64_t)VECTOR_NMI
					       << HV_PENDING_VECTOR_SHIFT));
	assert_false(
		set(HV_REGISTER_PENDING_EVENT0,
		    HV_PENDING_EVENT | (uint64_t)VECTOR_EXTERNAL
					       << HV_PENDING_VECTOR_SHIFT));
	assert_int_equal(*event, 0);
	assert_true(set(HV_REGISTER_PENDING_EVENT0, gp));
	assert_int_equal(field_get(*event, EVENT_VECTOR), VECTOR_GP);
	assert_int_equal(field_get(*event, EVENT_TYPE), EVENT_TYPE_EXCEPTION);
	assert_true((*event & EVENT_HAS_ERROR) != 0);
	assert_false(set(HV_REGISTER_PENDING_EVENT0, gp)); /* one at a time */
}

static void arms_what_is_asked_for(void **unused)
{
	struct vmcb *vmcb = &svm_pages(cpu)->vtl0;

	(void)unused;
	vmcb->intercept_misc1 = INTERCEPT1_INVD;
	vendor_intercept_arm(cpu);
	assert_int_equal(vmcb->intercept_cr, 0);
	assert_int_equal(vmcb->intercept_misc1, INTERCEPT1_INVD);
	assert_int_equal(vmcb->msr_map, MAP);
	/* A mask without bits never exits. */
	cpu->intercept.control = HV_CR_INTERCEPT_CR0 | HV_CR_INTERCEPT_CR4;
	vendor_intercept_arm(cpu);
	assert_int_equal(vmcb->intercept_cr, 0);
	cpu->intercept.cr0_mask = CR0_WP;
	vendor_intercept_arm(cpu);
	assert_int_equal(vmcb->intercept_cr, 1u << 16);
	cpu->intercept.cr4_mask = CR4_SMEP;
	cpu->intercept.control = HV_CR_INTERCEPT_ALL;
	vendor_intercept_arm(cpu);
	assert_int_equal(vmcb->intercept_cr, 1u << 16 | 1u << 20);
	assert_int_equal(vmcb->intercept_misc1,
			 INTERCEPT1_INVD | 1u << 10 | 1u << 11);
	assert_int_equal(vmcb->msr_map, MAP_WATCH);
	cpu->intercept.control = HV_CR_INTERCEPT_IDTR;
	vendor_intercept_arm(cpu);
	assert_int_equal(vmcb->intercept_cr, 0);
	assert_int_equal(vmcb->intercept_misc1, INTERCEPT1_INVD | 1u << 10);
	assert_int_equal(vmcb->msr_map, MAP);
	assert_int_equal(svm_pages(cpu)->vtl1.intercept_cr, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sets_system_call_registers),
		TEST(sets_tables_whole),
		TEST(offers_no_others),
		TEST(sets_control_registers_by_the_rules),
		TEST(injects_one_exception),
		TEST(arms_what_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
