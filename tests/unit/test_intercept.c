/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes of system registers by VTL0 that VTL1 watches: performed, refused as
 * the processor refuses them, or put before VTL1; and what VTL1 may watch.
 *
 * Links: hv/x86/control.c hv/x86/insn_system.c hv/x86/insn.c hv/x86/state.c
 */
#include <string.h>

#include "abi/vtl.h"
#include "hv/core/handlers.h"
#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/core/vp.h"
#include "hv/x86/control.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"
#include "hv/x86/vtl.h"
#include "tests/unit/unit.h"

#define LINUX_CR0  (CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG)
#define LINUX_CR4  (CR4_PAE | CR4_PGE | CR4_MCE | CR4_SMEP)
#define LINUX_EFER (EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE)
#define RIP	   UINT64_C(0x1000)
#define RDI	   7
#define CR4_SMEP   BIT64(20)
#define OPERAND	   UINT64_C(0x2ff8) /* its tail is on the next page */
#define BYTES	   0x4000

/* --- what intercept.c calls --------------------------------------------------- */

static uint8_t memory[BYTES] __attribute__((aligned(4096)));
static struct vendor_fetch vtl0;
static struct cpu cpu;
static unsigned unreadable; /* page that VTL0 may not read */
static unsigned armed;
static unsigned asked; /* how often VTL1 was */
static uint32_t asked_name;
static union hv_register_value asked_value;
static uint32_t event_kind;
static bool control_was_set;

void cpu_event(struct cpu *c, const struct exit *exit, uint32_t kind,
	       uint64_t a, uint64_t b)
{
	(void)c;
	(void)exit;
	(void)a;
	(void)b;
	event_kind = kind;
}

void vendor_fetch(const struct cpu *c, struct vendor_fetch *fetch)
{
	(void)c;
	*fetch = vtl0;
}

void vendor_intercept_arm(struct cpu *c)
{
	(void)c;
	armed++;
}

void vendor_control_set(struct cpu *c, const struct walk_root *root)
{
	(void)c;
	vtl0.root = *root;
	control_was_set = true;
}

enum status walk_translate(const struct walk_root *root, uint64_t linear,
			   gpa_t *address)
{
	(void)root;
	if (linear >= BYTES) {
		return STATUS_NOT_FOUND;
	}
	*address = gpa(linear);
	return STATUS_OK;
}

unsigned walk_copy(const struct walk_root *root, uint64_t linear, uint8_t *to,
		   unsigned count)
{
	(void)root;
	memcpy(to, memory + linear, count);
	return count;
}

unsigned protect_lookup(enum view view, gpa_t address)
{
	assert_int_equal(view, VIEW_VTL0);
	return address.value >> PAGE_SHIFT == unreadable ? ACCESS_WRITE
							 : ACCESS_ALL;
}

void *machine_frame(spa_t frame)
{
	assert_int_equal(frame.value % PAGE_BYTES, 0);
	return memory + frame.value;
}

struct answer vtl_intercept_register(struct cpu *c, const struct exit *exit,
				     const union hv_register_value *value)
{
	(void)c;
	asked++;
	asked_name = exit->number;
	asked_value = *value;
	return answer_resume();
}

void lock_take(struct lock *lock, struct cpu *c)
{
	(void)lock;
	(void)c;
}

void lock_release(struct lock *lock)
{
	(void)lock;
}

/* ------------------------------------------------------------------------- */

static int reset(void **unused)
{
	(void)unused;
	memset(memory, 0, sizeof(memory));
	memset(&cpu, 0, sizeof(cpu));
	vtl0 = (struct vendor_fetch){.root = {.cr0 = LINUX_CR0,
					      .cr4 = LINUX_CR4,
					      .efer = LINUX_EFER},
				     .linear = RIP,
				     .mode = INSN_MODE_64};
	unreadable = ~0u;
	asked = 0;
	event_kind = 0;
	control_was_set = false;
	armed = 0;
	cpu.intercept.control = HV_CR_INTERCEPT_ALL;
	cpu.intercept.cr0_mask = CR0_WP;
	cpu.intercept.cr4_mask = CR4_SMEP;
	return 0;
}

static struct answer run(uint32_t name, const char *code, unsigned length)
{
	struct exit exit = {.number = name, .rip = RIP};
	struct answer answer;

