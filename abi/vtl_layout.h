/* SPDX-License-Identifier: MIT */
/*
 * Structures of hypercalls and of the VP assist page, by the names and layouts
 * of Microsoft's public Hypervisor Top Level Functional Specification (TLFS).
 * The calls themselves are in abi/vtl.h.
 */
#ifndef OPENVBS_ABI_VTL_LAYOUT_H
#define OPENVBS_ABI_VTL_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

union hv_register_value {
	uint64_t low;
	struct {
		uint64_t low;
		uint64_t high;
	} both;
	struct {
		uint16_t pad[3];
		uint16_t limit;
		uint64_t base;
	} table;
};

/* HvCallModifyVtlProtectionMask; rep list of page numbers behind it. */
struct hv_modify_vtl_protection_mask {
	uint64_t partition;
	uint32_t map_flags; /* HV_MAP_GPA_*: what VTL0 keeps */
	uint8_t target_vtl; /* HV_INPUT_VTL */
	uint8_t reserved_zero[3];
	/* uint64_t page_numbers[]; */
};

/* HvCallGetVpRegisters: names behind it; output: values. */
/* HvCallSetVpRegisters: struct hv_register_assoc behind it. */
struct hv_vp_registers {
	uint64_t partition;
	uint32_t vp_index;
	uint8_t target_vtl; /* HV_INPUT_VTL */
	uint8_t reserved_zero[3];
};

struct hv_register_assoc {
	uint32_t name;
	uint32_t reserved_zero[3];
	union hv_register_value value;
};

struct hv_segment {
	uint64_t base;
	uint32_t limit;
	uint16_t selector;
	uint16_t attributes; /* descriptor bits 47:40 and 55:52 */
};

struct hv_table {
	uint16_t pad[3];
	uint16_t limit;
	uint64_t base;
};

/* HV_INITIAL_VP_CONTEXT */
struct hv_initial_vp_context {
	uint64_t rip;
	uint64_t rsp;
	uint64_t rflags;
	struct hv_segment cs, ds, es, fs, gs, ss, tr, ldtr;
	struct hv_table idtr, gdtr;
	uint64_t efer;
	uint64_t cr0;
	uint64_t cr3;
	uint64_t cr4;
	uint64_t pat;
};

/* HvCallEnableVpVtl */
struct hv_enable_vp_vtl {
	uint64_t partition;
	uint32_t vp_index;
	uint8_t target_vtl; /* the number itself */
	uint8_t reserved_zero[3];
	struct hv_initial_vp_context context;
};

/* HV_VTL_ENTRY_REASON */
enum hv_vtl_entry_reason {
	HV_VTL_ENTRY_RESERVED = 0,
	HV_VTL_ENTRY_VTL_CALL = 1,
	HV_VTL_ENTRY_INTERRUPT = 2,
	HV_VTL_ENTRY_INTERCEPT = 3,
};

/* HV_MESSAGE_TYPE */
#define HV_MESSAGE_NONE		      0x00000000u
#define HV_MESSAGE_GPA_INTERCEPT      0x80000001u
#define HV_MESSAGE_MSR_INTERCEPT      0x80010001u
#define HV_MESSAGE_REGISTER_INTERCEPT 0x80010006u

/* HV_INTERCEPT_ACCESS_TYPE */
#define HV_INTERCEPT_READ    0u
#define HV_INTERCEPT_WRITE   1u
#define HV_INTERCEPT_EXECUTE 2u

/* HV_X64_INTERCEPT_MESSAGE_HEADER */
struct hv_intercept_header {
	uint32_t vp_index;
	uint8_t instruction_length; /* 3:0; zero when unknown */
	uint8_t access_type;	    /* HV_INTERCEPT_* */
	uint16_t execution_state;   /* 1:0 the privilege level */
	struct hv_segment cs;
	uint64_t rip;
	uint64_t rflags;
};

struct hv_intercept_memory {
	struct hv_intercept_header header;
	uint32_t cache_type;
	uint8_t instruction_byte_count;
	uint8_t access_info;
	uint8_t tpr;
	uint8_t reserved_zero;
	uint64_t gva; /* zero: not known */
	uint64_t gpa;
	uint8_t instruction_bytes[16];
};

/* What VTL0 would write. */
struct hv_intercept_msr {
	struct hv_intercept_header header;
	uint32_t number;
	uint32_t reserved_zero;
	uint64_t rdx;
	uint64_t rax;
};

struct hv_intercept_register {
	struct hv_intercept_header header;
	uint32_t reserved_zero;
	uint32_t name; /* HV_REGISTER_* */
	union hv_register_value value;
};

/* HV_MESSAGE: 16 bytes of header, 240 of payload. */
struct hv_message {
	uint32_t type; /* HV_MESSAGE_* */
	uint8_t payload_bytes;
	uint8_t flags;
	uint16_t reserved_zero;
	uint64_t origin;
	union {
		uint8_t bytes[240];
		struct hv_intercept_memory memory;
		struct hv_intercept_msr msr;
		struct hv_intercept_register reg;
	} payload;
};

/* HV_VP_VTL_CONTROL */
struct hv_vp_vtl_control {
	uint32_t entry_reason; /* enum hv_vtl_entry_reason */
	uint32_t vina;
	uint64_t return_rax;
	uint64_t return_rcx;
};

/* HV_VP_ASSIST_PAGE */
struct hv_vp_assist_page {
	uint32_t apic_assist;
	uint32_t reserved_zero1;
	struct hv_vp_vtl_control vtl_control;
	uint64_t nested_control;
	uint8_t enlighten_vm_entry;
	uint8_t reserved_zero2[7];
	uint64_t nested_block;
	uint8_t timer_expired;
	uint8_t reserved_zero3[7];
	uint8_t fault_information[40];
	uint64_t reserved_zero4;
	struct hv_message intercept_message;
	uint8_t return_actions[256];
};

_Static_assert(sizeof(struct hv_modify_vtl_protection_mask) == 16, "layout");
_Static_assert(sizeof(struct hv_vp_registers) == 16, "layout");
_Static_assert(sizeof(struct hv_register_assoc) == 32, "layout");
_Static_assert(sizeof(struct hv_initial_vp_context) == 224, "layout");
_Static_assert(sizeof(struct hv_enable_vp_vtl) == 240, "layout");
_Static_assert(sizeof(struct hv_intercept_header) == 40, "layout");
_Static_assert(sizeof(struct hv_intercept_memory) == 80, "layout");
_Static_assert(sizeof(struct hv_intercept_msr) == 64, "layout");
_Static_assert(sizeof(struct hv_intercept_register) == 64, "layout");
_Static_assert(offsetof(struct hv_intercept_register, name) == 44, "layout");
_Static_assert(sizeof(struct hv_message) == 256, "layout");
_Static_assert(offsetof(struct hv_vp_assist_page, vtl_control) == 8, "layout");
_Static_assert(offsetof(struct hv_vp_assist_page, intercept_message) == 112,
	       "layout");
_Static_assert(sizeof(struct hv_vp_assist_page) == 624, "layout");

#endif
