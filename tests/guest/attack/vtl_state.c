// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a VTL call leaves in registers: "vtl_state SERVICE METHOD IN_BYTES XCR0"
 * fills all that both VTLs share, sends a message, and tells what has changed
 * but for RAX and RDX, which are the answer. XCR0 0: as Linux has it. Called
 * by main.c.
 */
#include "vtl_state.h"
#include "attack.h"
#include "vtl.h"

#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <asm/debugreg.h>
#include <asm/fpu/api.h>
#include <asm/fpu/xcr.h>
#include <asm/msr.h>

#include "abi/vtl.h"

#define AREA_ORDER   2 /* two XSAVE areas and a pattern */
#define AREA_PATTERN (3 * PAGE_SIZE)
#define AREA_AFTER   (PAGE_SIZE + PAGE_SIZE / 2)
#define YMM_BYTES    512
#define DEBUGS	     4
#define DEBUG_VALUE  0x5a5a5a5a0000ULL
#define GPR_VALUE    0x0123456789abcde0ULL
#define PATTERN_BYTE 0xa5

enum gpr {
	RAX,
	RCX,
	RDX,
	R8 = 7
};

static const struct part {
	const char *name;
	unsigned int offset;
	unsigned int count;
} parts[] = {
	/* APM vol. 2, 11.5.2: the standard form */
	{"x87 control", 0, 6}, {"mxcsr", 24, 4},  {"x87", 32, 128},
	{"xmm", 160, 256},     {"ymm", 576, 256},
};

static const u32 msrs[] = {
	MSR_FS_BASE, MSR_GS_BASE,      MSR_KERNEL_GS_BASE, MSR_STAR,
	MSR_LSTAR,   MSR_SYSCALL_MASK, MSR_EFER,	   MSR_IA32_CR_PAT,
};

struct seen {
	u64 msr[ARRAY_SIZE(msrs)];
	u64 debug[DEBUGS];
	u64 xcr0;
};

static void look(struct seen *seen)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		rdmsrl(msrs[i], seen->msr[i]);
	}
	get_debugreg(seen->debug[0], 0);
	get_debugreg(seen->debug[1], 1);
	get_debugreg(seen->debug[2], 2);
	get_debugreg(seen->debug[3], 3);
	seen->xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
}

static void debug_set(const u64 values[DEBUGS])
{
	set_debugreg(values[0], 0);
	set_debugreg(values[1], 1);
	set_debugreg(values[2], 2);
	set_debugreg(values[3], 3);
}

/* A call, with all else kept; the message waits in its page. */
static void cross(struct vtl_state *state, struct seen *before,
		  struct seen *after)
{
	const u64 marks[DEBUGS] = {DEBUG_VALUE, DEBUG_VALUE + 8,
				   DEBUG_VALUE + 16, DEBUG_VALUE + 24};
	unsigned long flags;
	struct seen own;

	local_irq_save(flags);
	kernel_fpu_begin();
	look(&own);
	debug_set(marks);
	look(before);
	if (state->xcr0 == 0) {
		state->xcr0 = own.xcr0;
	}
	vtl_state_call(state);
	look(after);
	debug_set(own.debug);
	kernel_fpu_end();
	local_irq_restore(flags);
}

static unsigned int judge(const struct vtl_state *state, u64 xcr0,
			  const struct seen *before, const struct seen *after)
{
	unsigned int changed = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (memcmp(state->before + parts[i].offset,
			   state->after + parts[i].offset,
			   parts[i].count) != 0) {
			say("%s changed, ", parts[i].name);
			changed++;
		}
	}
	for (i = 0; i < STATE_GPRS; i++) {
		if (i != RAX && i != RDX && state->out[i] != state->in[i]) {
			say("register %u changed to 0x%llx, ", i,
			    state->out[i]);
			changed++;
		}
	}
	if (memcmp(before, after, sizeof(*before)) != 0 ||
	    (xcr0 != 0 && state->xcr0 != xcr0)) {
		say("a system register changed, ");
		changed++;
	}
	return changed;
}

static void fill(struct vtl_state *state, u8 *area, u64 call, u64 argument)
{
	unsigned int i;

	memset(area, 0, PAGE_SIZE << AREA_ORDER);
	state->before = area;
	state->after = area + AREA_AFTER;
	state->pattern = area + AREA_PATTERN;
	for (i = 0; i < YMM_BYTES; i++) {
		area[AREA_PATTERN + i] = (u8)(PATTERN_BYTE ^ i);
	}
	for (i = 0; i < STATE_GPRS; i++) {
		state->in[i] = GPR_VALUE + i;
	}
	state->in[RAX] = 0;
	state->in[RCX] = HVCALL_VTL_CALL;
	state->in[RDX] = call;
	state->in[R8] = argument;
}

void attack_vtl_state(const struct command *command)
{
	u64 xcr0 = command_number(command, 4);
	u64 call = VTL_CALL_MESSAGE;
	u64 argument = vtl_page_address();
	struct seen before = {}, after = {};
	unsigned int changed = 0;
	struct vtl_state state;
	u8 *area = (u8 *)__get_free_pages(GFP_KERNEL, AREA_ORDER);

	if (area == NULL) {
		say("no memory");
		return;
	}
	vtl_compose((u32)command_number(command, 1),
		    (u32)command_number(command, 2),
		    (u32)command_number(command, 3));
	do {
		fill(&state, area, call, argument);
		state.xcr0 = xcr0;
		cross(&state, &before, &after);
		changed += judge(&state, xcr0, &before, &after);
		call = VTL_CALL_RESUME;
		argument = state.out[RDX];
		cond_resched();
	} while (state.out[RAX] == STATUS_INTERRUPTED && changed == 0);
	free_pages((unsigned long)area, AREA_ORDER);
	say("status %u, %u changed", (u32)state.out[RAX], changed);
}
