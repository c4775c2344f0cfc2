/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every door out of the machine, by every size and start of access that
 * reaches it, and the neighbours that must stay open.
 */
#include <string.h>

#include "abi/events.h"
#include "hv/core/power.h"
#include "tests/unit/unit.h"

#define PM1A	   0x604u
#define PM1B	   0x704u
#define S5A	   0u
#define S5B	   5u
#define SLP_EN	   0x2000u
#define SLP_TYP(t) ((uint64_t)(t) << 10)

static const struct handoff_platform platform = {
	.reset = {.address = 0xcf9,
		  .space = HANDOFF_SPACE_PORT,
		  .width_bytes = 1},
	.reset_value = 0x0f,
	.sleep_control = {{.address = PM1A,
			   .space = HANDOFF_SPACE_PORT,
			   .width_bytes = 2},
			  {.address = PM1B,
			   .space = HANDOFF_SPACE_PORT,
			   .width_bytes = 2}},
	.s5_type = {S5A, S5B},
};

static struct power_state state;

static struct power_answer port_of(const struct handoff_platform *of,
				   uint64_t port, uint8_t size, uint64_t value)
{
	struct power_write write = {.space = HANDOFF_SPACE_PORT,
				    .address = port,
				    .size_bytes = size,
				    .value = value};

	return power_decide(of, &state, &write);
}

static void expect(uint64_t port, uint8_t size, uint64_t value,
		   enum power_action action, uint32_t event)
{
	struct power_answer answer = port_of(&platform, port, size, value);

	assert_int_equal(answer.action, action);
	assert_int_equal(answer.event, event);
}

static int setup(void **unused)
{
	(void)unused;
	memset(&state, 0, sizeof(state));
	return 0;
}

static void test_only_s5_sleeps(void **unused)
{
	(void)unused;
	for (unsigned type = 0; type < 8; type++) {
		bool off = type == S5A;

		expect(PM1A, 2, SLP_TYP(type), POWER_PASS, 0);
		expect(PM1A, 2, SLP_EN | SLP_TYP(type),
		       off ? POWER_OFF : POWER_REFUSE,
		       off ? EVENT_POWER_OFF : EVENT_SLEEP_DENIED);
		off = type == S5B;
		expect(PM1B, 2, SLP_EN | SLP_TYP(type),
		       off ? POWER_OFF : POWER_REFUSE,
		       off ? EVENT_POWER_OFF : EVENT_SLEEP_DENIED);
	}
}

static void test_sleep_by_any_access(void **unused)
{
	uint64_t s3 = SLP_EN | SLP_TYP(1);

	(void)unused;
	expect(PM1A + 1, 1, s3 >> 8, POWER_REFUSE, EVENT_SLEEP_DENIED);
	expect(PM1A, 4, s3, POWER_REFUSE, EVENT_SLEEP_DENIED);
	expect(PM1A + 1, 2, s3 >> 8, POWER_REFUSE, EVENT_SLEEP_DENIED);
	expect(PM1A - 1, 4, s3 << 8, POWER_REFUSE, EVENT_SLEEP_DENIED);
	expect(PM1A - 2, 4, s3 << 16, POWER_REFUSE, EVENT_SLEEP_DENIED);
	/* The low byte and the neighbours hold other things. */
	expect(PM1A, 1, 0xff, POWER_PASS, 0);
	expect(PM1A - 2, 2, 0xffff, POWER_PASS, 0);
	expect(PM1A + 2, 4, 0xffffffff, POWER_PASS, 0);
}

static void test_sleep_control_in_memory(void **unused)
{
	struct handoff_platform reduced = {
		.sleep_control = {{.address = 0xfed00000,
				   .space = HANDOFF_SPACE_MEMORY,
				   .width_bytes = 1}},
		.s5_type = {5},
	};
	struct power_write write = {.space = HANDOFF_SPACE_MEMORY,
				    .address = 0xfed00000,
				    .size_bytes = 1,
				    .value = 0x20 | 1 << 2};

	(void)unused;
	assert_int_equal(power_decide(&reduced, &state, &write).action,
			 POWER_REFUSE);
	write.value = 0x20 | 5 << 2;
	assert_int_equal(power_decide(&reduced, &state, &write).action,
			 POWER_OFF);
	write.space = HANDOFF_SPACE_PORT; /* same number, other space */
	assert_int_equal(power_decide(&reduced, &state, &write).action,
			 POWER_PASS);
}

