/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoder of system instructions against bytes as assemblers emit them,
 * every truncation of each, and what it must not take.
 *
 * Links: hv/x86/insn.c
 */
#include <stdlib.h>
#include <string.h>

#include "hv/x86/insn.h"
#include "tests/unit/unit.h"

#define RIP 0xffffffff81000000u

/* The register's number in every second digit: rax 0, rcx 1, ... r15 0xf. */
static const uint64_t registers[16] = {
	0x00000000000a0000, 0x10101010101b0010, 0x20202020202c0020,
	0x30303030303d0030, 0x40404040404e0040, 0x50505050505f0050,
	0x6060606060600060, 0x7070707070710070, 0x8080808080820080,
	0x9090909090930090, 0xa0a0a0a0a0a400a0, 0xb0b0b0b0b0b500b0,
	0xc0c0c0c0c0c600c0, 0xd0d0d0d0d0d700d0, 0xe0e0e0e0e0e800e0,
	0xf0f0f0f0f0f900f0,
};

struct good {
	enum insn_mode mode;
	unsigned length;
	uint8_t bytes[16];
	struct insn_system want;
};

#define MOV(cr, number)                                                        \
	{                                                                      \
		.kind = INSN_SYSTEM_MOV_CR, .control = (cr), .value = (number) \
	}
#define TABLE(what, at)                                   \
	{                                                 \
		.kind = INSN_SYSTEM_##what, .value = (at) \
	}

static const struct good goods[] = {
	/* mov %rax,%cr0; mov %rdi,%cr4; mov %r15,%cr3; mov %rcx,%cr8 */
	{INSN_MODE_64, 3, {0x0f, 0x22, 0xc0}, MOV(0, 0xa0000)},
	{INSN_MODE_64, 3, {0x0f, 0x22, 0xe7}, MOV(4, 0x7070707070710070)},
	{INSN_MODE_64, 4, {0x41, 0x0f, 0x22, 0xdf}, MOV(3, 0xf0f0f0f0f0f900f0)},
	{INSN_MODE_64, 4, {0x44, 0x0f, 0x22, 0xc1}, MOV(8, 0x10101010101b0010)},
	/* mod does not matter, neither do sizes and REX.W */
	{INSN_MODE_64, 3, {0x0f, 0x22, 0x01}, MOV(0, 0x10101010101b0010)},
	{INSN_MODE_64, 3, {0x0f, 0x22, 0x44}, MOV(0, 0x40404040404e0040)},
	{INSN_MODE_64,
	 5,
	 {0x66, 0x48, 0x0f, 0x22, 0xc1},
	 MOV(0, 0x10101010101b0010)},
	{INSN_MODE_32, 3, {0x0f, 0x22, 0xc1}, MOV(0, 0x101b0010)},
	{INSN_MODE_16, 3, {0x0f, 0x22, 0xe1}, MOV(4, 0x101b0010)},
	/* mov %rcx,%dr0; mov %r15,%dr3; mov %ecx,%dr7 */
	{INSN_MODE_64,
	 3,
	 {0x0f, 0x23, 0xc1},
	 {.kind = INSN_SYSTEM_MOV_DR, .value = 0x10101010101b0010}},
	{INSN_MODE_64,
	 4,
	 {0x41, 0x0f, 0x23, 0xdf},
	 {.kind = INSN_SYSTEM_MOV_DR,
	  .control = 3,
	  .value = 0xf0f0f0f0f0f900f0}},
	{INSN_MODE_32,
	 3,
	 {0x0f, 0x23, 0xf9},
	 {.kind = INSN_SYSTEM_MOV_DR, .control = 7, .value = 0x101b0010}},
	/* clts */
	{INSN_MODE_64, 2, {0x0f, 0x06}, {.kind = INSN_SYSTEM_CLTS}},
	/* lmsw %cx; lmsw %r9w */
	{INSN_MODE_64,
	 3,
	 {0x0f, 0x01, 0xf1},
	 {.kind = INSN_SYSTEM_LMSW, .value = 0x10}},
	{INSN_MODE_64,
	 4,
	 {0x41, 0x0f, 0x01, 0xf1},
	 {.kind = INSN_SYSTEM_LMSW, .value = 0x90}},
	/* lgdt (%rdi); lidt -8(%rsp); lidt 0x12345678(%rbp) */
	{INSN_MODE_64, 3, {0x0f, 0x01, 0x17}, TABLE(LGDT, 0x7070707070710070)},
	{INSN_MODE_64,
	 5,
	 {0x0f, 0x01, 0x5c, 0x24, 0xf8},
	 TABLE(LIDT, 0x40404040404e0038)},
	{INSN_MODE_64,
	 7,
	 {0x0f, 0x01, 0x9d, 0x78, 0x56, 0x34, 0x12},
	 TABLE(LIDT, 0x50505050629356c8)},
	/* lgdt (%r12): SIB; lgdt (%r13) with a displacement of zero */
	{INSN_MODE_64,
	 5,
	 {0x41, 0x0f, 0x01, 0x14, 0x24},
	 TABLE(LGDT, 0xc0c0c0c0c0c600c0)},
	{INSN_MODE_64,
	 5,
	 {0x41, 0x0f, 0x01, 0x55, 0x00},
	 TABLE(LGDT, 0xd0d0d0d0d0d700d0)},
	/* lgdt (%rax,%rcx,8); (%rax,%r12,2); 0x10(,%rcx,4) */
	{INSN_MODE_64,
	 4,
	 {0x0f, 0x01, 0x14, 0xc8},
	 TABLE(LGDT, 0x8080808080e20080)},
	{INSN_MODE_64,
	 5,
	 {0x42, 0x0f, 0x01, 0x14, 0x60},
	 TABLE(LGDT, 0x8181818181960180)},
	{INSN_MODE_64,
	 8,
	 {0x0f, 0x01, 0x14, 0x8d, 0x10, 0, 0, 0},
	 TABLE(LGDT, 0x40404040406c0050)},
	/* lidt 0x100(%rip), and backwards */
	{INSN_MODE_64,
	 7,
	 {0x0f, 0x01, 0x1d, 0x00, 0x01, 0, 0},
	 TABLE(LIDT, RIP + 7u + 0x100)},
	{INSN_MODE_64,
	 7,
	 {0x0f, 0x01, 0x1d, 0xf0, 0xff, 0xff, 0xff},
	 TABLE(LIDT, RIP + 7u - 16)},
	/* 66 changes nothing here; neither do DS and CS */
	{INSN_MODE_64,
	 5,
	 {0x2e, 0x66, 0x0f, 0x01, 0x17},
	 TABLE(LGDT, 0x7070707070710070)},
	/* 32-bit: lgdt 0x1000; addr16 lidt 0x2010 */
	{INSN_MODE_32,
	 7,
	 {0x0f, 0x01, 0x15, 0, 0x10, 0, 0},
	 TABLE(LGDT, 0x1000)},
	{INSN_MODE_32,
	 6,
	 {0x67, 0x0f, 0x01, 0x1e, 0x10, 0x20},
	 TABLE(LIDT, 0x2010)},
	/* 16-bit, as in a trampoline: lidtl 0x2010; addr32 lgdtl 0x1000 */
	{INSN_MODE_16,
	 6,
	 {0x66, 0x0f, 0x01, 0x1e, 0x10, 0x20},
	 TABLE(LIDT, 0x2010)},
	{INSN_MODE_16,
	 9,
	 {0x66, 0x67, 0x0f, 0x01, 0x15, 0, 0x10, 0, 0},
	 TABLE(LGDT, 0x1000)},
};

