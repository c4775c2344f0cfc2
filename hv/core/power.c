/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides on writes that would put the machine to sleep, switch it off, reset
 * it or mask address line A20. Called by the port and nested-fault handlers.
 *
 * Invariant: every byte that a write covers is looked at, whatever the size
 * and start of the access, and doubt is decided as the stronger act.
 */
#include "hv/core/power.h"

#include <stddef.h>

#include "abi/events.h"
#include "hv/core/chipset.h"
#include "hv/core/doors.h"
#include "hv/core/pci.h"

#define SLEEP_CONTROLS 2

static const struct power_answer pass = {POWER_PASS, 0};
static const struct power_answer reset = {POWER_RESET, EVENT_RESET};
static const struct power_answer refuse_port = {POWER_REFUSE,
						EVENT_PORT_DENIED};

/* The byte that the write puts at `address`; false: none. */
static bool byte_at(const struct power_write *write, enum handoff_space space,
		    uint64_t address, uint8_t *byte)
{
	uint64_t index = address - write->address;

	if (write->space != space || index >= write->size_bytes) {
		return false;
	}
	*byte = (uint8_t)(write->value >> (8 * index));
	return true;
}

static bool port_byte(const struct power_write *write, uint64_t port,
		      uint8_t *byte)
{
	return byte_at(write, HANDOFF_SPACE_PORT, port, byte);
}

/* Where a sleep control register keeps type and enable. */
static uint64_t sleep_byte_address(const struct handoff_register *control)
{
	return control->address +
	       (control->width_bytes > 1 ? DOOR_SLEEP_BYTE : 0);
}

static bool is_register(const struct handoff_register *reg)
{
	return reg->space != HANDOFF_SPACE_NONE && reg->address != 0;
}

static struct power_answer decide_sleep(const struct handoff_platform *platform,
					const struct power_write *write)
{
	for (unsigned i = 0; i < SLEEP_CONTROLS; i++) {
		const struct handoff_register *control =
			&platform->sleep_control[i];
		uint8_t byte;

		if (!is_register(control) ||
		    !byte_at(write, (enum handoff_space)control->space,
			     sleep_byte_address(control), &byte) ||
		    (byte & DOOR_SLEEP_ENABLE) == 0) {
			continue;
		}
		if (field_get(byte, DOOR_SLEEP_TYPE) != platform->s5_type[i]) {
			return (struct power_answer){POWER_REFUSE,
						     EVENT_SLEEP_DENIED};
		}
		return (struct power_answer){POWER_OFF, EVENT_POWER_OFF};
	}
	return pass;
}

/*
 * The pulse command pulls down the output lines whose bits are 0; the
 * controller takes the low bit as reset and the next as A20.
 */
static struct power_answer decide_output(uint8_t lines)
{
	if ((lines & DOOR_OUTPUT_RESET) == 0) {
		return reset;
	}
	return (lines & DOOR_OUTPUT_A20) == 0 ? refuse_port : pass;
}

/*
 * After the output-port command the next data byte is the port's new value.
 * Controllers differ in which commands in between cancel that, so none does.
 */
static struct power_answer decide_keyboard(struct power_state *state,
					   const struct power_write *write)
{
	struct power_answer answer = pass;
	uint8_t byte;

	if (port_byte(write, DOOR_KEYBOARD_DATA, &byte) &&
	    state->output_port_next) {
		answer = decide_output(byte);
		/* A refused byte is not sent: the controller waits on. */
		state->output_port_next = answer.action != POWER_PASS;
	}
	if (answer.action != POWER_PASS ||
	    !port_byte(write, DOOR_KEYBOARD_COMMAND, &byte)) {
		return answer;
	}
	if ((byte & DOOR_COMMAND_PULSE_MASK) == DOOR_COMMAND_PULSE) {
		return decide_output(byte);
	}
	if (byte == DOOR_COMMAND_A20_OFF) {
		return refuse_port;
	}
	if (byte == DOOR_COMMAND_OUTPUT) {
		state->output_port_next = true;
	}
	return pass;
}

