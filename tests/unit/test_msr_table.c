/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MSR table, each filter, and the permission map against the decisions.
 * Rows that the emulator lacks are tested here only.
 *
 * Links: hv/x86/msr_decide.c
 */
#include <string.h>

#include "abi/events.h"
#include "hv/x86/msr_index.h"
#include "hv/x86/msr_table.h"
#include "hv/x86/registers.h"
#include "tests/unit/unit.h"

#define OWN_BASE  UINT64_C(0x3c000000)
#define OWN_BYTES UINT64_C(0x04000000)
#define EFER_LONG (EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE)

static struct {
	uint32_t msr;
	uint64_t value;
} registers[32];
static unsigned register_count;

static uint64_t fake_read(uint32_t msr)
{
	for (unsigned i = 0; i < register_count; i++) {
		if (registers[i].msr == msr) {
			return registers[i].value;
		}
	}
	return 0;
}

static void set(uint32_t msr, uint64_t value)
{
	for (unsigned i = 0; i < register_count; i++) {
		if (registers[i].msr == msr) {
			registers[i].value = value;
			return;
		}
	}
	registers[register_count].msr = msr;
	registers[register_count++].value = value;
}

static struct msr_context context;

static int setup(void **unused)
{
	(void)unused;
	register_count = 0;
	context = (struct msr_context){
		.read = fake_read,
		.efer = EFER_LONG,
		.efer_allowed = EFER_LONG,
		.paging = true,
		.own = {OWN_BASE >> PAGE_SHIFT, OWN_BYTES >> PAGE_SHIFT},
	};
	return 0;
}

static void passes(uint32_t msr, uint64_t value)
{
	struct msr_answer answer = msr_write_decide(msr, value, &context);

	assert_int_equal(answer.action, MSR_PASS);
	assert_int_equal(answer.event, 0);
	assert_true(answer.value == value);
}

static void faults(uint32_t msr, uint64_t value, uint32_t event)
{
	struct msr_answer answer = msr_write_decide(msr, value, &context);

	assert_int_equal(answer.action, MSR_GP);
	assert_int_equal(answer.event, event);
}

static void drops(uint32_t msr, uint64_t value, uint32_t event)
{
	struct msr_answer answer = msr_write_decide(msr, value, &context);

	assert_int_equal(answer.action, MSR_DROP);
	assert_int_equal(answer.event, event);
}

/* --- the table ------------------------------------------------------------ */

static void test_rows_ascend(void **unused)
{
	unsigned count;
	const struct msr_row *rows = msr_rows(&count);

	(void)unused;
	assert_true(count > 80);
	for (unsigned i = 0; i < count; i++) {
		assert_true(rows[i].first <= rows[i].last);
		assert_true(i == 0 || rows[i - 1].last < rows[i].first);
		assert_non_null(rows[i].name);
		assert_non_null(rows[i].section);
		assert_in_range(rows[i].write, 0, MSR_WRITE_RULE_COUNT - 1);
		assert_ptr_equal(msr_find(rows[i].first), &rows[i]);
		assert_ptr_equal(msr_find(rows[i].last), &rows[i]);
	}
}

static void test_guarded_registers_have_rows(void **unused)
{
	static const uint32_t guarded[] = {
		0x1b,	    0x79,	0x200,	    0x20f,	0x250,
		0x26f,	    0x2ff,	0x830,	    0xc0000080, 0xc0000104,
		0xc0010010, 0xc0010015, 0xc0010016, 0xc0010019, 0xc001001a,
		0xc001001d, 0xc0010020, 0xc0010056, 0xc0010058, 0xc0010111,
		0xc0010112, 0xc0010113, 0xc0010114, 0xc0010115, 0xc0010117,
		0xc0010118, 0xc0010119, 0xc001011b, 0xc0010130, 0xc0010131,
		0xc0010132, 0xc0011029, 0x560,	    0x600,
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(guarded); i++) {
		const struct msr_row *row = msr_find(guarded[i]);

		assert_non_null(row);
		assert_int_not_equal(row->write, MSR_WRITE_PASS);
	}
}

