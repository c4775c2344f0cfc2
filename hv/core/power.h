/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways out of the machine: which writes to ports and device registers put it
 * to sleep, switch it off or reset it. Pure decisions; the port and
 * nested-fault handlers call them and carry them out.
 *
 * The address line A20 belongs here because the same ports gate it: masking
 * it would fold the hypervisor's own memory. So do, on q35, the ports by which
 * QEMU's own devices reach all memory: they share the map of watched ports.
 */
#ifndef OPENVBS_HV_CORE_POWER_H
#define OPENVBS_HV_CORE_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/handoff.h"

#define POWER_PORT_MAP_BYTES 12288 /* I/O permission map, APM vol. 2, 15.10 */

/* One write by VTL0. */
struct power_write {
	enum handoff_space space; /* PORT or MEMORY */
	bool string;		  /* OUTS or INS: value is not known */
	uint8_t size_bytes;	  /* 1, 2, 4 or 8 */
	uint64_t address;
	uint64_t value;
};

enum power_action {
	POWER_PASS,   /* perform it */
	POWER_REFUSE, /* discard it */
	POWER_OFF,    /* wipe, then perform it */
	POWER_RESET,  /* wipe, then reset */
};

struct power_answer {
	enum power_action action;
	uint32_t event; /* enum event_kind, 0 with POWER_PASS */
};

/*
 * What the keyboard controller remembers between writes. One for the machine,
 * zero at start; its lock is held from the decision until the write is done.
 */
struct power_state {
	bool output_port_next; /* the next data byte sets reset and A20 */
};

/*
 * Decides on a write. Strings are refused on every port that power_ports()
 * marks. Reads need no decision, except INS, which is refused the same way.
 */
struct power_answer power_decide(const struct handoff_platform *platform,
				 struct power_state *state,
				 const struct power_write *write);

/* Marks in a zeroed map the ports above and those of configuration space. */
void power_ports(const struct handoff_platform *platform,
		 uint8_t map[POWER_PORT_MAP_BYTES]);

#endif