	memcpy(memory + RIP, code, length);
	exit.kind = EXIT_REGISTER_WRITE;
	answer = intercept_register_exit(&cpu, &exit);
	if (answer.kind == ANSWER_SKIP || asked != 0) {
		assert_int_equal(exit.length_bytes, length);
	}
	return answer;
}

static struct answer write_cr0(uint64_t value)
{
	cpu.gpr[GPR_RAX] = value;
	return run(HV_REGISTER_CR0, "\x0f\x22\xc0", 3);
}

static struct answer write_cr4(uint64_t value)
{
	cpu.gpr[GPR_RAX] = value;
	return run(HV_REGISTER_CR4, "\x0f\x22\xe0", 3);
}

static void expect_gp(struct answer answer)
{
	assert_int_equal(answer.kind, ANSWER_INJECT);
	assert_int_equal(answer.vector, VECTOR_GP);
	assert_true(answer.has_error);
	assert_false(control_was_set);
	assert_int_equal(asked, 0);
}

static void performs_what_changes_no_masked_bit(void **unused)
{
	(void)unused;
	assert_int_equal(write_cr0(LINUX_CR0 | CR0_TS).kind, ANSWER_SKIP);
	assert_true(vtl0.root.cr0 == (LINUX_CR0 | CR0_TS));
	assert_int_equal(run(HV_REGISTER_CR0, "\x0f\x06", 2).kind, ANSWER_SKIP);
	assert_true(vtl0.root.cr0 == LINUX_CR0);
	assert_int_equal(write_cr4(LINUX_CR4 & ~CR4_PGE).kind, ANSWER_SKIP);
	assert_true(vtl0.root.cr4 == (LINUX_CR4 & ~CR4_PGE));
	assert_int_equal(asked, 0);
	assert_int_equal(event_kind, 0);
}

static void asks_vtl1_about_masked_bits(void **unused)
{
	(void)unused;
	assert_int_equal(write_cr0(LINUX_CR0 & ~CR0_WP).kind, ANSWER_RESUME);
	assert_int_equal(asked, 1);
	assert_int_equal(asked_name, HV_REGISTER_CR0);
	assert_true(asked_value.low == (LINUX_CR0 & ~CR0_WP));
	assert_int_equal(write_cr4(LINUX_CR4 & ~CR4_SMEP).kind, ANSWER_RESUME);
	assert_int_equal(asked, 2);
	assert_int_equal(asked_name, HV_REGISTER_CR4);
	assert_false(control_was_set);
	assert_true(vtl0.root.cr0 == LINUX_CR0);
	assert_true(vtl0.root.cr4 == LINUX_CR4);
}

static void lmsw_sets_low_bits_and_clears_all_but_pe(void **unused)
{
	(void)unused;
	cpu.gpr[GPR_RCX] = CR0_TS | CR0_NE;
	assert_int_equal(run(HV_REGISTER_CR0, "\x0f\x01\xf1", 3).kind,
			 ANSWER_SKIP);
	assert_true(vtl0.root.cr0 == ((LINUX_CR0 & ~CR0_MP) | CR0_TS));
}

static void raises_gp_for_cr0_as_the_processor(void **unused)
{
	const uint64_t bads[] = {
		LINUX_CR0 | BIT64(32), LINUX_CR0 | BIT64(63),
		LINUX_CR0 & ~CR0_PE,   LINUX_CR0 | CR0_NW,
		LINUX_CR0 & ~CR0_PG, /* in 64-bit code */
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(bads); i++) {
		expect_gp(write_cr0(bads[i]));
		assert_int_equal(event_kind, 0);
	}
	vtl0.root.cr4 |= CR4_CET;
	expect_gp(write_cr0(LINUX_CR0 & ~CR0_WP));
	/* Reserved bits below are not kept, ET stays. */
	assert_int_equal(write_cr0((LINUX_CR0 & ~CR0_ET) | BIT64(20)).kind,
			 ANSWER_SKIP);
	assert_true(vtl0.root.cr0 == LINUX_CR0);
}

static void raises_gp_for_cr4_as_the_processor(void **unused)
{
	(void)unused;
	expect_gp(write_cr4(LINUX_CR4 | BIT64(31)));
	expect_gp(write_cr4(LINUX_CR4 | BIT64(63)));
	expect_gp(write_cr4(LINUX_CR4 | BIT64(13))); /* VMXE */
	expect_gp(write_cr4(LINUX_CR4 & ~CR4_PAE));
	expect_gp(write_cr4(LINUX_CR4 ^ CR4_LA57));
}

