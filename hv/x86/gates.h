/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors and interrupt gates, APM vol. 2, 4.7 and 4.8; gates.S. */
#ifndef OPENVBS_HV_X86_GATES_H
#define OPENVBS_HV_X86_GATES_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define GDT_CODE_64    UINT64_C(0x00af9b000000ffff)
#define GDT_DATA       UINT64_C(0x00cf93000000ffff)
#define GATE_INTERRUPT 0x8e00

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint16_t attributes;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved_zero;
};
static_assert(sizeof(struct gate) == 16, "APM vol. 2, 4.8.2");

extern struct table_register host_gdtr;
extern struct table_register host_idtr;

/* gates.S: one stub per vector, all alike in size. */
#define HOST_GATE_CODE_BYTES 16
extern const char host_gate_code[];
extern const char host_nmi_gate[];
extern const char host_db_gate[];

/*
 * MSR accesses that may not exist: false instead of #GP. The #GP gate knows
 * their instructions' addresses.
 */
bool msr_try_read(uint32_t msr, uint64_t *value);
bool msr_try_write(uint32_t msr, uint64_t value);
extern const char host_gp_gate[];

/* What a stub leaves on the stack for host_fault(). */
struct host_frame {
	uint64_t vector;
	uint64_t words[6]; /* error code, if any, then RIP CS RFLAGS RSP SS */
};

#endif
