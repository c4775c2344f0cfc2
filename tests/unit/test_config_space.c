/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration writes against a model of configuration space in which, as in
 * hardware, only some bits of a register can be written.
 */
#include <string.h>

#include "hv/core/config_space.h"
#include "tests/unit/unit.h"

/* 64 MiB of ours from 1 GiB - 64 MiB. */
#define OWN_BASE  0x3c000000u
#define OWN_BYTES 0x04000000u

struct function {
	uint8_t device;
	uint8_t number;
	uint8_t bytes[4096];
	uint8_t writable[4096];
};

static struct function functions[8];
static unsigned function_count;
static unsigned decoding_seen; /* writes of windows while decoding */

static struct function *find(struct config_address address)
{
	for (unsigned i = 0; i < function_count; i++) {
		if (address.bus == 0 && functions[i].device == address.device &&
		    functions[i].number == address.function) {
			return &functions[i];
		}
	}
	return NULL;
}

static uint32_t load(const uint8_t *bytes, unsigned offset, unsigned size)
{
	uint32_t value = 0;

	assert_true(offset + size <= 4096);
	memcpy(&value, bytes + offset, size);
	return value;
}

static void store(uint8_t *bytes, unsigned offset, unsigned size,
		  uint32_t value)
{
	assert_true(offset + size <= 4096);
	memcpy(bytes + offset, &value, size);
}

static uint32_t model_read(struct config_address from, unsigned size)
{
	struct function *function = find(from);

	if (function == NULL) {
		return UINT32_MAX >> (32 - 8 * size);
	}
	return load(function->bytes, from.offset, size);
}

static void model_write(struct config_address to, unsigned size, uint32_t value)
{
	struct function *function = find(to);

	if (function == NULL) {
		return;
	}
	uint32_t mask = load(function->writable, to.offset, size);
	uint32_t old = load(function->bytes, to.offset, size);

	if (to.offset >= 0x10 && to.offset < 0x3c &&
	    (function->bytes[4] & 2) != 0) {
		decoding_seen++;
	}
	store(function->bytes, to.offset, size, (old & ~mask) | (value & mask));
}

#define IOMMU_BASE   UINT64_C(0xfed80000)
#define IOMMU_DEVICE 2u

static const struct frames own[] = {
	{OWN_BASE >> PAGE_SHIFT, OWN_BYTES >> PAGE_SHIFT},
	{IOMMU_BASE >> PAGE_SHIFT, 4},
};
static const struct handoff_dma dma = {
	.iommu_count = 2,
	.iommu = {{.base = IOMMU_BASE, .function = IOMMU_DEVICE << 3},
		  /* Not in segment 0: no function that ports reach. */
		  {.base = IOMMU_BASE, .segment = 1, .function = 5 << 3}},
};
static struct config_rules rules = {
	.read = model_read,
	.write = model_write,
	.chipset = HANDOFF_CHIPSET_Q35,
	.own = own,
	.own_count = 2,
	.dma = &dma,
};

static struct function *add(unsigned device, unsigned number,
			    unsigned header_type)
{
	struct function *function = &functions[function_count++];

	function->device = (uint8_t)device;
	function->number = (uint8_t)number;
	store(function->bytes, 0, 4, 0x29c08086);
	function->bytes[0x0e] = (uint8_t)header_type;
	function->writable[4] = 7;
	return function;
}

/* A register's value and the bits of it that can be written. */
static void place(struct function *function, unsigned offset, uint32_t value,
		  uint32_t writable)
{
	store(function->bytes, offset, 4, value);
	store(function->writable, offset, 4, writable);
}

static void set_decoding(struct function *function, bool on)
{
	function->bytes[4] = on ? 7 : 0;
}

static enum config_answer attempt(const struct function *function,
				  unsigned offset, unsigned size,
				  uint64_t value)
{
	static uint8_t before[sizeof(functions)];
	struct config_write write = {
		.to = {.device = function->device,
		       .function = function->number,
		       .offset = (uint16_t)offset},
		.size_bytes = (uint8_t)size,
		.value = value,
	};

	memcpy(before, functions, sizeof(functions));
	decoding_seen = 0;
	enum config_answer answer = config_decide(&rules, &write);

	/* Sizing leaves no trace and moves nothing that decodes. */
	assert_memory_equal(before, functions, sizeof(functions));
	assert_int_equal(decoding_seen, 0);
	return answer;
}

