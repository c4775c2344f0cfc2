/* SPDX-License-Identifier: MIT */
/*
 * Virtual trust levels: the part of Microsoft's public Hypervisor Top Level
 * Functional Specification (TLFS; chapters "Virtual Secure Mode" and
 * "Hypercall Interface") that OpenVBS has, under its names and numbers. The
 * caller is the secure kernel, but for the VTL call.
 *
 * A call is VMMCALL (AMD) or VMCALL (Intel) from ring 0 with RCX a hypercall
 * input value, RDX the address of the input and R8 of the output, both in
 * pages of the caller's VTL and not crossing one. RAX is the result: a status
 * and, for rep calls, how many elements are done.
 *
 * VTL call and VTL return are special: RCX is the code alone. General
 * registers are shared between the VTLs and pass through; private to each
 * are RSP, RIP, RFLAGS, control, debug control, segment and table registers,
 * EFER, PAT, and the MSRs that VMSAVE stores. VTL return loads RAX and RCX
 * from the VP assist page unless RAX is VTL_RETURN_FAST.
 */
#ifndef OPENVBS_ABI_VTL_H
#define OPENVBS_ABI_VTL_H

#include <stddef.h>
#include <stdint.h>

/* Call codes; those from 0xf000 are ours, the specification has no such. */
#define HVCALL_MODIFY_VTL_PROTECTION_MASK 0x000cu
#define HVCALL_ENABLE_VP_VTL		  0x000fu
#define HVCALL_VTL_CALL			  0x0011u
#define HVCALL_VTL_RETURN		  0x0012u
#define HVCALL_GET_VP_REGISTERS		  0x0050u
#define HVCALL_SET_VP_REGISTERS		  0x0051u
#define HVCALL_OPENVBS_LOOKUP		  0xf001u
#define HVCALL_OPENVBS_TAKE_EVENTS	  0xf002u
#define HVCALL_OPENVBS_STOP		  0xf003u

/* Hypercall input value, RCX. */
#define HVCALL_CODE	       UINT64_C(0x000000000000ffff)
#define HVCALL_FAST	       UINT64_C(0x0000000000010000)
#define HVCALL_REP_COUNT       UINT64_C(0x00000fff00000000)
#define HVCALL_REP_START       UINT64_C(0x0fff000000000000)
#define HVCALL_REP_COUNT_SHIFT 32
#define HVCALL_REP_START_SHIFT 48

/* Result value, RAX: status in 15:0, elements done in 43:32. */
#define HV_STATUS_SUCCESS		  0u
#define HV_STATUS_INVALID_HYPERCALL_CODE  2u
#define HV_STATUS_INVALID_HYPERCALL_INPUT 3u
#define HV_STATUS_INVALID_ALIGNMENT	  4u
#define HV_STATUS_INVALID_PARAMETER	  5u
#define HV_STATUS_ACCESS_DENIED		  6u
#define HV_STATUS_INSUFFICIENT_MEMORY	  11u
#define HV_STATUS_INVALID_VP_INDEX	  14u
#define HV_STATUS_INVALID_REGISTER_VALUE  80u
#define HV_STATUS_VTL_ALREADY_ENABLED	  134u

#define HV_PARTITION_ID_SELF UINT64_C(0xffffffffffffffff)
#define HV_VP_INDEX_SELF     0xfffffffeu

#define VTL_RETURN_FAST UINT64_C(1)

/* HV_INPUT_VTL: 3:0 the VTL, 4 whether it is meant. */
#define HV_INPUT_VTL_USE 0x10u

/* HV_MAP_GPA_FLAGS */
#define HV_MAP_GPA_READABLE	     0x1u
#define HV_MAP_GPA_WRITABLE	     0x2u
#define HV_MAP_GPA_KERNEL_EXECUTABLE 0x4u
#define HV_MAP_GPA_USER_EXECUTABLE   0x8u

