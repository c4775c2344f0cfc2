/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides on one access to a model-specific register, by its row. Called by
 * the MSR exit handler. Pure: registers are read through the context.
 */
#include <stddef.h>

#include "abi/events.h"
#include "hv/x86/msr_index.h"
#include "hv/x86/msr_table.h"
#include "hv/x86/registers.h"

static struct msr_answer write_through(uint64_t value)
{
	return (struct msr_answer){.action = MSR_PASS, .value = value};
}

/* #GP as the processor itself raises it: nothing to report. */
static struct msr_answer fault(void)
{
	return (struct msr_answer){.action = MSR_GP};
}

static struct msr_answer refuse(const struct msr_row *row)
{
	uint32_t event = EVENT_MSR_DENIED;

	if (row != NULL && row->event != 0) {
		event = row->event;
	}
	return (struct msr_answer){.action = MSR_GP, .event = event};
}

static struct msr_answer discard(const struct msr_row *row)
{
	return (struct msr_answer){
		.action = MSR_DROP,
		.event = row->event != 0 ? row->event : EVENT_MSR_DROPPED,
	};
}

/*
 * SVME faults as it does where firmware has disabled SVM. LMA is the
 * processor's: what is written there is ignored.
 */
static struct msr_answer decide_efer(const struct msr_row *row, uint64_t value,
				     const struct msr_context *context)
{
	uint64_t change = value ^ context->efer;

	if ((value & EFER_SVME) != 0) {
		return refuse(row);
	}
	if ((value & ~(context->efer_allowed | EFER_LMA)) != 0 ||
	    (context->paging && (change & EFER_LME) != 0)) {
		return fault();
	}
	return write_through((value & ~EFER_LMA) | (context->efer & EFER_LMA));
}

/* The APIC stays where it is and on; only x2APIC mode may be entered. */
static struct msr_answer decide_apic_base(const struct msr_row *row,
					  uint64_t value,
					  const struct msr_context *context)
{
	uint64_t change = value ^ context->read(MSR_APIC_BASE);

	if (change == 0 ||
	    (change == APIC_BASE_X2APIC && (value & APIC_BASE_X2APIC) != 0 &&
	     context->x2apic_trapped)) {
		return write_through(value);
	}
	return refuse(row);
}

/* Whether a valid pair gives its type to any of our frames. */
static bool mtrr_covers(uint64_t base, uint64_t mask, struct frames own)
{
	mask &= MTRR_ADDRESS | MTRR_VALID;
	if ((mask & MTRR_VALID) == 0) {
		return false;
	}
	mask &= MTRR_ADDRESS;
	for (uint64_t i = 0; i < own.count; i++) {
		uint64_t address = (own.first + i) << PAGE_SHIFT;

		if ((address & mask) == (base & mask)) {
			return true;
		}
	}
	return false;
}

/*
 * Pairs that type our memory stay; no other may come to cover it with
 * anything but write-back.
 */
static struct msr_answer decide_mtrr_variable(const struct msr_row *row,
					      uint32_t msr, uint64_t value,
					      const struct msr_context *context)
{
	bool is_mask = (msr - row->first) % 2 != 0;
	uint32_t pair = is_mask ? msr - 1 : msr;
	uint64_t base = context->read(pair);
	uint64_t mask = context->read(pair + 1);
	uint64_t new_base = is_mask ? base : value;
	uint64_t new_mask = is_mask ? value : mask;

	if (base == new_base && mask == new_mask) {
		return write_through(value);
	}
	if (mtrr_covers(base, mask, context->own) ||
	    (mtrr_covers(new_base, new_mask, context->own) &&
	     field_get(new_base, MTRR_TYPE) != MTRR_WRITE_BACK)) {
		return discard(row);
	}
	return write_through(value);
}