static enum status decode(const struct good *good, unsigned count,
			  struct insn_system *insn)
{
	/* Exactly as long, so that a sanitizer sees a slip. */
	uint8_t *bytes = malloc(count > 0 ? count : 1);
	struct insn_cursor cursor = {
		.bytes = bytes, .count = count, .mode = good->mode, .rip = RIP};
	enum status status;

	assert_non_null(bytes);
	memcpy(bytes, good->bytes, count);
	status = insn_decode_system(cursor, registers, insn);
	free(bytes);
	return status;
}

static void expect(const struct good *good)
{
	const struct insn_system *want = &good->want;
	struct insn_system insn = {.length_bytes = 77};

	for (unsigned count = 0; count < good->length; count++) {
		assert_int_equal(decode(good, count, &insn), STATUS_INVALID);
		assert_int_equal(insn.length_bytes, 77);
	}
	assert_int_equal(decode(good, good->length, &insn), STATUS_OK);
	assert_int_equal(insn.length_bytes, good->length);
	assert_int_equal(insn.kind, want->kind);
	assert_int_equal(insn.control, want->control);
	assert_true(insn.value == want->value);
}

static void decodes_and_never_reads_past(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(goods); i++) {
		expect(&goods[i]);
	}
}

static void refuses_the_rest(void **unused)
{
	static const struct good bads[] = {
		/* mov %cr0,%rax; sgdt; sidt; smsw; invlpg; 0f 01 /5 */
		{INSN_MODE_64, 3, {0x0f, 0x20, 0xc0}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x01, 0x07}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x01, 0x0f}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x01, 0xe0}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x01, 0x3f}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x01, 0x2f}, {0}},
		/* xgetbv, vmrun: LGDT's and LIDT's places with a register */
		{INSN_MODE_64, 3, {0x0f, 0x01, 0xd0}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x01, 0xd8}, {0}},
		/* lldt, ltr, mov %db0,%rax, wrmsr, nop */
		{INSN_MODE_64, 3, {0x0f, 0x00, 0xd0}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x00, 0xd8}, {0}},
		{INSN_MODE_64, 3, {0x0f, 0x21, 0xc0}, {0}},
		{INSN_MODE_64, 2, {0x0f, 0x30}, {0}},
		{INSN_MODE_64, 1, {0x90}, {0}},
		/* what could be decoded, and need not be: lmsw (%rbx), lgdt
		   %gs:(%rdi), lgdt (%edi) */
		{INSN_MODE_64, 3, {0x0f, 0x01, 0x33}, {0}},
		{INSN_MODE_64, 4, {0x65, 0x0f, 0x01, 0x17}, {0}},
		{INSN_MODE_64, 4, {0x67, 0x0f, 0x01, 0x17}, {0}},
		/* 32-bit: (%edi), 24 bits of base, es:; 16-bit: (bp), lgdtw */
		{INSN_MODE_32, 3, {0x0f, 0x01, 0x17}, {0}},
		{INSN_MODE_32, 8, {0x66, 0x0f, 0x01, 0x15, 0, 1, 0, 0}, {0}},
		{INSN_MODE_32, 8, {0x26, 0x0f, 0x01, 0x15, 0, 1, 0, 0}, {0}},
		{INSN_MODE_16, 5, {0x66, 0x0f, 0x01, 0x56, 0}, {0}},
		{INSN_MODE_16, 5, {0x0f, 0x01, 0x16, 0, 1}, {0}},
		/* lock mov %rax,%cr0 is CR8's */
		{INSN_MODE_64, 4, {0xf0, 0x0f, 0x22, 0xc0}, {0}},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(bads); i++) {
		struct insn_system insn = {.length_bytes = 77};

		assert_int_equal(decode(&bads[i], bads[i].length, &insn),
				 STATUS_UNSUPPORTED);
		assert_int_equal(insn.length_bytes, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_and_never_reads_past),
		cmocka_unit_test(refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