static void test_no_row(void **unused)
{
	(void)unused;
	assert_null(msr_find(0x12345));
	faults(0x1fff, 0, EVENT_MSR_DENIED);
	faults(0xc0001fff, 0, EVENT_MSR_DENIED);
	faults(0x40000000, 0, EVENT_MSR_DENIED);
	faults(UINT32_MAX, 0, EVENT_MSR_DENIED);
	assert_int_equal(msr_read_decide(0x1fff, &context).action, MSR_PASS);
	assert_int_equal(msr_read_decide(0x40000000, &context).action, MSR_GP);
	assert_int_equal(msr_read_decide(0x40000000, &context).event, 0);
	assert_int_equal(msr_read_decide(0x2000, &context).action, MSR_GP);
}

/* --- rules ---------------------------------------------------------------- */

static void test_frozen(void **unused)
{
	static const uint32_t frozen[] = {
		0xc0010010, 0xc0010016, 0xc0010019, 0xc001001a, 0xc001001d,
		0xc0010050, 0xc0010056, 0xc0010058, 0xc0010064, 0xc0010111,
		0xc0010112, 0xc0010113, 0xc0010115, 0xc0011004,
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(frozen); i++) {
		set(frozen[i], 0x740000);
		passes(frozen[i], 0x740000);
		drops(frozen[i], 0x740001, EVENT_MSR_DROPPED);
		drops(frozen[i], 0, EVENT_MSR_DROPPED);
	}
}

static void test_changeable_bits(void **unused)
{
	(void)unused;
	set(MSR_HWCR, 0x10);
	passes(MSR_HWCR, 0x10 | HWCR_IRPERF);
	passes(MSR_HWCR, 0x10 | HWCR_MC_STATUS_WR | HWCR_BOOST_OFF);
	drops(MSR_HWCR, 0, EVENT_MSR_DROPPED); /* INVD as WBINVD, off */
	drops(MSR_HWCR, 0x11 | HWCR_IRPERF, EVENT_MSR_DROPPED);
	set(MSR_HWCR, 0x10 | HWCR_IRPERF);
	passes(MSR_HWCR, 0x10);
	set(MSR_NB_CFG, 0);
	passes(MSR_NB_CFG, BIT64(46));
	drops(MSR_NB_CFG, BIT64(45), EVENT_MSR_DROPPED);
}

static void test_bits_that_only_set(void **unused)
{
	(void)unused;
	set(MSR_DE_CFG, 0);
	passes(MSR_DE_CFG, DE_CFG_LFENCE);
	passes(MSR_DE_CFG, DE_CFG_ZENBLEED);
	drops(MSR_DE_CFG, 1, EVENT_MSR_DROPPED);
	set(MSR_DE_CFG, DE_CFG_LFENCE);
	passes(MSR_DE_CFG, DE_CFG_LFENCE | DE_CFG_ZENBLEED);
	drops(MSR_DE_CFG, 0, EVENT_MSR_DROPPED);
	drops(MSR_DE_CFG, DE_CFG_ZENBLEED, EVENT_MSR_DROPPED);
}

static void test_microcode(void **unused)
{
	(void)unused;
	drops(MSR_PATCH_LOADER, 0xffff888000001000, EVENT_MICROCODE_DROPPED);
	drops(MSR_UPDATE_TRIGGER, 0x1000, EVENT_MICROCODE_DROPPED);
}