/* In 32-bit code, ready to enter long mode. */
static struct walk_root long_capable(void)
{
	return (struct walk_root){
		.cr0 = CR0_PE | CR0_ET, .cr4 = CR4_PAE, .efer = EFER_LME};
}

static bool cr0(struct walk_root *state, uint64_t value)
{
	return control_write(state, false, HV_REGISTER_CR0, value);
}

static bool cr4(struct walk_root *state, uint64_t value)
{
	return control_write(state, false, HV_REGISTER_CR4, value);
}

static void long_mode_comes_and_goes_with_paging(void **unused)
{
	struct walk_root state = long_capable();

	(void)unused;
	assert_true(cr0(&state, CR0_PE | CR0_PG));
	assert_true(state.efer == (EFER_LME | EFER_LMA));
	assert_true(cr0(&state, CR0_PE));
	assert_true(state.efer == EFER_LME);
	state.efer = 0;
	state.cr4 = 0;
	assert_true(cr0(&state, CR0_PE | CR0_PG));
	assert_true(state.efer == 0);
	/* LME without PAE; from a segment that is 64-bit already. */
	state = long_capable();
	state.cr4 = 0;
	assert_false(cr0(&state, CR0_PE | CR0_PG));
	state = long_capable();
	assert_false(
		control_write(&state, true, HV_REGISTER_CR0, CR0_PE | CR0_PG));
	assert_true(state.cr0 == (CR0_PE | CR0_ET));
	assert_true(state.efer == EFER_LME);
	/* Off with process contexts on. */
	assert_true(cr0(&state, CR0_PE | CR0_PG));
	state.cr4 |= CR4_PCIDE;
	assert_false(cr0(&state, CR0_PE));
}

static void process_contexts_need_long_mode_and_context_zero(void **unused)
{
	struct walk_root state = long_capable();

	(void)unused;
	if (!cr4(&state, CR4_PAE | CR4_PGE)) {
		fail();
	}
	assert_false(cr4(&state, CR4_PAE | CR4_PCIDE));
	state.efer |= EFER_LMA;
	state.cr3 = 0x1008;
	assert_false(cr4(&state, CR4_PAE | CR4_PCIDE));
	state.cr3 = 0x1000;
	assert_false(cr4(&state, CR4_PAE | CR4_CET)); /* without CR0.WP */
	assert_true(state.cr4 == (CR4_PAE | CR4_PGE));
}

static void addresses_are_canonical(void **unused)
{
	struct walk_root state = long_capable();

	(void)unused;
	assert_true(control_address_valid(&state, 0x00007fffffffffff));
	assert_false(control_address_valid(&state, 0x0000800000000000));
	assert_true(control_address_valid(&state, 0xffff800000000000));
	state.cr4 |= CR4_LA57;
	assert_true(control_address_valid(&state, 0x0000800000000000));
	assert_false(control_address_valid(&state, 0x0100000000000000));
}

static void tables_are_put_before_vtl1(void **unused)
{
	const uint8_t operand[] = {0xff, 0x0f, 0,    0x10, 0x20,
				   0x30, 0,    0xfe, 0xff, 0xff};

	(void)unused;
	memcpy(memory + OPERAND, operand, sizeof(operand));
	cpu.gpr[RDI] = OPERAND;
	assert_int_equal(run(HV_REGISTER_IDTR, "\x0f\x01\x1f", 3).kind,
			 ANSWER_RESUME);
	assert_int_equal(asked, 1);
	assert_int_equal(asked_name, HV_REGISTER_IDTR);
	assert_int_equal(asked_value.table.limit, 0xfff);
	assert_true(asked_value.table.base == 0xfffffe0030201000);
	/* Outside 64-bit mode: six bytes, in DS. */
	vtl0.mode = INSN_MODE_32;
	vtl0.data = 0x1000;
	assert_int_equal(
		run(HV_REGISTER_GDTR, "\x0f\x01\x15\xf8\x1f\0\0", 7).kind,
		ANSWER_RESUME);
	assert_int_equal(asked_name, HV_REGISTER_GDTR);
	assert_int_equal(asked_value.table.limit, 0xfff);
	assert_true(asked_value.table.base == 0x30201000);
}

