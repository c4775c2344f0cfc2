/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processor as the loader sees it: CPUID leaves, MSRs and the few
 * instructions C has no words for. "APM" is AMD's Architecture Programmer's
 * Manual.
 */
#ifndef OPENVBS_BOOT_X86_H
#define OPENVBS_BOOT_X86_H

#include <stdint.h>

#include "abi/status.h"
#include "abi/vtl.h"
#include "abi/vtl_call.h"
#include "lib/field.h"

/* APM vol. 3, appendix E: CPUID. */
#define CPUID_BASIC_MAX	       UINT32_C(0)
#define CPUID_FEATURES	       UINT32_C(1) /* EBX[31:24]: initial APIC ID */
#define CPUID_1_EBX_APIC_ID    MASK64(31, 24)
#define CPUID_TOPOLOGY	       UINT32_C(0xb) /* EDX: whole APIC ID */
#define CPUID_EXTENDED_MAX     UINT32_C(0x80000000)
#define CPUID_EXTENDED	       UINT32_C(0x80000001)
#define CPUID_EXT_ECX_SVM      BIT64(2)
#define CPUID_EXT_EDX_NX       BIT64(20)
#define CPUID_EXT_EDX_PAGE_1G  BIT64(26)
#define CPUID_ADDRESS	       UINT32_C(0x80000008)
#define CPUID_ADDRESS_EAX_BITS MASK64(7, 0)
#define CPUID_SVM	       UINT32_C(0x8000000a)
#define CPUID_SVM_EDX_NPT      BIT64(0)

/* What the hypervisor is made for. */
#define CPU_APIC_ID_END	      255u /* xAPIC: 255 is the broadcast */
#define CPU_PHYSICAL_BITS_MAX 48u

/* APM vol. 2: 16.3 (APIC base), 3.1.7, 3.1.3 (CR4), 3.2.10, 15.30. */
#define MSR_APIC_BASE	     UINT32_C(0x1b)
#define APIC_BASE_ENABLED    BIT64(11)
#define APIC_BASE_STATE	     MASK64(51, 10) /* address, on, x2APIC */
#define APIC_DEFAULT_ADDRESS UINT64_C(0xfee00000)
#define CR4_LA57	     BIT64(12)
#define MSR_EFER	     UINT32_C(0xc0000080)
#define EFER_SVME	     BIT64(12)
#define MSR_HWCR	     UINT32_C(0xc0010015)
#define HWCR_SMM_LOCK	     BIT64(0)
#define MSR_VM_CR	     UINT32_C(0xc0010114)
#define VM_CR_SVMDIS	     BIT64(4)

/* APM vol. 2, 5.3: page tables. */
#define PAGE_ENTRIES	512
#define PAGE_PRESENT	BIT64(0)
#define PAGE_WRITABLE	BIT64(1)
#define PAGE_LARGE	BIT64(7)
#define PAGE_PML4_INDEX MASK64(47, 39) /* of an address */
#define PAGE_PDPT_INDEX MASK64(38, 30)

struct x86_cpuid {
	uint32_t eax;
	uint32_t ebx;
	uint32_t ecx;
	uint32_t edx;
};

static inline struct x86_cpuid x86_cpuid(uint32_t leaf)
{
	struct x86_cpuid out;

	__asm__ volatile("cpuid"
			 : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx),
			   "=d"(out.edx)
			 : "a"(leaf), "c"(0));
	return out;
}

static inline uint64_t x86_msr_read(uint32_t msr)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t x86_cr4_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void x86_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void x86_out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t x86_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t x86_in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* abi/vtl_call.h: a call without arguments. */
static inline enum status x86_vtl_call(enum vtl_call call, uint64_t *value)
{
	uint64_t code = HVCALL_VTL_CALL;
	uint64_t status = 0;

	__asm__ volatile("vmmcall"
			 : "+a"(status), "+c"(code), "=d"(*value)
			 : "d"((uint64_t)call)
			 : "r8", "r9", "r10", "r11", "memory");
	return (enum status)status;
}

/* The same with one argument, in R8. */
static inline enum status x86_vtl_call_with(enum vtl_call call, uint64_t with,
					    uint64_t *value)
{
	register uint64_t r8 __asm__("r8") = with;
	uint64_t code = HVCALL_VTL_CALL;
	uint64_t status = 0;

	__asm__ volatile("vmmcall"
			 : "+a"(status), "+c"(code), "=d"(*value), "+r"(r8)
			 : "d"((uint64_t)call)
			 : "r9", "r10", "r11", "memory");
	return (enum status)status;
}

/* Interrupts off; the answer goes into x86_flags_restore(). */
static inline uint64_t x86_interrupts_off(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void x86_flags_restore(uint64_t flags)
{
	__asm__ volatile("pushq %0\n\tpopfq" : : "r"(flags) : "memory", "cc");
}

#endif
