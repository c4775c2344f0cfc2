/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of APM vol. 2, 3.1 (control registers), 14.6 (long mode on and off)
 * and vol. 3, MOV CRn. Invariant: VMRUN accepts what is accepted here, 15.5.1.
 */
#include "hv/x86/control.h"

#include "abi/vtl.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/registers.h"

#define CANONICAL_BITS	    48
#define CANONICAL_BITS_LA57 57

/* Which bits of CR4 the processor has: APM vol. 2, 3.1.3, vol. 3, E. */
static uint64_t cr4_allowed(void)
{
	/* Leaf, of EBX ECX EDX, its bit; the bit of CR4. */
	static const uint8_t features[][4] = {
		{1, 2, 1, 0},	{1, 2, 1, 1},	{1, 2, 4, 2},	{1, 2, 2, 3},
		{1, 2, 3, 4},	{1, 2, 6, 5},	{1, 2, 7, 6},	{1, 2, 13, 7},
		{1, 2, 24, 9},	{1, 2, 25, 10}, {7, 1, 2, 11},	{7, 1, 16, 12},
		{7, 0, 0, 16},	{1, 1, 17, 17}, {1, 1, 26, 18}, {7, 0, 7, 20},
		{7, 0, 20, 21}, {7, 1, 3, 22},	{7, 1, 7, 23},	{7, 1, 31, 24},
	};
	uint64_t allowed = CR4_PCE;

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		struct cpuid leaf = cpuid(features[i][0], 0);
		const uint32_t words[] = {leaf.ebx, leaf.ecx, leaf.edx};
		uint64_t has = words[features[i][1]] >> features[i][2] & 1;

		allowed |= has << features[i][3];
	}
	return allowed;
}

static bool cr0_write(struct walk_root *state, bool code_long, uint64_t value)
{
	bool on = (value & CR0_PG) != 0;
	bool turns = ((value ^ state->cr0) & CR0_PG) != 0;
	bool enters_long = turns && on && (state->efer & EFER_LME) != 0;

	if ((value & CR0_RESERVED_HIGH) != 0 || (on && !(value & CR0_PE)) ||
	    (value & (CR0_NW | CR0_CD)) == CR0_NW ||
	    (!(value & CR0_WP) && (state->cr4 & CR4_CET))) {
		return false;
	}
	if ((enters_long && (code_long || !(state->cr4 & CR4_PAE))) ||
	    (turns && !on && (code_long || (state->cr4 & CR4_PCIDE)))) {
		return false;
	}
	if (turns) {
		state->efer &= ~EFER_LMA;
		state->efer |= enters_long ? EFER_LMA : 0;
	}
	state->cr0 = (value & CR0_DEFINED) | CR0_ET;
	return true;
}

static bool cr4_write(struct walk_root *state, uint64_t value)
{
	bool is_long = (state->efer & EFER_LMA) != 0;
	uint64_t change = value ^ state->cr4;

	if ((value & ~cr4_allowed()) != 0 ||
	    (is_long && (!(value & CR4_PAE) || (change & CR4_LA57))) ||
	    ((value & CR4_CET) && !(state->cr0 & CR0_WP)) ||
	    ((value & change & CR4_PCIDE) &&
	     (!is_long || (state->cr3 & CR3_PCID)))) {
		return false;
	}
	state->cr4 = value;
	return true;
}

bool control_write(struct walk_root *state, bool code_long, uint32_t name,
		   uint64_t value)
{
	return name == HV_REGISTER_CR0 ? cr0_write(state, code_long, value)
				       : cr4_write(state, value);
}

bool control_address_valid(const struct walk_root *state, uint64_t address)
{
	unsigned unused = 64 - (state->cr4 & CR4_LA57 ? CANONICAL_BITS_LA57
						      : CANONICAL_BITS);

	return (uint64_t)((int64_t)(address << unused) >> unused) == address;
}
