/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One processor as the hypervisor sees it. The structure opens the CPU's own
 * area (HANDOFF_PER_CPU_BYTES, aligned to its size); the hypervisor's stack
 * closes it, so that the stack pointer finds the structure.
 */
#ifndef OPENVBS_HV_CORE_CPU_H
#define OPENVBS_HV_CORE_CPU_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hv/core/event.h"
#include "hv/core/exit.h"

/* Encoding order of the general registers. */
enum {
	GPR_RAX,
	GPR_RCX,
	GPR_RDX,
	GPR_RBX,
	GPR_RSP,
	GPR_RBP,
	GPR_R8 = 8,
	GPR_R12 = 12,
	GPR_R13,
	GPR_R14,
	GPR_R15,
	GPR_COUNT = 16,
};

struct cpu {
	/* Known to the entry code by offset. */
	uint64_t run_block; /* physical address of the control block to run */
	uint64_t gpr[GPR_COUNT]; /* of the VTL that runs; RAX, RSP valid
				    between decode and apply */

	uint64_t nmi_taken; /* counted by the NMI gate */

	uint32_t index;
	uint32_t apic_id;
	bool boot_cpu;

	/* Virtual trust levels: hv/x86/vtl.c. */
	uint32_t vtl;		   /* the one that runs */
	_Atomic bool vtl1_enabled; /* VTL1 has a context here */
	bool vina_enabled;
	uint8_t vina_vector;
	spa_t assist_page; /* VTL1's VP assist page; 0: none */
	struct {
		uint64_t control; /* HV_CR_INTERCEPT_*: what VTL1 watches */
		uint64_t cr0_mask;
		uint64_t cr4_mask;
	} intercept;

	/* Messages from other CPUs; see startup.h. */
	_Atomic uint32_t request;
	_Atomic bool kicked; /* an NMI of ours is on its way */
	_Atomic bool online; /* runs VTL0, or waits for its start-up IPI */
	bool waiting;	     /* for a start-up IPI */

	/* NMIs of VTL0: one in service, one latched, as in hardware. */
	bool nmi_blocked;
	bool nmi_latched;
	bool nmi_stepping; /* over the IRET that ends one */

	/* Shadow of what the local APIC cannot be asked from elsewhere. */
	_Atomic uint32_t apic_ldr;
	_Atomic uint32_t apic_dfr;

	uint64_t exits[EXIT_KIND_COUNT];
	struct event_ring events;
	uint64_t events_taken;	 /* by VTL1; under the protect lock */
	uint64_t events_printed; /* by the test image, on its own CPU */
};

static_assert(offsetof(struct cpu, run_block) == 0, "svm/entry.S");
static_assert(offsetof(struct cpu, gpr) == 8, "svm/entry.S");
static_assert(offsetof(struct cpu, nmi_taken) == 136, "x86/gates.S");

/* Records an event of this CPU, stamped with its time. */
void cpu_event(struct cpu *cpu, const struct exit *exit, uint32_t kind,
	       uint64_t a, uint64_t b);

#endif