static void test_virtualization_reads_as_off(void **unused)
{
	struct msr_answer answer = msr_read_decide(MSR_VM_CR, &context);

	(void)unused;
	assert_int_equal(answer.action, MSR_VALUE);
	assert_true(answer.value == (VM_CR_SVMDIS | VM_CR_LOCK));
	drops(MSR_VM_CR, 0, EVENT_MSR_DROPPED);
	drops(MSR_VM_CR, VM_CR_SVMDIS | VM_CR_LOCK, 0);
	answer = msr_read_decide(MSR_VM_HSAVE, &context);
	assert_int_equal(answer.action, MSR_VALUE);
	assert_true(answer.value == 0);
	faults(MSR_VM_HSAVE, 0x1000, EVENT_MSR_DENIED);
	drops(MSR_VM_HSAVE, 0, 0);
	faults(MSR_SVM_KEY, 1, EVENT_MSR_DENIED);
	faults(MSR_AVIC_DOORBELL, 1, EVENT_MSR_DENIED);
	faults(MSR_TSC_RATIO, BIT64(32), EVENT_MSR_DENIED);
}

static void test_event_does_not_leak_into_reads(void **unused)
{
	(void)unused;
	assert_int_equal(msr_read_decide(MSR_DS_AREA, &context).action, MSR_GP);
	assert_int_equal(msr_read_decide(MSR_DS_AREA, &context).event, 0);
	assert_int_equal(msr_read_decide(MSR_MCAX_FIRST, &context).action,
			 MSR_PASS);
}

/* --- filters -------------------------------------------------------------- */

static void test_efer(void **unused)
{
	struct msr_answer answer;

	(void)unused;
	passes(MSR_EFER, EFER_LONG);
	faults(MSR_EFER, EFER_LONG | EFER_SVME, EVENT_MSR_DENIED);
	faults(MSR_EFER, EFER_LONG | BIT64(14), 0); /* not in this CPU */
	faults(MSR_EFER, EFER_LONG | BIT64(63), 0);
	faults(MSR_EFER, EFER_LONG & ~EFER_LME, 0); /* while paging */
	/* LMA is ignored, either way. */
	answer = msr_write_decide(MSR_EFER, EFER_LONG & ~EFER_LMA, &context);
	assert_int_equal(answer.action, MSR_PASS);
	assert_true(answer.value == EFER_LONG);
	context.paging = false;
	context.efer = 0;
	answer = msr_write_decide(MSR_EFER, EFER_LONG, &context);
	assert_int_equal(answer.action, MSR_PASS);
	assert_true(answer.value == (EFER_LONG & ~EFER_LMA));
	/* A careless caller's SVME is hidden all the same. */
	context.efer = EFER_LONG | EFER_SVME;
	answer = msr_read_decide(MSR_EFER, &context);
	assert_int_equal(answer.action, MSR_VALUE);
	assert_true(answer.value == EFER_LONG);
	answer = msr_write_decide(MSR_EFER, EFER_LONG, &context);
	assert_true(answer.value == EFER_LONG);
}

static void test_apic_base(void **unused)
{
	uint64_t base = 0xfee00000 | APIC_BASE_ENABLE | APIC_BASE_BSP;

	(void)unused;
	set(MSR_APIC_BASE, base);
	passes(MSR_APIC_BASE, base);
	faults(MSR_APIC_BASE, base + 0x1000, EVENT_MSR_DENIED);
	faults(MSR_APIC_BASE, OWN_BASE | APIC_BASE_ENABLE | APIC_BASE_BSP,
	       EVENT_MSR_DENIED);
	faults(MSR_APIC_BASE, base & ~APIC_BASE_ENABLE, EVENT_MSR_DENIED);
	faults(MSR_APIC_BASE, base & ~APIC_BASE_BSP, EVENT_MSR_DENIED);
	faults(MSR_APIC_BASE, base | APIC_BASE_X2APIC, EVENT_MSR_DENIED);
	faults(MSR_APIC_BASE, base | BIT64(0), EVENT_MSR_DENIED);
	context.x2apic_trapped = true;
	passes(MSR_APIC_BASE, base | APIC_BASE_X2APIC);
	faults(MSR_APIC_BASE, (base + 0x1000) | APIC_BASE_X2APIC,
	       EVENT_MSR_DENIED);
	set(MSR_APIC_BASE, base | APIC_BASE_X2APIC);
	faults(MSR_APIC_BASE, base, EVENT_MSR_DENIED); /* no way back */
}

