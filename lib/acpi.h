/* SPDX-License-Identifier: MIT */
/*
 * What the hypervisor must know from ACPI: the registers that reset the
 * machine or put it to sleep, and where configuration space is in memory.
 * Tables are input: every length is checked before it is used.
 */
#ifndef OPENVBS_LIB_ACPI_H
#define OPENVBS_LIB_ACPI_H

#include "abi/handoff.h"
#include "abi/status.h"

/*
 * Fills ecam_*, reset*, sleep_control and s5_type of `platform`; what the
 * tables do not have stays zero. STATUS_CORRUPT: no usable RSDP, root table
 * or FADT. STATUS_NOT_FOUND: a sleep register without an \_S5 to go with it.
 */
enum status acpi_facts_read(const void *rsdp,
			    struct handoff_platform *platform);

/* The table with this signature, or NULL; its length and sum are right. */
const uint8_t *acpi_find(const void *rsdp, const char *signature);
uint32_t acpi_length(const uint8_t *table);

/*
 * Gives the table another signature, under which nobody looks for it. The
 * lists of tables stay as they are, so that firmware can go on adding to them.
 */
void acpi_hide(const void *rsdp, const char *signature);

/*
 * Renames \_S1 to \_S4 wherever the tables define them, so that an operating
 * system never tries these states. Answers how many it renamed.
 */
unsigned acpi_sleep_withdraw(const void *rsdp);

#endif
