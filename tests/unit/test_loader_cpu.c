/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader's judgement over all processors.
 *
 * Links: boot/cpu.c
 */
#include <string.h>

#include "boot/cpu.h"
#include "tests/unit/unit.h"

#define COUNT 4

static struct cpu_facts facts[COUNT];

static int setup(void **unused)
{
	(void)unused;
	memset(facts, 0, sizeof(facts));
	for (uint32_t i = 0; i < COUNT; i++) {
		facts[i].apic_id = 2 * i;
		facts[i].alike[1] = 7;
	}
	return 0;
}

static void refuses_a_fault_on_any(void **unused)
{
	static const struct cpu_fault fault = {"what", "advice"};

	(void)unused;
	facts[COUNT - 1].fault = &fault;
	assert_ptr_equal(cpu_judge(facts, COUNT), &fault);
	assert_null(cpu_judge(facts, COUNT - 1));
}

static void refuses_unlike_processors(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(facts[0].alike); i++) {
		facts[2].alike[i] ^= 1;
		assert_non_null(
			strstr(cpu_judge(facts, COUNT)->what, "differ"));
		facts[2].alike[i] ^= 1;
	}
}

static void refuses_equal_apic_ids(void **unused)
{
	(void)unused;
	facts[3].apic_id = facts[1].apic_id;
	assert_non_null(strstr(cpu_judge(facts, COUNT)->what, "same APIC"));
}

static void accepts_processors_of_a_kind(void **unused)
{
	(void)unused;
	assert_null(cpu_judge(facts, COUNT));
	assert_null(cpu_judge(facts, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(refuses_a_fault_on_any, setup),
		cmocka_unit_test_setup(refuses_unlike_processors, setup),
		cmocka_unit_test_setup(refuses_equal_apic_ids, setup),
		cmocka_unit_test_setup(accepts_processors_of_a_kind, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