static void test_x2apic_icr(void **unused)
{
	struct msr_answer answer;

	(void)unused;
	faults(MSR_X2APIC_ICR, 0x500, EVENT_MSR_DENIED);
	context.x2apic_trapped = true;
	answer = msr_write_decide(MSR_X2APIC_ICR, 0x100000500, &context);
	assert_int_equal(answer.action, MSR_IPI);
	assert_true(answer.value == 0x100000500);
	passes(0x80b, 0);
	passes(0x83f, 0x30);
}

static void test_mtrr_variable(void **unused)
{
	uint64_t mask_2g = 0xff80000800; /* 2 GiB, valid */
	uint64_t mask_16m = 0xffff000800;

	(void)unused;
	set(0x200, 0x80000000); /* UC from 2 GiB on */
	set(0x201, mask_2g);
	passes(0x200, 0x80000000);
	passes(0x200, 0xc0000000); /* may move among what is not ours */
	drops(0x200, 0x00000000, EVENT_MSR_DROPPED);
	drops(0x200, 0x00000001, EVENT_MSR_DROPPED); /* WC */
	passes(0x200, 0x00000006);		     /* WB does no harm */
	passes(0x201, mask_2g & ~MTRR_VALID);
	drops(0x201, 0x800, EVENT_MSR_DROPPED); /* everything */
	passes(0x202, OWN_BASE);		/* base of an unused pair */
	set(0x202, OWN_BASE);
	drops(0x203, mask_16m, EVENT_MSR_DROPPED);
	passes(0x203, mask_16m & ~MTRR_VALID);
	set(0x202, OWN_BASE + OWN_BYTES);
	passes(0x203, mask_16m);
	/* The pair that types our memory stays as it is. */
	set(0x20e, 6);
	set(0x20f, mask_2g);
	passes(0x20e, 6);
	passes(0x20f, mask_2g);
	drops(0x20e, 0, EVENT_MSR_DROPPED);
	drops(0x20f, mask_2g & ~MTRR_VALID, EVENT_MSR_DROPPED);
	drops(0x20e, 0x80000006, EVENT_MSR_DROPPED);
	/* Only the last of our frames, through a mask with holes. */
	set(0x204, OWN_BASE + OWN_BYTES - PAGE_BYTES);
	drops(0x205, 0xfffffff800, EVENT_MSR_DROPPED);
	drops(0x205, 0x800 | PAGE_BYTES, EVENT_MSR_DROPPED);
}

static void test_mtrr_fixed(void **unused)
{
	(void)unused;
	passes(0x250, 0);
	passes(0x26f, 0x0606060606060606);
	context.own.first = 0x90;
	drops(0x250, 0x0606060606060606, EVENT_MSR_DROPPED);
	passes(0x250, 0);
}

static void test_mtrr_default(void **unused)
{
	(void)unused;
	set(MSR_MTRR_DEF_TYPE, 0xc06);
	passes(MSR_MTRR_DEF_TYPE, 0xc06);
	drops(MSR_MTRR_DEF_TYPE, 0x406, 0); /* how every update begins */
	drops(MSR_MTRR_DEF_TYPE, 0x006, 0);
	drops(MSR_MTRR_DEF_TYPE, 0xc00, EVENT_MSR_DROPPED);
	drops(MSR_MTRR_DEF_TYPE, 0x000, 0);
	set(MSR_MTRR_DEF_TYPE, 0x006);
	passes(MSR_MTRR_DEF_TYPE, 0xc06);
}

/* --- the permission map --------------------------------------------------- */

static bool exits(const uint8_t *map, uint32_t msr, bool write)
{
	unsigned index;

	assert_true(msr_in_map(msr, &index));
	return (map[index / 4] >> (2 * (index % 4) + (write ? 1 : 0)) & 1) != 0;
}