/* HV_REGISTER_NAME */
#define HV_REGISTER_PENDING_EVENT0	  0x00010004u
#define HV_REGISTER_RAX			  0x00020000u /* to R15: + 15 */
#define HV_REGISTER_RSP			  0x00020004u
#define HV_REGISTER_R15			  0x0002000fu
#define HV_REGISTER_RIP			  0x00020010u
#define HV_REGISTER_RFLAGS		  0x00020011u
#define HV_REGISTER_CR0			  0x00040000u
#define HV_REGISTER_CR3			  0x00040002u
#define HV_REGISTER_CR4			  0x00040003u
#define HV_REGISTER_IDTR		  0x00070000u
#define HV_REGISTER_GDTR		  0x00070001u
#define HV_REGISTER_EFER		  0x00080001u
#define HV_REGISTER_SYSENTER_CS		  0x00080005u
#define HV_REGISTER_SYSENTER_EIP	  0x00080006u
#define HV_REGISTER_SYSENTER_ESP	  0x00080007u
#define HV_REGISTER_STAR		  0x00080008u
#define HV_REGISTER_LSTAR		  0x00080009u
#define HV_REGISTER_CSTAR		  0x0008000au
#define HV_REGISTER_SFMASK		  0x0008000bu
#define HV_REGISTER_VP_ASSIST_PAGE	  0x00090013u
#define HV_REGISTER_VSM_VINA		  0x000d0005u
#define HV_REGISTER_VSM_PARTITION_CONFIG  0x000d0007u
#define HV_REGISTER_CR_INTERCEPT_CONTROL  0x000e0000u
#define HV_REGISTER_CR_INTERCEPT_CR0_MASK 0x000e0001u
#define HV_REGISTER_CR_INTERCEPT_CR4_MASK 0x000e0002u

/* HV_REGISTER_VP_ASSIST_PAGE: a page address and this. */
#define HV_VP_ASSIST_PAGE_ENABLE UINT64_C(1)

/* HV_REGISTER_VSM_VINA: the vector, and whether it is used. */
#define HV_VINA_VECTOR	UINT64_C(0x00ff)
#define HV_VINA_ENABLED UINT64_C(0x0100)

/*
 * HV_REGISTER_CR_INTERCEPT_CONTROL: which writes of VTL0 on this VP enter VTL1
 * first, of CR0 and CR4 those that change a bit of the masks. The others of the
 * specification (reads, XCR0, LDTR, TR, ...) are not offered.
 */
#define HV_CR_INTERCEPT_CR0	     UINT64_C(0x000001)
#define HV_CR_INTERCEPT_CR4	     UINT64_C(0x000002)
#define HV_CR_INTERCEPT_LSTAR	     UINT64_C(0x000040)
#define HV_CR_INTERCEPT_STAR	     UINT64_C(0x000100)
#define HV_CR_INTERCEPT_CSTAR	     UINT64_C(0x000400)
#define HV_CR_INTERCEPT_EFER	     UINT64_C(0x004000)
#define HV_CR_INTERCEPT_GDTR	     UINT64_C(0x008000)
#define HV_CR_INTERCEPT_IDTR	     UINT64_C(0x010000)
#define HV_CR_INTERCEPT_SYSENTER_CS  UINT64_C(0x080000)
#define HV_CR_INTERCEPT_SYSENTER_EIP UINT64_C(0x100000)
#define HV_CR_INTERCEPT_SYSENTER_ESP UINT64_C(0x200000)
#define HV_CR_INTERCEPT_SFMASK	     UINT64_C(0x400000)
#define HV_CR_INTERCEPT_MSRS	     UINT64_C(0x784540) /* those of them */
#define HV_CR_INTERCEPT_ALL	     UINT64_C(0x79c543)

/* HV_REGISTER_PENDING_EVENT0: an exception for VTL0. */
#define HV_PENDING_EVENT	UINT64_C(0x0000000000000001)
#define HV_PENDING_EVENT_ERROR	UINT64_C(0x0000000000000100)
#define HV_PENDING_VECTOR_SHIFT 16
#define HV_PENDING_ERROR_SHIFT	32

/* --- ours ------------------------------------------------------------------ */

/*
 * HVCALL_OPENVBS_LOOKUP, fast: RDX a page number. R8 becomes VTL0's rights to
 * it (HV_MAP_GPA_*), zero for frames that are not VTL0's.
 *
 * HVCALL_OPENVBS_TAKE_EVENTS: R8 the address of one page, filled with struct
 * event (abi/events.h) from the rings of all CPUs, oldest first per CPU;
 * "elements done" counts them, at most HV_EVENTS_MAX. They leave the rings.
 *
 * HVCALL_OPENVBS_STOP: RDX the address of a text of VTL1's, at most a page,
 * ended by a zero byte. The machine stops: VTL1 has found a bug of its own.
 */
#define HV_EVENTS_MAX 85u

#endif
