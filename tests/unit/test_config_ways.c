/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two ways into configuration space: which accesses are configuration
 * writes, and of which register.
 *
 * Links: hv/core/config_space.c
 */
#include "hv/core/config_space.h"
#include "tests/unit/unit.h"

static enum config_port from_port(uint32_t latch, uint16_t port, unsigned size,
				  struct config_write *write)
{
	return config_from_port(latch, port, size, 0x12345678, write);
}

static void test_ports(void **unused)
{
	struct config_write write = {0};
	uint32_t latch = 0x8012fb60;

	(void)unused;
	assert_int_equal(from_port(latch, 0xcf8, 4, &write),
			 CONFIG_PORT_ADDRESS);
	assert_int_equal(from_port(latch, 0xcf8, 2, &write), CONFIG_PORT_NONE);
	assert_int_equal(from_port(latch, 0xcf9, 1, &write), CONFIG_PORT_NONE);
	assert_int_equal(from_port(latch, 0xcf8, 1, &write), CONFIG_PORT_NONE);
	assert_int_equal(from_port(latch, 0xcfa, 4, &write),
			 CONFIG_PORT_REFUSED);
	assert_int_equal(from_port(latch, 0xcfe, 4, &write),
			 CONFIG_PORT_REFUSED);
	assert_int_equal(from_port(latch & 0x7fffffff, 0xcfc, 4, &write),
			 CONFIG_PORT_NONE);
	for (unsigned bit = 0; bit < 2; bit++) {
		assert_int_equal(from_port(latch | 1u << bit, 0xcfc, 4, &write),
				 CONFIG_PORT_REFUSED);
	}
	for (unsigned bit = 24; bit < 31; bit++) {
		assert_int_equal(from_port(latch | 1u << bit, 0xcfc, 4, &write),
				 CONFIG_PORT_REFUSED);
	}
	assert_int_equal(from_port(latch, 0xcfe, 2, &write), CONFIG_PORT_DATA);
	assert_int_equal(write.to.bus, 0x12);
	assert_int_equal(write.to.device, 0x1f);
	assert_int_equal(write.to.function, 3);
	assert_int_equal(write.to.offset, 0x62);
	assert_int_equal(write.size_bytes, 2);
	assert_int_equal(write.value, 0x12345678);
}

static void test_ecam(void **unused)
{
	struct handoff_platform platform = {.ecam_base = 0xb0000000,
					    .ecam_bus_count = 2};
	struct config_write write = {0};

	(void)unused;
	assert_false(
		config_from_ecam(&platform, gpa(0xaffffffc), 4, 1, &write));
	assert_false(
		config_from_ecam(&platform, gpa(0xb0200000), 4, 1, &write));
	assert_true(config_from_ecam(&platform, gpa(0xb01fb123), 1, 7, &write));
	assert_int_equal(write.to.bus, 1);
	assert_int_equal(write.to.device, 0x1f);
	assert_int_equal(write.to.function, 3);
	assert_int_equal(write.to.offset, 0x123);
	assert_int_equal(write.value, 7);
	assert_int_equal(config_event_address(write.to), 0x1fb123);
	platform.ecam_base = 0;
	assert_false(config_from_ecam(&platform, gpa(0x1000), 4, 1, &write));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_ecam),
	};

	return cmocka_run_group_tests_name("config_ways", tests, NULL, NULL);
}
