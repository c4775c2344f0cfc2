/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by paging_off.c and probe.S: everything the 32-bit half needs, below
 * 4 GiB and reached by one register.
 */
#ifndef OPENVBS_TESTS_GUEST_UEFI_PROBE_H
#define OPENVBS_TESTS_GUEST_UEFI_PROBE_H

#include <stddef.h>
#include <stdint.h>

#define PROBE_VECTORS 14

struct probe {
	uint32_t address; /* read with paging off */
	uint32_t value;
	uint32_t faulted;
	uint32_t cr4;
	uint8_t gdtr[16]; /* ours: limit, base */
	uint8_t idtr[16]; /* ours, 32-bit */
	uint8_t saved_gdtr[16];
	uint8_t saved_idtr[16];
	uint64_t saved_rsp;
	uint64_t saved_cs;
	uint64_t gdt[4];
	uint64_t idt[PROBE_VECTORS];
};

_Static_assert(offsetof(struct probe, gdtr) == 16, "probe.S");
_Static_assert(offsetof(struct probe, idtr) == 32, "probe.S");
_Static_assert(offsetof(struct probe, saved_gdtr) == 48, "probe.S");
_Static_assert(offsetof(struct probe, saved_idtr) == 64, "probe.S");
_Static_assert(offsetof(struct probe, saved_rsp) == 80, "probe.S");
_Static_assert(offsetof(struct probe, saved_cs) == 88, "probe.S");

/* Goes to 32-bit mode without paging, exits, reads, and comes back. */
void probe_run(struct probe *probe);

/* The 32-bit #GP handler, for the table. */
extern char probe_fault[];

#endif