static void test_reset_control(void **unused)
{
	(void)unused;
	expect(0xcf9, 1, 0x06, POWER_RESET, EVENT_RESET);
	expect(0xcf9, 1, 0x04, POWER_RESET, EVENT_RESET);
	expect(0xcf9, 1, 0x0e, POWER_RESET, EVENT_RESET);
	expect(0xcf9, 2, 0x06, POWER_RESET, EVENT_RESET);
	expect(0xcf9, 4, 0x06, POWER_RESET, EVENT_RESET);
	expect(0xcf8, 2, 0x0600, POWER_RESET, EVENT_RESET);
	expect(0xcf6, 4, UINT64_C(0x06000000), POWER_RESET, EVENT_RESET);
	expect(0xcf9, 1, 0x02, POWER_PASS, 0); /* arms, does not fire */
	expect(0xcf9, 1, 0x0a, POWER_PASS, 0);
	/* Four bytes at 0xCF8 are an address, whatever lies at 0xCF9. */
	expect(0xcf8, 4, 0x80000600, POWER_PASS, 0);
	expect(0xcf8, 1, 0x06, POWER_PASS, 0);
}

static void test_fadt_reset_register(void **unused)
{
	struct handoff_platform other = {
		.reset = {.address = 0x64,
			  .space = HANDOFF_SPACE_MEMORY,
			  .width_bytes = 1},
		.reset_value = 0x5a,
	};
	struct power_write write = {.space = HANDOFF_SPACE_MEMORY,
				    .address = 0x60,
				    .size_bytes = 8,
				    .value = UINT64_C(0x5a) << 32};

	(void)unused;
	assert_int_equal(power_decide(&other, &state, &write).action,
			 POWER_RESET);
	write.value = UINT64_C(0x5b) << 32;
	assert_int_equal(power_decide(&other, &state, &write).action,
			 POWER_PASS);
	other.reset.space = HANDOFF_SPACE_PORT;
	other.reset.address = 0x1234;
	assert_int_equal(port_of(&other, 0x1234, 1, 0x5a).action, POWER_RESET);
	assert_int_equal(port_of(&other, 0x1235, 1, 0x5a).action, POWER_PASS);
	/* None described: a write of zeros to port 0 is nothing. */
	other = (struct handoff_platform){0};
	assert_int_equal(port_of(&other, 0, 1, 0).action, POWER_PASS);
}

static void test_keyboard_pulse(void **unused)
{
	(void)unused;
	for (unsigned command = 0xf0; command < 0x100; command++) {
		if ((command & 1) == 0) {
			expect(0x64, 1, command, POWER_RESET, EVENT_RESET);
		} else if ((command & 2) == 0) {
			expect(0x64, 1, command, POWER_REFUSE,
			       EVENT_PORT_DENIED);
		} else {
			expect(0x64, 1, command, POWER_PASS, 0);
		}
	}
	expect(0x63, 2, 0xfe00, POWER_RESET, EVENT_RESET);
	expect(0x61, 4, UINT64_C(0xfe000000), POWER_RESET, EVENT_RESET);
	expect(0x64, 1, 0xdd, POWER_REFUSE, EVENT_PORT_DENIED);
	expect(0x64, 1, 0xdf, POWER_PASS, 0);
	expect(0x64, 1, 0xaa, POWER_PASS, 0);
	expect(0x60, 1, 0xfe, POWER_PASS, 0); /* data: resend */
}

static void test_keyboard_output_port(void **unused)
{
	(void)unused;
	expect(0x64, 1, 0xd1, POWER_PASS, 0);
	expect(0x60, 1, 0xdf, POWER_PASS, 0);
	expect(0x60, 1, 0x00, POWER_PASS, 0); /* plain data again */

	expect(0x64, 1, 0xd1, POWER_PASS, 0);
	expect(0x64, 1, 0xaa, POWER_PASS, 0); /* does not cancel */
	expect(0x60, 1, 0xfe, POWER_RESET, EVENT_RESET);

	setup(NULL);
	expect(0x64, 1, 0xd1, POWER_PASS, 0);
	expect(0x60, 1, 0xdd, POWER_REFUSE, EVENT_PORT_DENIED);
	/* The controller still waits: the next byte counts as well. */
	expect(0x60, 1, 0xdd, POWER_REFUSE, EVENT_PORT_DENIED);
	expect(0x60, 1, 0xdf, POWER_PASS, 0);
	expect(0x60, 1, 0xdd, POWER_PASS, 0);
}

