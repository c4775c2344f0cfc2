/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a crossing executes against speculation: no emulator shows what it
 * does, so its bytes are read, and run as far as a PC lets us.
 *
 * Links: sk/x86/barrier.c sk/x86/barrier_emit.S
 */
#include <stdbool.h>
#include <string.h>

#include "sk/x86/barrier.h"
#include "sk/x86/registers.h"
#include "tests/unit/unit.h"

#define CALL_NEXT_BYTES 6u /* CALL over an INT3 */
#define RSB_ENTRIES	32u

/* Of sk/x86/state.c. */
uint32_t barrier_flags;

extern const uint8_t barrier_fill_end[], barrier_leave_end[];

static const uint8_t write_pred_cmd[] = {
	0xb9, 0x49, 0, 0, 0, /* mov $PRED_CMD, %ecx */
	0xb8, 0x01, 0, 0, 0, /* mov $IBPB, %eax */
	0x31, 0xd2,	     /* xor %edx, %edx */
	0x0f, 0x30,	     /* wrmsr */
};
static const uint8_t verw[] = {0x0f, 0x00, 0x2d}; /* verw x(%rip) */
static const uint8_t call_next[CALL_NEXT_BYTES] = {0xe8, 1, 0, 0, 0, 0xcc};
static const uint8_t drop_calls[] = {0x48, 0x81, 0xc4, 0, 1, 0, 0};

/* Where these bytes are in a function; its end: nowhere. */
static const uint8_t *find(const uint8_t *from, const uint8_t *end,
			   const uint8_t *bytes, size_t count)
{
	for (; from + count <= end; from++) {
		if (memcmp(from, bytes, count) == 0) {
			return from;
		}
	}
	return end;
}

/* TEST of one flag and JZ to behind the sequence come right before it. */
static void expect_asked(const uint8_t *at, uint32_t flag, size_t count)
{
	assert_int_equal(at[-9], 0xf6); /* testb $flag, x(%rip) */
	assert_int_equal(at[-8], 0x05);
	assert_int_equal(at[-3], flag);
	assert_int_equal(at[-2], 0x74);
	assert_int_equal(at[-1], count);
}

static void needs_nothing_it_lacks(void **unused)
{
	(void)unused;
	assert_int_equal(barrier_needed(0, 0), 0);
	assert_int_equal(
		barrier_needed((uint32_t) ~(CPUID_7_EDX_IBPB | CPUID_7_EDX_MD),
			       (uint32_t)~CPUID_X8_EBX_IBPB),
		0);
}

static void needs_what_it_has(void **unused)
{
	(void)unused;
	assert_int_equal(barrier_needed((uint32_t)CPUID_7_EDX_IBPB, 0),
			 BARRIER_IBPB);
	assert_int_equal(barrier_needed(0, (uint32_t)CPUID_X8_EBX_IBPB),
			 BARRIER_IBPB);
	assert_int_equal(barrier_needed((uint32_t)CPUID_7_EDX_MD, 0),
			 BARRIER_VERW);
}

static void enters_behind_a_barrier(void **unused)
{
	const uint8_t *start = (const uint8_t *)(uintptr_t)barrier_enter;
	const uint8_t *fill = (const uint8_t *)(uintptr_t)barrier_fill;
	const uint8_t *at =
		find(start, fill, write_pred_cmd, sizeof(write_pred_cmd));

	(void)unused;
	assert_ptr_equal(at + sizeof(write_pred_cmd), fill);
	expect_asked(at, BARRIER_IBPB, sizeof(write_pred_cmd));
}

static void fills_all_return_addresses(void **unused)
{
	const uint8_t *at = (const uint8_t *)(uintptr_t)barrier_fill;

	(void)unused;
	for (unsigned i = 0; i < RSB_ENTRIES; i++) {
		assert_memory_equal(at, call_next, sizeof(call_next));
		at += sizeof(call_next);
	}
	assert_memory_equal(at, drop_calls, sizeof(drop_calls));
	at += sizeof(drop_calls);
	assert_int_equal(at[0], 0xc3);
	assert_ptr_equal(at + 1, barrier_fill_end);
}

static void leaves_behind_both_barriers(void **unused)
{
	const uint8_t *start = (const uint8_t *)(uintptr_t)barrier_leave;
	const uint8_t *ibpb = find(start, barrier_leave_end, write_pred_cmd,
				   sizeof(write_pred_cmd));
	const uint8_t *clear =
		find(start, barrier_leave_end, verw, sizeof(verw));

	(void)unused;
	assert_true(ibpb < clear);
	expect_asked(ibpb, BARRIER_IBPB, sizeof(write_pred_cmd));
	expect_asked(clear, BARRIER_VERW, sizeof(verw) + sizeof(uint32_t));
	assert_ptr_equal(clear + sizeof(verw) + sizeof(uint32_t) + 1,
			 barrier_leave_end);
}

/* Neither loses the way back, with no flag set. */
static void comes_back(void **unused)
{
	(void)unused;
	barrier_flags = 0;
	barrier_enter();
	barrier_leave();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needs_nothing_it_lacks),
		cmocka_unit_test(needs_what_it_has),
		cmocka_unit_test(enters_behind_a_barrier),
		cmocka_unit_test(fills_all_return_addresses),
		cmocka_unit_test(leaves_behind_both_barriers),
		cmocka_unit_test(comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
