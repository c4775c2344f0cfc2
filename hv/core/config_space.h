/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI configuration writes that move memory decoding. They go past nested
 * paging: a window laid over our frames would have the hypervisor read a
 * device's bytes as its own memory.
 *
 * Decisions for the port handler (CF8/CFC) and the nested-fault handler
 * (ECAM). The caller holds one lock for all of configuration space from the
 * decision until the write is performed, on every CPU and on both ways in;
 * the address port is intercepted too, so that it cannot change in between.
 *
 * Invariant kept: no write gives a function that decodes memory a window over
 * `own`; where the hypervisor itself is, none had one before.
 * Functions with memory decoding off are free; switching it on is judged.
 */
#ifndef OPENVBS_HV_CORE_CONFIG_SPACE_H
#define OPENVBS_HV_CORE_CONFIG_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/handoff.h"
#include "hv/core/addr.h"

struct config_address {
	uint8_t bus;
	uint8_t device;
	uint8_t function;
	uint16_t offset; /* 0..4095 */
};

struct config_write {
	struct config_address to;
	uint8_t size_bytes; /* 1, 2, 4; 8 is refused */
	uint64_t value;
};

/* How the decision looks at the machine; sizes are 1, 2 or 4. */
struct config_rules {
	uint32_t (*read)(struct config_address from, unsigned size_bytes);
	void (*write)(struct config_address to, unsigned size_bytes,
		      uint32_t value); /* only to size a window, undone */
	enum handoff_chipset chipset;
	const struct frames *own; /* ranges no window may lie over */
	unsigned own_count;
	const struct handoff_dma *dma; /* whose functions are guarded */
};

enum config_answer {
	CONFIG_PASS,	     /* perform it */
	CONFIG_REFUSE,	     /* discard it, EVENT_CONFIG_DENIED */
	CONFIG_REFUSE_IOMMU, /* the same, EVENT_IOMMU_DENIED */
};

enum config_answer config_decide(const struct config_rules *rules,
				 const struct config_write *write);

/* What a write to ports 0xCF8..0xCFF is. */
enum config_port {
	CONFIG_PORT_ADDRESS, /* four bytes to 0xCF8: the latch, harmless */
	CONFIG_PORT_DATA,    /* *write is filled; judge it */
	CONFIG_PORT_NONE,    /* no configuration access, e.g. 0xCF9 */
	CONFIG_PORT_REFUSED, /* partly one, or reserved bits in the latch */
};

/*
 * `latch` is what 0xCF8 holds. Chipsets differ in what they make of its
 * reserved bits (1:0, and 30:24, which some AMD processors take as the upper
 * register bits), so a write with any of them set is refused.
 */
enum config_port config_from_port(uint32_t latch, uint16_t port,
				  unsigned size_bytes, uint32_t value,
				  struct config_write *write);

/* False: the address is not in the window described by the platform. */
bool config_from_ecam(const struct handoff_platform *platform, gpa_t address,
		      unsigned size_bytes, uint64_t value,
		      struct config_write *write);

/* The register as one number, for events: bus, device, function, offset. */
uint64_t config_event_address(struct config_address address);

#endif