static void test_system_control_port(void **unused)
{
	(void)unused;
	expect(0x92, 1, 0x03, POWER_RESET, EVENT_RESET);
	expect(0x92, 1, 0x01, POWER_RESET, EVENT_RESET);
	expect(0x91, 2, 0x0300, POWER_RESET, EVENT_RESET);
	expect(0x92, 1, 0x02, POWER_PASS, 0);
	expect(0x92, 1, 0x00, POWER_REFUSE, EVENT_PORT_DENIED);
}

static void test_strings_are_refused(void **unused)
{
	struct power_write write = {.space = HANDOFF_SPACE_PORT,
				    .string = true,
				    .address = 0x60,
				    .size_bytes = 1};
	struct power_answer answer = power_decide(&platform, &state, &write);

	(void)unused;
	assert_int_equal(answer.action, POWER_REFUSE);
	assert_int_equal(answer.event, EVENT_PORT_DENIED);
}

static bool marked(const uint8_t *map, unsigned port)
{
	return (map[port / 8] >> (port % 8) & 1) != 0;
}

static void test_port_map(void **unused)
{
	static const unsigned wanted[] = {
		0x60,  0x64,  0x92,  0xcf8, 0xcf9,    0xcfa,	0xcfb,
		0xcfc, 0xcfd, 0xcfe, 0xcff, PM1A + 1, PM1B + 1,
	};
	static uint8_t map[POWER_PORT_MAP_BYTES];
	unsigned count = 0;

	(void)unused;
	power_ports(&platform, map);
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		assert_true(marked(map, wanted[i]));
	}
	for (unsigned port = 0; port < 8 * POWER_PORT_MAP_BYTES; port++) {
		count += marked(map, port);
	}
	assert_int_equal(count, ARRAY_COUNT(wanted));
}

/* QEMU's machines alone have a device there that reaches all memory. */
static void test_fw_cfg_does_no_dma(void **unused)
{
	static uint8_t map[POWER_PORT_MAP_BYTES];
	struct handoff_platform q35 = platform;

	(void)unused;
	q35.chipset = HANDOFF_CHIPSET_Q35;
	power_ports(&q35, map);
	for (unsigned port = 0x511; port < 0x51e; port++) {
		bool is = port >= 0x514 && port < 0x51c;

		assert_int_equal(marked(map, port), is);
		assert_int_equal(port_of(&q35, port, 1, 0).action,
				 is ? POWER_REFUSE : POWER_PASS);
		assert_int_equal(port_of(&platform, port, 1, 0).action,
				 POWER_PASS);
	}
	for (unsigned port = 0x7d; port <= 0x80; port++) {
		bool is = port == 0x7e || port == 0x7f;

		assert_int_equal(marked(map, port), is);
		assert_int_equal(port_of(&q35, port, 1, 0).action,
				 is ? POWER_REFUSE : POWER_PASS);
	}
	assert_int_equal(port_of(&q35, 0x511, 4, 0).action, POWER_REFUSE);
	assert_int_equal(port_of(&q35, 0x510, 4, 0).action, POWER_PASS);
	assert_int_equal(port_of(&q35, 0x51b, 4, 0).event, EVENT_PORT_DENIED);
}

static void test_port_map_ignores_nonsense(void **unused)
{
	static uint8_t map[POWER_PORT_MAP_BYTES];
	struct handoff_platform odd = {
		.reset = {.address = 0x10000, .space = HANDOFF_SPACE_PORT},
		.sleep_control = {{.address = UINT64_MAX,
				   .space = HANDOFF_SPACE_PORT,
				   .width_bytes = 1}},
	};

	(void)unused;
	power_ports(&odd, map); /* the sanitizer watches the map's end */
	assert_false(marked(map, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_only_s5_sleeps, setup),
		cmocka_unit_test_setup(test_sleep_by_any_access, setup),
		cmocka_unit_test_setup(test_sleep_control_in_memory, setup),
		cmocka_unit_test_setup(test_reset_control, setup),
		cmocka_unit_test_setup(test_fadt_reset_register, setup),
		cmocka_unit_test_setup(test_keyboard_pulse, setup),
		cmocka_unit_test_setup(test_keyboard_output_port, setup),
		cmocka_unit_test_setup(test_system_control_port, setup),
		cmocka_unit_test_setup(test_strings_are_refused, setup),
		cmocka_unit_test_setup(test_fw_cfg_does_no_dma, setup),
		cmocka_unit_test(test_port_map),
		cmocka_unit_test(test_port_map_ignores_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
