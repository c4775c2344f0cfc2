/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration writes of VTL0, fetched from both ways in and judged by one
 * set of rules. Called by the port and memory handlers under config_lock.
 */
#include "hv/x86/config.h"

#include <stddef.h>

#include "hv/core/config_space.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/memory.h"
#include "hv/x86/platform.h"
#include "hv/x86/state.h"

#define BUS_SHIFT 20

/* The latch of 0xCF8 is VTL0's: put back what it held. */
static uint16_t select(struct config_address at, uint32_t *latch)
{
	*latch = in32(CONFIG_ADDRESS_PORT);
	out32(CONFIG_ADDRESS_PORT,
	      CONFIG_ENABLE | (uint32_t)at.bus << CONFIG_BUS_SHIFT |
		      (uint32_t)at.device << CONFIG_DEVICE_SHIFT |
		      (uint32_t)at.function << CONFIG_FUNCTION_SHIFT |
		      (at.offset & CONFIG_OFFSET_DWORD));
	return (uint16_t)(CONFIG_DATA_PORT + (at.offset & 3));
}

/* Registers above the first 256 bytes are only in the memory window. */
static volatile void *extended(struct config_address at)
{
	const struct handoff_platform *platform = &hv.handoff.platform;

	if (at.offset <= CONFIG_OFFSET_BYTE || platform->ecam_base == 0 ||
	    at.bus >= platform->ecam_bus_count) {
		return NULL;
	}
	return (volatile void *)(platform->ecam_base +
				 config_event_address(at));
}

static uint32_t read_extended(const volatile void *at, unsigned size_bytes)
{
	switch (size_bytes) {
	case 1:
		return *(const volatile uint8_t *)at;
	case 2:
		return *(const volatile uint16_t *)at;
	default:
		return *(const volatile uint32_t *)at;
	}
}

static uint32_t read_config(struct config_address from, unsigned size_bytes)
{
	const volatile void *window = extended(from);
	uint32_t latch, value;
	uint16_t port;

	if (window != NULL) {
		return read_extended(window, size_bytes);
	}
	if (from.offset > CONFIG_OFFSET_BYTE) {
		return CONFIG_ABSENT;
	}
	port = select(from, &latch);
	switch (size_bytes) {
	case 1:
		value = in8(port);
		break;
	case 2:
		value = in16(port);
		break;
	default:
		value = in32(port);
		break;
	}
	out32(CONFIG_ADDRESS_PORT, latch);
	return value;
}

/* Only ever to size a window, by dwords above the first 256 bytes. */
static void write_config(struct config_address to, unsigned size_bytes,
			 uint32_t value)
{
	volatile uint32_t *window = extended(to);
	uint32_t latch;
	uint16_t port;

	if (window != NULL) {
		*window = value;
		return;
	}
	port = select(to, &latch);
	switch (size_bytes) {
	case 1:
		out8(port, (uint8_t)value);
		break;
	case 2:
		out16(port, (uint16_t)value);
		break;
	default:
		out32(port, value);
		break;
	}
	out32(CONFIG_ADDRESS_PORT, latch);
}

static bool allows(struct cpu *cpu, const struct exit *exit,
		   const struct config_write *write)
{
	struct config_rules rules = {.read = read_config,
				     .write = write_config,
				     .chipset = hv.handoff.platform.chipset,
				     .own = hv.own,
				     .own_count = hv.own_count,
				     .dma = &hv.handoff.dma};
	uint32_t denied = EVENT_CONFIG_DENIED;

	switch (config_decide(&rules, write)) {
	case CONFIG_PASS:
		return true;
	case CONFIG_REFUSE_IOMMU:
		denied = EVENT_IOMMU_DENIED;
		break;
	case CONFIG_REFUSE:
		break;
	}
	cpu_event(cpu, exit, denied, config_event_address(write->to),
		  write->value);
	return false;
}

bool config_port_allows(struct cpu *cpu, const struct exit *exit)
{
	struct config_write write;

	switch (config_from_port(in32(CONFIG_ADDRESS_PORT),
				 (uint16_t)exit->number, exit->size_bytes,
				 (uint32_t)exit->value, &write)) {
	case CONFIG_PORT_ADDRESS:
	case CONFIG_PORT_NONE:
		return true;
	case CONFIG_PORT_REFUSED:
		cpu_event(cpu, exit, EVENT_PORT_DENIED, exit->number,
			  exit->value);
		return false;
	case CONFIG_PORT_DATA:
		break;
	}
	return allows(cpu, exit, &write);
}

bool config_ecam_allows(struct cpu *cpu, const struct exit *exit,
			const struct insn_store *store)
{
	struct config_write write;

	if (!config_from_ecam(&hv.handoff.platform, exit->address,
			      store->size_bytes, store->value, &write)) {
		return true;
	}
	return allows(cpu, exit, &write);
}

uint64_t config_ecam_bytes(const struct handoff_platform *platform)
{
	return (uint64_t)platform->ecam_bus_count << BUS_SHIFT;
}