static void test_map_agrees_with_decisions(void **unused)
{
	static const uint32_t runs[] = {0, 0xc0000000, 0xc0010000};
	static uint8_t map[MSR_MAP_BYTES];

	(void)unused;
	memset(map, 0x5a, sizeof(map));
	msr_fill_permission_map(map, false);
	for (size_t run = 0; run < ARRAY_COUNT(runs); run++) {
		for (uint32_t i = 0; i < 0x2000; i++) {
			const struct msr_row *row = msr_find(runs[run] + i);
			bool free_write =
				row != NULL && row->write == MSR_WRITE_PASS;
			bool free_read =
				row == NULL || row->read == MSR_READ_PASS;

			assert_int_equal(exits(map, runs[run] + i, true),
					 !free_write);
			assert_int_equal(exits(map, runs[run] + i, false),
					 !free_read);
		}
	}
	for (size_t i = 0x1800; i < sizeof(map); i++) {
		assert_int_equal(map[i], 0xff);
	}
	/* Where the manual puts them: 15.11. */
	assert_int_equal(map[0x800 + 0x80 / 4] & 3, 3);	  /* EFER */
	assert_int_equal(map[0x1000 + 0x114 / 4] & 3, 3); /* VM_CR */
	assert_int_equal(map[0x1b / 4] >> 6 & 3, 2);	  /* APIC_BASE */
}

static void test_daily_registers_never_exit(void **unused)
{
	static const uint32_t daily[] = {
		0x48,	    0x49,	0x6e0,	    0x80b,	0x808,
		0x838,	    0x174,	0x277,	    0xc0000081, 0xc0000082,
		0xc0000100, 0xc0000101, 0xc0000102, 0xc0000103, 0xc001011f,
		0xc0010000, 0xc0010200, 0xda0,
	};
	static uint8_t map[MSR_MAP_BYTES];

	(void)unused;
	msr_fill_permission_map(map, false);
	for (size_t i = 0; i < ARRAY_COUNT(daily); i++) {
		assert_false(exits(map, daily[i], true));
		assert_false(exits(map, daily[i], false));
	}
}

/* In the map of watched CPUs, just the registers that VTL1 may watch exit. */
static void test_watched_registers_exit(void **unused)
{
	static const uint32_t watched[] = {
		0x174,	    0x175,	0x176,	    0xc0000080,
		0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,
	};
	static uint8_t plain[MSR_MAP_BYTES], map[MSR_MAP_BYTES];

	(void)unused;
	msr_fill_permission_map(plain, false);
	msr_fill_permission_map(map, true);
	for (size_t i = 0; i < ARRAY_COUNT(watched); i++) {
		unsigned index = 0;

		assert_int_not_equal(msr_watch_bit(watched[i]), 0);
		assert_true(exits(map, watched[i], true));
		assert_int_equal(exits(map, watched[i], false),
				 exits(plain, watched[i], false));
		assert_true(msr_in_map(watched[i], &index));
		plain[index / 4] |= (uint8_t)(2 << 2 * (index % 4));
	}
	assert_memory_equal(plain, map, sizeof(map));
	assert_int_equal(msr_watch_bit(0x277), 0);
	assert_int_equal(msr_watch_bit(0xc0000100), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows_ascend),
		TEST(test_watched_registers_exit),
		TEST(test_guarded_registers_have_rows),
		TEST(test_no_row),
		TEST(test_frozen),
		TEST(test_changeable_bits),
		TEST(test_bits_that_only_set),
		TEST(test_microcode),
		TEST(test_virtualization_reads_as_off),
		TEST(test_event_does_not_leak_into_reads),
		TEST(test_efer),
		TEST(test_apic_base),
		TEST(test_x2apic_icr),
		TEST(test_mtrr_variable),
		TEST(test_mtrr_fixed),
		TEST(test_mtrr_default),
		TEST(test_map_agrees_with_decisions),
		TEST(test_daily_registers_never_exit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