static void passes(const struct function *function, unsigned offset,
		   unsigned size, uint64_t value)
{
	assert_int_equal(attempt(function, offset, size, value), CONFIG_PASS);
}

static void refused(const struct function *function, unsigned offset,
		    unsigned size, uint64_t value)
{
	assert_int_equal(attempt(function, offset, size, value), CONFIG_REFUSE);
}

static int setup(void **unused)
{
	(void)unused;
	memset(functions, 0, sizeof(functions));
	function_count = 0;
	rules.chipset = HANDOFF_CHIPSET_Q35;
	return 0;
}

/* --- chipset registers ---------------------------------------------------- */

static void test_pciexbar_stays(void **unused)
{
	struct function *host = add(0, 0, 0);

	(void)unused;
	place(host, 0x60, 0xb0000001, UINT32_MAX);
	place(host, 0x64, 0, UINT32_MAX);
	passes(host, 0x60, 4, 0xb0000001);
	passes(host, 0x60, 1, 0x01);
	refused(host, 0x60, 4, 0x00000001);
	refused(host, 0x60, 4, 0x30000001);
	refused(host, 0x60, 1, 0x00);
	refused(host, 0x62, 2, 0x3000);
	refused(host, 0x63, 1, 0x30);
	refused(host, 0x64, 4, 1);
	refused(host, 0x67, 1, 1);
	rules.chipset = HANDOFF_CHIPSET_UNKNOWN;
	passes(host, 0x60, 4, 0x00000001); /* the table is q35's */
}

static void test_every_frozen_byte(void **unused)
{
	static const struct {
		unsigned device, first, last;
	} frozen[] = {
		{0, 0x40, 0x47},  {0, 0x48, 0x4f},  {0, 0x50, 0x51},
		{0, 0x60, 0x67},  {0, 0x68, 0x6f},  {0, 0x90, 0x96},
		{0, 0x97, 0x97},  {0, 0x98, 0x9b},  {0, 0x9c, 0x9c},
		{0, 0x9d, 0x9d},  {0, 0x9e, 0x9e},  {0, 0xa0, 0xa3},
		{0, 0xa4, 0xab},  {0, 0xac, 0xaf},  {0, 0xb0, 0xb1},
		{31, 0x40, 0x43}, {31, 0x44, 0x44}, {31, 0xa0, 0xa1},
		{31, 0xf0, 0xf3},
	};
	struct function *host = add(0, 0, 0);
	struct function *lpc = add(31, 0, 0);
	struct function *other = add(5, 0, 0);

	(void)unused;
	for (unsigned device = 0; device < 32; device += 31) {
		struct function *function = device == 0 ? host : lpc;

		for (unsigned offset = 0x40; offset < 0x100; offset++) {
			bool wanted = false;

			for (size_t i = 0; i < ARRAY_COUNT(frozen); i++) {
				wanted |= frozen[i].device == device &&
					  offset >= frozen[i].first &&
					  offset <= frozen[i].last;
			}
			function->bytes[offset] = 0x5a;
			passes(function, offset, 1, 0x5a);
			assert_int_equal(attempt(function, offset, 1, 0x5b),
					 wanted ? CONFIG_REFUSE : CONFIG_PASS);
			passes(other, offset, 1, 0x5b);
		}
	}
}

static void test_write_across_frozen_and_free_bytes(void **unused)
{
	struct function *host = add(0, 0, 0);

	(void)unused;
	place(host, 0x9c, 0x00380200, UINT32_MAX);
	passes(host, 0x9c, 4, 0xff380200);  /* 0x9f alone is free */
	refused(host, 0x9c, 4, 0x00380a00); /* SMRAM */
	refused(host, 0x9c, 4, 0x00390200); /* ESMRAMC */
	refused(host, 0x9c, 4, 0x003802ff); /* F_SMBASE */
}

static void test_another_bus_has_no_chipset(void **unused)
{
	struct config_write write = {
		.to = {.bus = 1, .offset = 0x60}, .size_bytes = 4, .value = 1};

	(void)unused;
	add(0, 0, 0);
	assert_int_equal(config_decide(&rules, &write), CONFIG_PASS);
}

static void test_malformed_sizes(void **unused)
{
	struct function *function = add(3, 0, 0);

	(void)unused;
	refused(function, 0x40, 8, 0);
	refused(function, 0x40, 0, 0);
	refused(function, 0x42, 4, 0);
	refused(function, 0x43, 2, 0);
}