/* Fixed ranges end below the hypervisor's memory. */
static struct msr_answer decide_mtrr_fixed(const struct msr_row *row,
					   uint32_t msr, uint64_t value,
					   const struct msr_context *context)
{
	if (context->own.first >= MTRR_FIXED_END >> PAGE_SHIFT ||
	    value == context->read(msr)) {
		return write_through(value);
	}
	return discard(row);
}

/*
 * Once on, frozen. Every update of MTRRs, by firmware or Linux, begins by
 * switching them off here: discarded without an event, as it is no attack. A
 * processor that an emulator's INIT left with MTRRs off may switch them on.
 */
static struct msr_answer decide_mtrr_default(const struct msr_row *row,
					     uint64_t value,
					     const struct msr_context *context)
{
	uint64_t current = context->read(MSR_MTRR_DEF_TYPE);
	struct msr_answer answer = discard(row);

	if (value == current || (current & MTRR_ENABLE) == 0) {
		return write_through(value);
	}
	if ((value & MTRR_ENABLE) == 0) {
		answer.event = 0;
	}
	return answer;
}

/* FROZEN, CHANGE, SET: the row says which bits may change, and how. */
static struct msr_answer decide_bits(const struct msr_row *row, uint32_t msr,
				     uint64_t value,
				     const struct msr_context *context)
{
	uint64_t current = context->read(msr);
	uint64_t change = value ^ current;
	uint64_t may = row->write == MSR_WRITE_FROZEN ? 0 : row->bits;
	bool clears = (change & current) != 0;

	if ((change & ~may) != 0 || (row->write == MSR_WRITE_SET && clears)) {
		return discard(row);
	}
	return write_through(value);
}

struct msr_answer msr_write_decide(uint32_t msr, uint64_t value,
				   const struct msr_context *context)
{
	const struct msr_row *row = msr_find(msr);

	if (row == NULL) {
		return refuse(NULL);
	}
	if (row->read == MSR_READ_FIXED && value == row->bits) {
		/* It stays what it reads as. Linux clears VM_HSAVE_PA so, at
		   every shutdown. */
		return (struct msr_answer){.action = MSR_DROP};
	}
	switch ((enum msr_write_rule)row->write) {
	case MSR_WRITE_PASS:
		return write_through(value);
	case MSR_WRITE_DROP:
		return discard(row);
	case MSR_WRITE_FROZEN:
	case MSR_WRITE_CHANGE:
	case MSR_WRITE_SET:
		return decide_bits(row, msr, value, context);
	case MSR_WRITE_EFER:
		return decide_efer(row, value, context);
	case MSR_WRITE_APIC_BASE:
		return decide_apic_base(row, value, context);
	case MSR_WRITE_X2APIC_ICR:
		if (context->x2apic_trapped) {
			return (struct msr_answer){.action = MSR_IPI,
						   .value = value};
		}
		return refuse(row);
	case MSR_WRITE_MTRR_VARIABLE:
		return decide_mtrr_variable(row, msr, value, context);
	case MSR_WRITE_MTRR_FIXED:
		return decide_mtrr_fixed(row, msr, value, context);
	case MSR_WRITE_MTRR_DEFAULT:
		return decide_mtrr_default(row, value, context);
	case MSR_WRITE_GP:
	case MSR_WRITE_RULE_COUNT:
		break;
	}
	return refuse(row);
}

struct msr_answer msr_read_decide(uint32_t msr,
				  const struct msr_context *context)
{
	const struct msr_row *row = msr_find(msr);
	unsigned index;

	if (row == NULL) {
		return msr_in_map(msr, &index) ? write_through(0) : fault();
	}
	switch ((enum msr_read_rule)row->read) {
	case MSR_READ_PASS:
		return write_through(0);
	case MSR_READ_FIXED:
		return (struct msr_answer){.action = MSR_VALUE,
					   .value = row->bits};
	case MSR_READ_EFER:
		return (struct msr_answer){.action = MSR_VALUE,
					   .value = context->efer & ~EFER_SVME};
	case MSR_READ_GP:
		break;
	}
	return fault();
}
