/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One VTL call with every register known; offsets are vtl_state_entry.S's. */
#ifndef OPENVBS_TESTS_GUEST_ATTACK_VTL_STATE_H
#define OPENVBS_TESTS_GUEST_ATTACK_VTL_STATE_H

#define STATE_BEFORE  0
#define STATE_AFTER   8
#define STATE_PATTERN 16
#define STATE_XCR0    24
#define STATE_OUT     32  /* RAX RCX RDX RBX RBP RSI RDI R8 to R15 */
#define STATE_IN      152 /* the same */
#define STATE_GPRS    15

#ifndef __ASSEMBLY__
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct vtl_state {
	void *before; /* XSAVE areas */
	void *after;
	const void *pattern; /* 16 YMM registers */
	u64 xcr0;	     /* during the call */
	u64 out[STATE_GPRS];
	u64 in[STATE_GPRS];
};

static_assert(offsetof(struct vtl_state, out) == STATE_OUT);
static_assert(offsetof(struct vtl_state, in) == STATE_IN);

/* Between kernel_fpu_begin() and _end(), with interrupts off. */
void vtl_state_call(struct vtl_state *state);
#endif

#endif