/* --- windows -------------------------------------------------------------- */

/* BAR0: 16 MiB. BAR1: I/O. BAR2+3: 1 GiB, 64 bits. BAR4, BAR5: none. */
static struct function *add_device(void)
{
	struct function *function = add(3, 0, 0x80);

	place(function, 0x10, 0xfd000000, 0xff000000);
	place(function, 0x14, 0x0000c001, 0x0000ffe0);
	place(function, 0x18, 0x0000000c, 0xc0000000);
	place(function, 0x1c, 0x00000008, UINT32_MAX);
	place(function, 0x30, 0, 0xffff0001); /* ROM, 64 KiB */
	return function;
}

static void test_bars_move_freely_while_off(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	passes(function, 0x10, 4, OWN_BASE);
	passes(function, 0x10, 4, UINT32_MAX);
	passes(function, 0x10, 4, 0);
	passes(function, 0x04, 2, 0x0001); /* I/O alone */
}

static void test_decoding_over_us_is_not_switched_on(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	passes(function, 0x04, 2, 0x0007);
	place(function, 0x10, OWN_BASE, 0xff000000);
	refused(function, 0x04, 2, 0x0007);
	refused(function, 0x04, 4, 0x0002);
	refused(function, 0x04, 1, 0x02);
	passes(function, 0x04, 1, 0x05);
	passes(function, 0x05, 1, 0x02); /* another register's bit */
	place(function, 0x10, OWN_BASE + OWN_BYTES, 0xff000000);
	passes(function, 0x04, 2, 0x0007);
	place(function, 0x10, OWN_BASE - 0x01000000, 0xff000000);
	passes(function, 0x04, 2, 0x0007);
	/* 64 bits: over us only when the upper half is zero. */
	place(function, 0x18, 0x0000000c, 0xc0000000);
	passes(function, 0x04, 2, 0x0007);
	place(function, 0x1c, 0, UINT32_MAX);
	refused(function, 0x04, 2, 0x0007); /* [0, 1 GiB) */
	place(function, 0x18, 0x4000000c, 0xc0000000);
	passes(function, 0x04, 2, 0x0007);
}

static void test_base_zero_needs_the_size(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	place(function, 0x10, 0, 0xff000000);
	passes(function, 0x04, 2, 0x0007); /* [0, 16 MiB) */
	place(function, 0x10, 0, 0x80000000);
	refused(function, 0x04, 2, 0x0007); /* [0, 2 GiB) */
	place(function, 0x10, 0, 0);
	passes(function, 0x04, 2, 0x0007); /* no such BAR */
}

static void test_moving_a_window_that_decodes(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	set_decoding(function, true);
	passes(function, 0x10, 4, 0xfc000000);
	passes(function, 0x10, 4, 0x38000000);
	refused(function, 0x10, 4, OWN_BASE);
	refused(function, 0x10, 4, OWN_BASE + 0x03000000);
	/* Low bits fall to the size: this is 0x3f000000 as well. */
	refused(function, 0x10, 4, 0x3f123450);
	passes(function, 0x10, 4, 0x3b123450);
	refused(function, 0x13, 1, OWN_BASE >> 24);
	refused(function, 0x12, 2, OWN_BASE >> 16);
	passes(function, 0x10, 4, UINT32_MAX); /* sizing */
	passes(function, 0x14, 4, OWN_BASE);   /* ports */
	passes(function, 0x20, 4, OWN_BASE);   /* no such BAR */
	/* Either half of the wide one. */
	refused(function, 0x1c, 4, 0);
	passes(function, 0x1c, 4, 7);
	passes(function, 0x1c, 4, 8);
	place(function, 0x18, 0x4000000c, 0xc0000000);
	place(function, 0x1c, 0, UINT32_MAX);
	refused(function, 0x18, 4, 0x0000000c);
	refused(function, 0x18, 4, 0x3ffffff0);
	passes(function, 0x18, 4, 0x8000000c);
}

static void test_kind_is_not_the_writers(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	set_decoding(function, true);
	refused(function, 0x10, 4, OWN_BASE | 1); /* "ports" */
	refused(function, 0x10, 4, OWN_BASE | 4); /* "64 bits" */
}

