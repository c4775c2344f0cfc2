/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One VM exit, in no vendor's words. Flow: entry code, vendor decode, the
 * table in dispatch.c, the owner of the matter, an answer, vendor apply.
 */
#ifndef OPENVBS_HV_CORE_EXIT_H
#define OPENVBS_HV_CORE_EXIT_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/addr.h"

/* Kind, its name in logs and numbers, what happened. */
#define EXIT_LIST(X)                                                          \
	X(NESTED_FAULT, "nested-fault") /* access against a view */           \
	X(APIC, "apic")			/* the same, on the xAPIC's page */   \
	X(MSR_READ, "msr-read")                                               \
	X(MSR_WRITE, "msr-write")                                             \
	X(REGISTER_WRITE, "register-write") /* that VTL1 watches */           \
	X(PORT, "port")                                                       \
	X(CACHE_DISCARD, "invd") /* and WBINVD */                             \
	X(EXCEPTION, "exception")                                             \
	X(DEBUG_WRITE, "debug-write")		/* a breakpoint's address */  \
	X(VIRT_INSTRUCTION, "virt-instruction") /* VMRUN and its family */    \
	X(CALL, "call")				/* VMMCALL, VMCALL */         \
	X(NMI, "nmi")                                                         \
	X(NMI_RETURN, "nmi-return") /* VTL0 has ended an NMI */               \
	X(STEP, "step")		    /* the vendor's own: nothing to answer */ \
	X(SMI, "smi")                                                         \
	X(INTERRUPT, "interrupt") /* one of VTL0's, while VTL1 runs */        \
	X(INIT, "init")                                                       \
	X(SHUTDOWN, "shutdown") /* triple fault, or state that cannot run */  \
	X(UNKNOWN, "unknown")	/* our bug: nothing else is intercepted */

enum exit_kind {
#define EXIT_ENUM(kind, name) EXIT_##kind,
	EXIT_LIST(EXIT_ENUM)
#undef EXIT_ENUM
	EXIT_KIND_COUNT,
};

struct exit {
	enum exit_kind kind;
	uint64_t code; /* the vendor's number, for logs */
	uint64_t rip;
	bool user;	      /* VTL0 was in ring 3 */
	uint8_t length_bytes; /* of the instruction, when known */

	/* NESTED_FAULT, APIC */
	gpa_t address;
	unsigned access; /* ACCESS_* wanted */
	bool table_walk; /* by the guest's own page walk */

	/* MSR_*, PORT: number, value to write. REGISTER_WRITE: its name.
	   DEBUG_WRITE: 0 to 3. */
	uint32_t number;
	uint64_t value;
	uint8_t size_bytes; /* PORT */
	bool input;	    /* PORT: IN, not OUT */
	bool string;	    /* PORT: INS or OUTS */

	/* EXCEPTION */
	uint8_t vector;
	bool has_error;
	uint32_t error;
	bool delivering; /* it came while an event was being delivered */
};

enum answer_kind {
	ANSWER_RESUME, /* run on at the same instruction */
	ANSWER_SKIP,   /* the instruction is done */
	ANSWER_INJECT, /* raise `vector` at the instruction */
};

struct answer {
	enum answer_kind kind;
	uint8_t vector;
	bool has_error;
	uint32_t error;
};

static inline struct answer answer_resume(void)
{
	return (struct answer){.kind = ANSWER_RESUME};
}

static inline struct answer answer_skip(void)
{
	return (struct answer){.kind = ANSWER_SKIP};
}

static inline struct answer answer_inject(uint8_t vector)
{
	return (struct answer){.kind = ANSWER_INJECT, .vector = vector};
}

static inline struct answer answer_inject_error(uint8_t vector, uint32_t error)
{
	return (struct answer){.kind = ANSWER_INJECT,
			       .vector = vector,
			       .has_error = true,
			       .error = error};
}

struct cpu;

/* Finds the owner of the exit and lets it answer. */
struct answer dispatch_exit(struct cpu *cpu, struct exit *exit);

/* "nested-fault" and so on, for logs and numbers. */
const char *dispatch_name(enum exit_kind kind);

#endif
