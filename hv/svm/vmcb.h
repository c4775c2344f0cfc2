/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual machine control block, APM vol. 2, appendix B; intercepts and exit
 * codes, appendix C; nested faults, 15.25.6.
 */
#ifndef OPENVBS_HV_SVM_VMCB_H
#define OPENVBS_HV_SVM_VMCB_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/field.h"

/* intercept_cr, offset 0x000: reads in 15:0, writes in 31:16 */
#define INTERCEPT_CR0_WRITE (1u << 16)
#define INTERCEPT_CR4_WRITE (1u << 20)

/* intercept_dr, offset 0x004, the same way: DR0 to DR3 */
#define INTERCEPT_DR_ADDRESSES (0xfu << 16)

/* intercept_misc1, offset 0x00c */
#define INTERCEPT1_INTERRUPT (1u << 0)
#define INTERCEPT1_NMI	     (1u << 1)
#define INTERCEPT1_SMI	     (1u << 2)
#define INTERCEPT1_INIT	     (1u << 3)
#define INTERCEPT1_IDTR	     (1u << 10) /* writes */
#define INTERCEPT1_GDTR	     (1u << 11)
#define INTERCEPT1_IRET	     (1u << 20)
#define INTERCEPT1_INVD	     (1u << 22)
#define INTERCEPT1_INVLPGA   (1u << 26)
#define INTERCEPT1_PORT	     (1u << 27)
#define INTERCEPT1_MSR	     (1u << 28)
#define INTERCEPT1_SHUTDOWN  (1u << 31)

/* intercept_misc2, offset 0x010: VMRUN VMMCALL VMLOAD VMSAVE STGI CLGI SKINIT */
#define INTERCEPT2_VIRTUALIZATION 0x7fu
#define INTERCEPT2_WBINVD	  (1u << 9)

#define NESTED_ENABLE  BIT64(0)
#define TLB_FLUSH_NONE 0u
#define TLB_FLUSH_ALL  1u

#define USER_LEVEL 3 /* cpl */

/* EVENTINJ and EXITINTINFO, 15.20 */
#define EVENT_VECTOR	     MASK64(7, 0)
#define EVENT_TYPE	     MASK64(10, 8)
#define EVENT_TYPE_EXTERNAL  UINT64_C(0)
#define EVENT_TYPE_NMI	     UINT64_C(2)
#define EVENT_TYPE_EXCEPTION UINT64_C(3)
#define EVENT_TYPE_SOFTWARE  UINT64_C(4)
#define EVENT_HAS_ERROR	     BIT64(11)
#define EVENT_VALID	     BIT64(31)
#define EVENT_ERROR	     MASK64(63, 32)

#define SVM_EXIT_CR0_WRITE	 UINT64_C(0x10)
#define SVM_EXIT_CR4_WRITE	 UINT64_C(0x14)
#define SVM_EXIT_DR0_WRITE	 UINT64_C(0x30)
#define SVM_EXIT_DR3_WRITE	 UINT64_C(0x33)
#define SVM_EXIT_EXCEPTION_FIRST UINT64_C(0x40)
#define SVM_EXIT_DB		 UINT64_C(0x41)
#define SVM_EXIT_AC		 UINT64_C(0x51)
#define SVM_EXIT_INTERRUPT	 UINT64_C(0x60)
#define SVM_EXIT_NMI		 UINT64_C(0x61)
#define SVM_EXIT_SMI		 UINT64_C(0x62)
#define SVM_EXIT_INIT		 UINT64_C(0x63)
#define SVM_EXIT_IDTR_WRITE	 UINT64_C(0x6a)
#define SVM_EXIT_GDTR_WRITE	 UINT64_C(0x6b)
#define SVM_EXIT_IRET		 UINT64_C(0x74)
#define SVM_EXIT_INVD		 UINT64_C(0x76)
#define SVM_EXIT_INVLPGA	 UINT64_C(0x7a)
#define SVM_EXIT_PORT		 UINT64_C(0x7b)
#define SVM_EXIT_MSR		 UINT64_C(0x7c)
#define SVM_EXIT_SHUTDOWN	 UINT64_C(0x7f)
#define SVM_EXIT_VMRUN		 UINT64_C(0x80)
#define SVM_EXIT_VMMCALL	 UINT64_C(0x81)
#define SVM_EXIT_SKINIT		 UINT64_C(0x86)
#define SVM_EXIT_WBINVD		 UINT64_C(0x89)
/* State that VMRUN refuses, 15.5.1: an emulator lets VTL0 reach some. */
#define SVM_EXIT_INVALID      UINT64_C(0xffffffffffffffff)
#define SVM_EXIT_INVALID32    UINT64_C(0xffffffff) /* as an emulator says it */
#define SVM_EXIT_NESTED_FAULT UINT64_C(0x400)

/* EXITINFO1 of a nested fault, 15.25.6 */
#define NESTED_FAULT_WRITE BIT64(1)
#define NESTED_FAULT_FETCH BIT64(4)
#define NESTED_FAULT_WALK  BIT64(33)

/* EXITINFO1 of a port access, 15.10.2 */
#define PORT_INPUT  BIT64(0)
#define PORT_STRING BIT64(2)
#define PORT_SIZE   MASK64(6, 4) /* 1, 2 or 4: the bytes themselves */
#define PORT_NUMBER MASK64(31, 16)