static void bad_operands_are_refused(void **unused)
{
	(void)unused;
	cpu.gpr[RDI] = BYTES - 9; /* its last byte is not mapped */
	expect_gp(run(HV_REGISTER_IDTR, "\x0f\x01\x1f", 3));
	assert_int_equal(event_kind, EVENT_INSTRUCTION_DENIED);
	/* A page that VTL1 keeps from being read is not read for VTL0. */
	cpu.gpr[RDI] = OPERAND;
	unreadable = (OPERAND >> PAGE_SHIFT) + 1;
	expect_gp(run(HV_REGISTER_IDTR, "\x0f\x01\x1f", 3));
	unreadable = ~0u;
	event_kind = 0;
	memory[OPERAND + 9] = 0x12; /* not canonical: the processor's #GP */
	expect_gp(run(HV_REGISTER_IDTR, "\x0f\x01\x1f", 3));
	assert_int_equal(event_kind, 0);
}

/* Another CPU has put other bytes there since the exit. */
static void changed_bytes_are_refused(void **unused)
{
	(void)unused;
	cpu.gpr[GPR_RAX] = LINUX_CR0;
	expect_gp(run(HV_REGISTER_CR0, "\x0f\x22\xe0", 3)); /* CR4 */
	expect_gp(run(HV_REGISTER_CR4, "\x0f\x22\xc0", 3));
	expect_gp(run(HV_REGISTER_CR4, "\x0f\x06", 2));
	expect_gp(run(HV_REGISTER_CR0, "\x0f\x22\xd8", 3)); /* CR3 */
	expect_gp(run(HV_REGISTER_CR0, "\x0f\x01\x1f", 3)); /* LIDT */
	expect_gp(run(HV_REGISTER_CR0, "\x90", 1));
	cpu.gpr[RDI] = OPERAND;
	expect_gp(run(HV_REGISTER_IDTR, "\x0f\x01\x17", 3)); /* LGDT */
	expect_gp(run(HV_REGISTER_GDTR, "\x0f\x01\x1f", 3));
	expect_gp(run(HV_REGISTER_GDTR, "\x0f\x22\xc0", 3));
	assert_int_equal(event_kind, EVENT_INSTRUCTION_DENIED);
}

/* Bits of the specification that are offered: abi/vtl.h says which. */
static void vtl1_watches_what_is_offered(void **unused)
{
	uint64_t offered = 0;

	(void)unused;
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t value = UINT64_C(1) << bit;

		if (vp_intercept_set(&cpu, HV_REGISTER_CR_INTERCEPT_CONTROL,
				     value)) {
			assert_true(cpu.intercept.control == value);
			offered |= value;
		}
	}
	assert_true(offered == HV_CR_INTERCEPT_ALL);
	assert_int_equal(armed, 12);
	/* One bad bit: nothing of it is taken. */
	cpu.intercept.control = 0;
	assert_false(vp_intercept_set(&cpu, HV_REGISTER_CR_INTERCEPT_CONTROL,
				      HV_CR_INTERCEPT_CR0 | 4));
	assert_false(vp_intercept_set(&cpu, HV_REGISTER_CR0, 1));
	assert_int_equal(cpu.intercept.control, 0);
	assert_int_equal(armed, 12);
	assert_true(vp_intercept_set(&cpu, HV_REGISTER_CR_INTERCEPT_CR0_MASK,
				     0x10000));
	assert_true(vp_intercept_set(&cpu, HV_REGISTER_CR_INTERCEPT_CR4_MASK,
				     0x100000));
	assert_true(cpu.intercept.cr0_mask == 0x10000);
	assert_true(cpu.intercept.cr4_mask == 0x100000);
	assert_int_equal(armed, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(performs_what_changes_no_masked_bit,
				       reset),
		cmocka_unit_test_setup(asks_vtl1_about_masked_bits, reset),
		cmocka_unit_test_setup(lmsw_sets_low_bits_and_clears_all_but_pe,
				       reset),
		cmocka_unit_test_setup(raises_gp_for_cr0_as_the_processor,
				       reset),
		cmocka_unit_test_setup(raises_gp_for_cr4_as_the_processor,
				       reset),
		cmocka_unit_test(long_mode_comes_and_goes_with_paging),
		cmocka_unit_test(
			process_contexts_need_long_mode_and_context_zero),
		cmocka_unit_test(addresses_are_canonical),
		cmocka_unit_test_setup(tables_are_put_before_vtl1, reset),
		cmocka_unit_test_setup(bad_operands_are_refused, reset),
		cmocka_unit_test_setup(changed_bytes_are_refused, reset),
		cmocka_unit_test_setup(vtl1_watches_what_is_offered, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
