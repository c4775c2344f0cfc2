/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry from VTL0, as entry.S hands it on. */
#ifndef OPENVBS_SK_X86_VTL_H
#define OPENVBS_SK_X86_VTL_H

#include <stdint.h>

/* VTL0's general registers but RSP, which is its own. Back they go changed. */
struct vtl_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
};

/* A VTL call or an intercept on a CPU that has been here before. */
void vtl_enter(struct vtl_frame *frame);

#endif