/* Segment attributes: descriptor bits 55:52 and 47:40 in 11:0. */
#define SEGMENT_CODE_RESET 0x09bu
#define SEGMENT_DATA_RESET 0x093u
#define SEGMENT_LDT_RESET  0x082u
#define SEGMENT_TSS_RESET  0x08bu
#define SEGMENT_LDT_ABSENT 0u
#define SEGMENT_CODE_LONG  0x200u
#define SEGMENT_CODE_32	   0x400u

struct vmcb_segment {
	uint16_t selector;
	uint16_t attributes;
	uint32_t limit;
	uint64_t base;
};

struct vmcb {
	uint32_t intercept_cr;	       /* 000 */
	uint32_t intercept_dr;	       /* 004 */
	uint32_t intercept_exceptions; /* 008 */
	uint32_t intercept_misc1;      /* 00c */
	uint32_t intercept_misc2;      /* 010 */
	uint8_t reserved_014[0x040 - 0x014];
	uint64_t port_map;	    /* 040 */
	uint64_t msr_map;	    /* 048 */
	uint64_t tsc_offset;	    /* 050 */
	uint32_t asid;		    /* 058 */
	uint32_t tlb_control;	    /* 05c */
	uint64_t interrupt_control; /* 060 */
	uint64_t interrupt_shadow;  /* 068 */
	uint64_t exit_code;	    /* 070 */
	uint64_t exit_info1;	    /* 078 */
	uint64_t exit_info2;	    /* 080 */
	uint64_t exit_event;	    /* 088: EXITINTINFO */
	uint64_t nested_control;    /* 090 */
	uint8_t reserved_098[0x0a8 - 0x098];
	uint64_t event_injection; /* 0a8 */
	uint64_t nested_cr3;	  /* 0b0 */
	uint64_t lbr_control;	  /* 0b8 */
	uint64_t clean_bits;	  /* 0c0 */
	uint64_t next_rip;	  /* 0c8 */
	uint8_t reserved_0d0[0x400 - 0x0d0];

	struct vmcb_segment es;	  /* 400 */
	struct vmcb_segment cs;	  /* 410 */
	struct vmcb_segment ss;	  /* 420 */
	struct vmcb_segment ds;	  /* 430 */
	struct vmcb_segment fs;	  /* 440 */
	struct vmcb_segment gs;	  /* 450 */
	struct vmcb_segment gdtr; /* 460 */
	struct vmcb_segment ldtr; /* 470 */
	struct vmcb_segment idtr; /* 480 */
	struct vmcb_segment tr;	  /* 490 */
	uint8_t reserved_4a0[0x4cb - 0x4a0];
	uint8_t cpl; /* 4cb */
	uint32_t reserved_4cc;
	uint64_t efer; /* 4d0 */
	uint8_t reserved_4d8[0x548 - 0x4d8];
	uint64_t cr4;	 /* 548 */
	uint64_t cr3;	 /* 550 */
	uint64_t cr0;	 /* 558 */
	uint64_t dr7;	 /* 560 */
	uint64_t dr6;	 /* 568 */
	uint64_t rflags; /* 570 */
	uint64_t rip;	 /* 578 */
	uint8_t reserved_580[0x5d8 - 0x580];
	uint64_t rsp; /* 5d8 */
	uint8_t reserved_5e0[0x5f8 - 0x5e0];
	uint64_t rax; /* 5f8 */
	/* 600 to 63f: by VMLOAD and VMSAVE only */
	uint64_t star;
	uint64_t lstar;
	uint64_t cstar;
	uint64_t sfmask;
	uint64_t kernel_gs_base;
	uint64_t sysenter_cs;
	uint64_t sysenter_esp;
	uint64_t sysenter_eip;
	uint64_t cr2; /* 640 */
	uint8_t reserved_648[0x668 - 0x648];
	uint64_t pat; /* 668 */
	uint8_t reserved_670[0x1000 - 0x670];
};

static_assert(offsetof(struct vmcb, port_map) == 0x040, "appendix B");
static_assert(offsetof(struct vmcb, interrupt_shadow) == 0x068, "appendix B");
static_assert(offsetof(struct vmcb, nested_control) == 0x090, "appendix B");
static_assert(offsetof(struct vmcb, event_injection) == 0x0a8, "appendix B");
static_assert(offsetof(struct vmcb, next_rip) == 0x0c8, "appendix B");
static_assert(offsetof(struct vmcb, es) == 0x400, "appendix B");
static_assert(offsetof(struct vmcb, cpl) == 0x4cb, "appendix B");
static_assert(offsetof(struct vmcb, efer) == 0x4d0, "appendix B");
static_assert(offsetof(struct vmcb, cr4) == 0x548, "appendix B");
static_assert(offsetof(struct vmcb, rsp) == 0x5d8, "appendix B");
static_assert(offsetof(struct vmcb, rax) == 0x5f8, "appendix B");
static_assert(offsetof(struct vmcb, star) == 0x600, "appendix B");
static_assert(offsetof(struct vmcb, cr2) == 0x640, "appendix B");
static_assert(offsetof(struct vmcb, pat) == 0x668, "appendix B");
static_assert(sizeof(struct vmcb) == 0x1000, "one page");

#endif