static void test_option_rom(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	set_decoding(function, true);
	passes(function, 0x30, 4, OWN_BASE); /* its own enable is off */
	refused(function, 0x30, 4, OWN_BASE | 1);
	refused(function, 0x30, 4, (OWN_BASE + 0x00ff8000) | 1);
	passes(function, 0x30, 4, 0xfe000001);
	passes(function, 0x30, 4, 0xfffff800); /* sizing */
	place(function, 0x30, OWN_BASE, 0xffff0001);
	refused(function, 0x30, 1, 1);
	set_decoding(function, false);
	passes(function, 0x30, 4, OWN_BASE | 1);
	place(function, 0x30, OWN_BASE | 1, 0xffff0001);
	refused(function, 0x04, 2, 2);
}

static void test_same_value_asks_nothing(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	/* Over us already, which the loader would not leave; still no change
	 * is no change. */
	place(function, 0x10, OWN_BASE, 0xff000000);
	set_decoding(function, true);
	passes(function, 0x10, 4, OWN_BASE);
	passes(function, 0x04, 2, 0x0007);
}

static void test_bridge_windows(void **unused)
{
	struct function *bridge = add(28, 0, 1);

	(void)unused;
	place(bridge, 0x20, 0x0000fff0, UINT32_MAX); /* off: base > limit */
	place(bridge, 0x24, 0x0001fff1, UINT32_MAX);
	set_decoding(bridge, true);
	passes(bridge, 0x20, 4, 0xfe00fc00);
	refused(bridge, 0x20, 4, 0x3c003c00);
	refused(bridge, 0x20, 4, 0x40003000);
	refused(bridge, 0x20, 4, 0x3c000000);
	passes(bridge, 0x20, 4, 0x3bf03000);
	passes(bridge, 0x20, 4, 0x50004000);
	passes(bridge, 0x20, 4, 0x30004000); /* base > limit */
	/* The prefetchable one, with its upper halves. */
	refused(bridge, 0x24, 4, 0x3c013c01);
	place(bridge, 0x28, 8, UINT32_MAX);
	place(bridge, 0x2c, 8, UINT32_MAX);
	passes(bridge, 0x24, 4, 0x3c013c01);
	place(bridge, 0x24, 0x3c013c01, UINT32_MAX);
	refused(bridge, 0x28, 4, 0); /* base falls below us */
	passes(bridge, 0x2c, 4, 0);  /* base > limit */
	set_decoding(bridge, false);
	place(bridge, 0x28, 0, UINT32_MAX);
	refused(bridge, 0x04, 2, 2);
	place(bridge, 0x24, 0x0001fff1, UINT32_MAX);
	place(bridge, 0x2c, 0, UINT32_MAX);
	passes(bridge, 0x04, 2, 2);
	/* What is 32 bits wide has no upper halves. */
	place(bridge, 0x24, 0x3c003c00, UINT32_MAX);
	place(bridge, 0x28, 8, UINT32_MAX);
	refused(bridge, 0x04, 2, 2);
}

/* Its capability decides where and whether it works; the header is anybody's. */
static void test_iommu_keeps_its_function(void **unused)
{
	struct function *iommu = add(IOMMU_DEVICE, 0, 0);
	struct function *other = add(5, 0, 0);

	(void)unused;
	place(iommu, 0x44, 0xfed80001, UINT32_MAX);
	place(other, 0x44, 0xfed80001, UINT32_MAX);
	for (unsigned offset = 0x40; offset < 0x100; offset += 4) {
		uint32_t is = load(iommu->bytes, offset, 4);

		assert_int_equal(attempt(iommu, offset, 4, is), CONFIG_PASS);
		assert_int_equal(attempt(iommu, offset, 4, ~is),
				 CONFIG_REFUSE_IOMMU);
	}
	assert_int_equal(attempt(iommu, 0x47, 1, 0), CONFIG_REFUSE_IOMMU);
	assert_int_equal(attempt(iommu, 0xffc, 4, 1), CONFIG_REFUSE_IOMMU);
	passes(iommu, 0x3c, 1, 5);
	passes(other, 0x44, 4, 0);
}

static void test_no_window_over_an_iommu(void **unused)
{
	struct function *function = add(3, 0, 0);

	(void)unused;
	place(function, 0x10, 0, 0xfffff000);
	set_decoding(function, true);
	refused(function, 0x10, 4, IOMMU_BASE + 0x3000);
	passes(function, 0x10, 4, IOMMU_BASE + 0x4000);
}

