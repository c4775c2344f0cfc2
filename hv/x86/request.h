/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages between CPUs: a bit in the target's request word, and an NMI as a
 * hint to look at it.
 */
#ifndef OPENVBS_HV_X86_REQUEST_H
#define OPENVBS_HV_X86_REQUEST_H

#include "hv/core/cpu.h"

/* After setting request bits: makes the target look soon. */
void request_kick(struct cpu *target);

/* Does what others asked of this CPU; after every exit. */
void request_serve(struct cpu *cpu);

/* Only the flushes, while waiting for a lock or for another CPU. */
void request_serve_flush(struct cpu *cpu);

/*
 * All other CPUs stand still for good; for the last steps of a panic or reset.
 * Waits a bounded time. When another CPU is already at it, this one stands
 * still instead and the call does not return.
 */
void request_stop_others(struct cpu *self);

/* A pending NMI or SMI: takes it, and sorts ours from VTL0's. */
void request_take_nmi(struct cpu *cpu);

/* Gives VTL0 its latched NMI when it can take one. */
void request_deliver_nmi(struct cpu *cpu);

#endif