/* Four bytes to 0xCF8 are the configuration address, not reset control. */
static bool is_config_address(const struct power_write *write)
{
	return write->space == HANDOFF_SPACE_PORT &&
	       write->address == PCI_PORT_ADDRESS &&
	       write->size_bytes == PCI_DWORD_BYTES;
}

static struct power_answer decide_reset(const struct handoff_platform *platform,
					const struct power_write *write)
{
	uint8_t byte;

	if (is_config_address(write)) {
		return pass;
	}
	if (port_byte(write, DOOR_RESET_CONTROL, &byte) &&
	    (byte & DOOR_RESET_CPU) != 0) {
		return reset;
	}
	if (is_register(&platform->reset) &&
	    byte_at(write, (enum handoff_space)platform->reset.space,
		    platform->reset.address, &byte) &&
	    byte == (uint8_t)platform->reset_value) {
		return reset;
	}
	if (!port_byte(write, DOOR_SYSTEM_CONTROL, &byte)) {
		return pass;
	}
	if ((byte & DOOR_FAST_RESET) != 0) {
		return reset;
	}
	return (byte & DOOR_FAST_A20) == 0 ? refuse_port : pass;
}

static bool reaches(const struct power_write *write, uint64_t port,
		    uint64_t count)
{
	return write->address < port + count &&
	       port < write->address + write->size_bytes;
}

static struct power_answer decide_dma(const struct handoff_platform *platform,
				      const struct power_write *write)
{
	if (platform->chipset == HANDOFF_CHIPSET_Q35 &&
	    write->space == HANDOFF_SPACE_PORT &&
	    (reaches(write, FW_CFG_DMA_PORT, FW_CFG_DMA_BYTES) ||
	     reaches(write, VAPIC_PORT, VAPIC_BYTES))) {
		return refuse_port;
	}
	return pass;
}

struct power_answer power_decide(const struct handoff_platform *platform,
				 struct power_state *state,
				 const struct power_write *write)
{
	if (write->string) {
		return refuse_port;
	}
	struct power_answer answer = decide_reset(platform, write);

	if (answer.action == POWER_PASS) {
		answer = decide_sleep(platform, write);
	}
	if (answer.action == POWER_PASS) {
		answer = decide_dma(platform, write);
	}
	if (answer.action == POWER_PASS) {
		answer = decide_keyboard(state, write);
	}
	return answer;
}

static void mark(uint8_t map[POWER_PORT_MAP_BYTES], uint64_t port)
{
	if (port < DOOR_PORT_END) {
		map[port / 8] |= (uint8_t)(1u << (port % 8));
	}
}

void power_ports(const struct handoff_platform *platform,
		 uint8_t map[POWER_PORT_MAP_BYTES])
{
	mark(map, DOOR_KEYBOARD_DATA);
	mark(map, DOOR_KEYBOARD_COMMAND);
	mark(map, DOOR_SYSTEM_CONTROL);
	for (unsigned port = PCI_PORT_ADDRESS; port < PCI_PORT_END; port++) {
		mark(map, port);
	}
	for (unsigned i = 0; i < FW_CFG_DMA_BYTES; i++) {
		if (platform->chipset == HANDOFF_CHIPSET_Q35) {
			mark(map, FW_CFG_DMA_PORT + i);
			mark(map, VAPIC_PORT + i % VAPIC_BYTES);
		}
	}
	if (platform->reset.space == HANDOFF_SPACE_PORT) {
		mark(map, platform->reset.address);
	}
	for (unsigned i = 0; i < SLEEP_CONTROLS; i++) {
		const struct handoff_register *control =
			&platform->sleep_control[i];

		if (control->space == HANDOFF_SPACE_PORT) {
			mark(map, sleep_byte_address(control));
		}
	}
}
