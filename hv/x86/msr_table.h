/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VTL0 may do with model-specific registers: one const table, a row per
 * register or run of registers, and pure decisions over it. docs/msr.md is
 * generated from the table.
 *
 * Writes are allow-listed: a register without a row may be read but not
 * written. Called by the MSR exit handler and, once, to fill the permission
 * map that keeps registers of daily use from exiting at all.
 */
#ifndef OPENVBS_HV_X86_MSR_TABLE_H
#define OPENVBS_HV_X86_MSR_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/addr.h"

#define MSR_MAP_BYTES 8192 /* MSR permission map, APM vol. 2, 15.11 */

enum msr_read_rule {
	MSR_READ_PASS,	/* the processor answers */
	MSR_READ_FIXED, /* reads as row->bits */
	MSR_READ_EFER,	/* the guest's value, SVME hidden */
	MSR_READ_GP,	/* #GP, as where it does not exist */
};

enum msr_write_rule {
	MSR_WRITE_PASS,	  /* the processor judges the value */
	MSR_WRITE_GP,	  /* #GP */
	MSR_WRITE_DROP,	  /* discarded */
	MSR_WRITE_FROZEN, /* only the value it has; others discarded */
	MSR_WRITE_CHANGE, /* only bits in row->bits may change */
	MSR_WRITE_SET,	  /* only bits in row->bits may change, and only to 1 */
	MSR_WRITE_EFER,	  /* and below: in msr_decide.c */
	MSR_WRITE_APIC_BASE,
	MSR_WRITE_X2APIC_ICR,
	MSR_WRITE_MTRR_VARIABLE,
	MSR_WRITE_MTRR_FIXED,
	MSR_WRITE_MTRR_DEFAULT,
	MSR_WRITE_RULE_COUNT,
};

struct msr_row {
	uint32_t first;
	uint32_t last;
	const char *name;
	uint8_t read;	/* enum msr_read_rule */
	uint8_t write;	/* enum msr_write_rule */
	bool emulated;	/* QEMU 7.2's TCG has it; else unit-tested only */
	uint16_t event; /* enum event_kind of a refused write; 0: by rule */
	uint64_t bits;	/* see the rules above */
	const char *section; /* of APM vol. 2, or the source named */
};

/* What a decision may depend on besides the number and the value. */
struct msr_context {
	/* This processor's register; 0 if it has none of that number. */
	uint64_t (*read)(uint32_t msr);
	uint64_t efer;	       /* the guest's, from its saved state */
	uint64_t efer_allowed; /* EFER bits that the guest's CPUID shows */
	bool paging;	       /* the guest's CR0.PG */
	bool x2apic_trapped;   /* start-up IPIs are caught in x2APIC mode */
	struct frames own;     /* the hypervisor's memory */
};

enum msr_action {
	MSR_PASS,  /* write `value` to the register; read the register */
	MSR_GP,	   /* raise #GP(0) */
	MSR_DROP,  /* the write is done and has changed nothing */
	MSR_VALUE, /* a read returns `value` */
	MSR_IPI,   /* hand `value` to the code that starts CPUs */
};

struct msr_answer {
	enum msr_action action;
	uint32_t event; /* enum event_kind to record, or 0 */
	uint64_t value;
};

/* The row of a register, or NULL. */
const struct msr_row *msr_find(uint32_t msr);

/* Where the permission map has the register; false: it has not. */
bool msr_in_map(uint32_t msr, unsigned *index);

/* The table in ascending order, for the documentation and the tests. */
const struct msr_row *msr_rows(unsigned *count);

/*
 * EFER goes to the guest's saved state, not to the register: with MSR_PASS,
 * `value` is what the guest's EFER becomes, SVME not in it.
 */
struct msr_answer msr_write_decide(uint32_t msr, uint64_t value,
				   const struct msr_context *context);
struct msr_answer msr_read_decide(uint32_t msr,
				  const struct msr_context *context);

/* The HV_CR_INTERCEPT_* that speaks of writes of this MSR; 0: none does. */
uint64_t msr_watch_bit(uint32_t msr);

/*
 * Fills the permission map: a clear bit lets an access through without an
 * exit, and only accesses that would always be answered MSR_PASS get one. In
 * the map for CPUs where VTL1 watches MSRs, what it may watch gets none.
 */
void msr_fill_permission_map(uint8_t map[MSR_MAP_BYTES], bool watched);

#endif