static void test_unknown_header_stays_off(void **unused)
{
	struct function *cardbus = add(4, 0, 2);

	(void)unused;
	refused(cardbus, 0x04, 2, 2);
	passes(cardbus, 0x04, 2, 1);
	passes(cardbus, 0x10, 4, OWN_BASE);
}

static void test_absent_function(void **unused)
{
	struct config_write write = {
		.to = {.device = 9, .offset = 4}, .size_bytes = 2, .value = 2};

	(void)unused;
	assert_int_equal(config_decide(&rules, &write), CONFIG_PASS);
}

/* --- extended capabilities ------------------------------------------------ */

static void test_resizable_bar(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	place(function, 0x100, 0x14010001, 0); /* errors, next 0x140 */
	place(function, 0x140, 0x00010015, 0);
	place(function, 0x148, 0x00000420, UINT32_MAX);
	passes(function, 0x148, 4, 0x00001f20); /* off: judged later */
	set_decoding(function, true);
	passes(function, 0x148, 4, 0x00000420);
	refused(function, 0x148, 4, 0x00001f20);
	refused(function, 0x149, 1, 0x1f);
	passes(function, 0x104, 4, 0xffffffff);
	passes(function, 0x180, 4, 0xffffffff);
}

static void test_virtual_functions(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	place(function, 0x100, 0x00010010, 0);
	place(function, 0x108, 0, UINT32_MAX);
	place(function, 0x10c, 8u << 16, 0); /* TotalVFs */
	place(function, 0x120, 1, UINT32_MAX);
	place(function, 0x124, 0x80000000, 0xff000000); /* VF BAR0: 16 MiB */
	set_decoding(function, true);
	passes(function, 0x108, 2, 0x09);
	passes(function, 0x124, 4, OWN_BASE); /* off: judged later */
	/* One would end below us; eight of them reach over us. */
	place(function, 0x124, OWN_BASE - 0x01000000, 0xff000000);
	refused(function, 0x108, 2, 0x09);
	refused(function, 0x108, 4, 0x09);
	passes(function, 0x108, 2, 0x01);
	passes(function, 0x108, 2, 0x08);
	place(function, 0x124, OWN_BASE - 0x10000000, 0xff000000);
	passes(function, 0x108, 2, 0x09);
	place(function, 0x124, 0, 0xff000000);
	passes(function, 0x108, 2, 0x09); /* [0, 128 MiB) */
	place(function, 0x124, 0, 0xf8000000);
	refused(function, 0x108, 2, 0x09); /* [0, 1 GiB) */
	/* While they decode, nothing of them moves. */
	place(function, 0x124, 0x80000000, 0xff000000);
	place(function, 0x108, 0x09, UINT32_MAX);
	refused(function, 0x124, 4, 0x81000000);
	refused(function, 0x120, 4, 2);
	passes(function, 0x124, 4, 0x80000000);
	passes(function, 0x108, 2, 0);
}

static void test_capability_lists_end(void **unused)
{
	struct function *function = add_device();

	(void)unused;
	place(function, 0x100, 0x10010001, 0); /* points at itself */
	passes(function, 0x148, 4, 1);
	place(function, 0x100, 0xffffffff, 0); /* past the last dword */
	passes(function, 0x148, 4, 1);
	place(function, 0x100, 0x04010001, 0); /* into the header */
	passes(function, 0x148, 4, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pciexbar_stays),
		TEST(test_every_frozen_byte),
		TEST(test_write_across_frozen_and_free_bytes),
		TEST(test_another_bus_has_no_chipset),
		TEST(test_malformed_sizes),
		TEST(test_bars_move_freely_while_off),
		TEST(test_decoding_over_us_is_not_switched_on),
		TEST(test_base_zero_needs_the_size),
		TEST(test_moving_a_window_that_decodes),
		TEST(test_kind_is_not_the_writers),
		TEST(test_option_rom),
		TEST(test_same_value_asks_nothing),
		TEST(test_bridge_windows),
		TEST(test_iommu_keeps_its_function),
		TEST(test_no_window_over_an_iommu),
		TEST(test_unknown_header_stays_off),
		TEST(test_absent_function),
		TEST(test_resizable_bar),
		TEST(test_virtual_functions),
		TEST(test_capability_lists_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
