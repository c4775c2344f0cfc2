/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What x86 code asks of a processor vendor. hv/svm answers today, hv/vmx
 * beside it later; the linker checks that a vendor is complete. Each verb is
 * a whole step, never a register.
 */
#ifndef OPENVBS_HV_X86_VENDOR_H
#define OPENVBS_HV_X86_VENDOR_H

#include <stdbool.h>

#include "abi/status.h"
#include "abi/vtl_layout.h"
#include "hv/core/cpu.h"
#include "hv/core/pool.h"
#include "hv/x86/insn.h"
#include "hv/x86/walk.h"

/* Where VTL0 is, to fetch the instruction that exited. */
struct vendor_fetch {
	struct walk_root root; /* EFER without what virtualization adds */
	uint64_t linear;
	uint64_t data; /* base of DS */
	enum insn_mode mode;
};

/* Tables that all CPUs share: permission maps. STATUS_NO_MEMORY. */
enum status vendor_prepare(struct pool *pool);

/* Whether this CPU can be launched, asked on it. STATUS_UNSUPPORTED. */
enum status vendor_check(void);

/*
 * Switches virtualization on for this CPU and describes VTL0 as the state it
 * has now, to run on at resume_rip with resume_rsp. Never fails.
 */
void vendor_launch(struct cpu *cpu, uint64_t resume_rip, uint64_t resume_rsp);

/* The exit that just happened. RAX and RSP in cpu->gpr become valid. */
void vendor_decode(struct cpu *cpu, struct exit *exit);

/* Makes the answer, and an event whose delivery the exit cut short, true. */
void vendor_apply(struct cpu *cpu, const struct exit *exit,
		  struct answer answer);

void vendor_fetch(const struct cpu *cpu, struct vendor_fetch *fetch);

/* Runs VTL0 for ever, calling exit_handle() on each exit. Own stack. */
_Noreturn void vendor_run(struct cpu *cpu);

/*
 * Opens a window in which a pending NMI or SMI is taken by the host. NMIs are
 * counted in cpu->nmi_taken by the gate.
 */
void vendor_take_pending(void);

/*
 * NMIs of VTL0: whether one can be delivered now; deliver it, and report its
 * end as EXIT_NMI_RETURN.
 */
bool vendor_nmi_possible(const struct cpu *cpu);
void vendor_nmi_inject(struct cpu *cpu);

/* INIT: reset state, waiting in VIEW_PARKED. Start-up IPI: begin there. */
void vendor_wait(struct cpu *cpu);
void vendor_start(struct cpu *cpu, uint8_t vector);

/*
 * Before vendor_decode(): whether this exit is a call from ring 0, which may
 * turn out to be a crossing, and RAX then.
 */
bool vendor_at_call(const struct cpu *cpu, uint64_t *rax);

/* Instead of decode and apply: the call is done, the other VTL gets `rax`. */
void vendor_vtl_cross(struct cpu *cpu, uint64_t rax);

/* Between decode and apply: the other VTL of this CPU runs next. */
void vendor_vtl_switch(struct cpu *cpu);

/* Raises the vector in VTL1, if it runs in ring 3 and nothing is raised yet. */
void vendor_vina(struct cpu *cpu, uint8_t vector);

/* The header of an intercept message: where VTL0 is. */
void vendor_intercept(const struct cpu *cpu,
		      struct hv_intercept_header *header);

/* VTL0's CR0, CR4 and EFER become those of `root`. */
void vendor_control_set(struct cpu *cpu, const struct walk_root *root);

/* What cpu->intercept says exits, and nothing else, from VTL0's next run on. */
void vendor_intercept_arm(struct cpu *cpu);

/* No translation older than this call is used by this CPU in VTL0. */
void vendor_flush(struct cpu *cpu);

/* Everything known, through the console. */
void vendor_print(const struct cpu *cpu);

#endif
