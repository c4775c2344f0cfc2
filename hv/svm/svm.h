/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the SVM files share with each other and nobody else. */
#ifndef OPENVBS_HV_SVM_SVM_H
#define OPENVBS_HV_SVM_SVM_H

#include "hv/svm/vmcb.h"
#include "hv/x86/layout.h"

/* Address-space identifiers, 15.16; the same on every CPU. */
#define ASID_VTL0   1u
#define ASID_PARKED 2u
#define ASID_VTL1   3u

/* A CPU's vendor pages. */
struct svm_pages {
	struct vmcb vtl0;
	struct vmcb parked;
	struct vmcb vtl1;
	uint8_t host_save[4096];
};

static_assert(sizeof(struct svm_pages) <= CPU_GUARD_OFFSET - CPU_VENDOR_OFFSET,
	      "room for the vendor's pages");

static inline struct svm_pages *svm_pages(const struct cpu *cpu)
{
	return cpu_vendor_pages(cpu);
}

/* Of the VTL that runs; a CPU that waits is in VTL0. */
static inline struct vmcb *svm_vmcb(const struct cpu *cpu)
{
	return cpu->vtl == 0 ? &svm_pages(cpu)->vtl0 : &svm_pages(cpu)->vtl1;
}

/* Shared permission maps, made once. */
extern uint64_t svm_port_map;
extern uint64_t svm_msr_map;
extern uint64_t svm_msr_map_watched; /* where VTL1 watches MSRs */

/* Fills the control area that every VTL0 block has. */
void svm_control_vtl0(struct vmcb *vmcb);
void svm_control_parked(struct vmcb *vmcb);

/* Instructions whose length the processor does not give us: APM vol. 3. */
#define LENGTH_MSR     2
#define LENGTH_INVD    2
#define LENGTH_VMMCALL 3

/* The instruction that exited is done: RIP behind it, traps as due. */
void svm_skip(struct vmcb *vmcb, uint8_t length_bytes);

/* FS, GS, TR, LDTR and the system-call MSRs, 15.5.1. */
static inline void svm_vmload(const struct vmcb *vmcb)
{
	__asm__ volatile("vmload %0" : : "a"(vmcb) : "memory");
}

static inline void svm_vmsave(struct vmcb *vmcb)
{
	__asm__ volatile("vmsave %0" : : "a"(vmcb) : "memory");
}

/* An emulator's oddities, kept apart: hv/svm/quirks.c. */
uint64_t svm_quirk_exit_event(uint64_t exit_event);

#endif
