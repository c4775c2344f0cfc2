/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local APIC, APM vol. 2, chapter 16. VTL0 keeps it, but for stores: INIT
 * and start-up IPIs become messages, and nothing moves its page.
 */
#ifndef OPENVBS_HV_X86_APIC_H
#define OPENVBS_HV_X86_APIC_H

#include <stdbool.h>

#include "hv/core/cpu.h"

/* Registers, table 16-2. */
#define APIC_ID		      0x020u
#define APIC_TPR	      0x080u
#define APIC_EOI	      0x0b0u
#define APIC_LDR	      0x0d0u
#define APIC_DFR	      0x0e0u
#define APIC_SVR	      0x0f0u
#define APIC_ISR	      0x100u
#define APIC_ESR	      0x280u
#define APIC_ICR_LOW	      0x300u
#define APIC_ICR_HIGH	      0x310u
#define APIC_LVT_TIMER	      0x320u
#define APIC_LVT_LAST	      0x370u
#define APIC_TIMER_COUNT      0x380u
#define APIC_TIMER_DIVIDE     0x3e0u
#define APIC_REGISTER_STRIDE  0x010u
#define APIC_REGISTER_BYTES   4u
#define APIC_VECTORS	      256u
#define APIC_VECTORS_PER_WORD 32u

#define APIC_ID_SHIFT	 24
#define APIC_SVR_RESET	 0x000000ffu
#define APIC_LVT_RESET	 0x00010000u
#define APIC_DFR_FLAT	 0xffffffffu
#define APIC_DFR_MODEL	 0xf0000000u
#define APIC_CLUSTER_LOW 0x0fu

/* Interrupt command register, 16.5. */
#define ICR_VECTOR	     MASK64(7, 0)
#define ICR_MODE	     MASK64(10, 8)
#define ICR_LOGICAL	     BIT64(11)
#define ICR_PENDING	     BIT64(12)
#define ICR_ASSERT	     BIT64(14)
#define ICR_LEVEL	     BIT64(15)
#define ICR_SHORTHAND	     MASK64(19, 18)
#define ICR_MODE_NMI	     4u
#define ICR_MODE_INIT	     5u
#define ICR_MODE_START	     6u
#define ICR_TO_DESTINATION   0u
#define ICR_TO_SELF	     1u
#define ICR_TO_ALL	     2u
#define ICR_TO_OTHERS	     3u
#define APIC_DESTINATION_ALL 0xffu

/*
 * Stores anywhere in this MiB may act as interrupt messages (INIT included)
 * on some machines; only the APIC's own page is for VTL0, and its first
 * register is none.
 */
#define APIC_RANGE_BASE	 UINT64_C(0xfee00000)
#define APIC_RANGE_BYTES UINT64_C(0x100000)

/*
 * The I/O APIC, ICH9 datasheet 13.5: an index register, and a window on what
 * it selects. Redirection entries hold a delivery mode like the ICR's.
 */
#define IOAPIC_BASE	   UINT64_C(0xfec00000)
#define IOAPIC_INDEX	   0x00u
#define IOAPIC_WINDOW	   0x10u
#define IOAPIC_ENTRY_FIRST 0x10u /* low halves are even */
#define IOAPIC_INDEX_BITS  0xffu

/*
 * Whether VTL0's store to the I/O APIC's page may be performed: no entry may
 * send INIT, which takes a processor out of guest mode. Under config_lock.
 */
bool ioapic_allows(struct cpu *cpu, const struct exit *exit, uint64_t value);

/* VTL0's store to the APIC page: value already decoded. */
void apic_store(struct cpu *cpu, const struct exit *exit, uint32_t offset,
		uint32_t value);

/* What INIT does to the local APIC of `cpu`, on which this runs. */
void apic_reset(struct cpu *cpu);

/* NMI to a CPU by APIC ID, leaving VTL0's ICR as it was. */
void apic_send_nmi(uint32_t apic_id);

/* Takes over what cannot be read later from another CPU. On each CPU. */
void apic_adopt(struct cpu *cpu);

#endif
