/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intercepts: VTL0 has touched what VTL1 protects. Called by the entry code,
 * with a copy of the message, and by whoever wants something protected.
 *
 * Invariant: a refused act changes nothing and is an event; a CPU's policy is
 * read and written by that CPU alone.
 */
#include "sk/core/intercept.h"

#include "abi/vtl.h"
#include "sk/core/entry.h"
#include "sk/core/state.h"

#define VECTOR_GP 13u

/* Each bit of HV_REGISTER_CR_INTERCEPT_CONTROL, and its register. */
static const struct {
	uint64_t bit;
	uint32_t name;
} watchable[INTERCEPT_PINS] = {
	{HV_CR_INTERCEPT_CR0, HV_REGISTER_CR0},
	{HV_CR_INTERCEPT_CR4, HV_REGISTER_CR4},
	{HV_CR_INTERCEPT_GDTR, HV_REGISTER_GDTR},
	{HV_CR_INTERCEPT_IDTR, HV_REGISTER_IDTR},
	{HV_CR_INTERCEPT_EFER, HV_REGISTER_EFER},
	{HV_CR_INTERCEPT_STAR, HV_REGISTER_STAR},
	{HV_CR_INTERCEPT_LSTAR, HV_REGISTER_LSTAR},
	{HV_CR_INTERCEPT_CSTAR, HV_REGISTER_CSTAR},
	{HV_CR_INTERCEPT_SFMASK, HV_REGISTER_SFMASK},
	{HV_CR_INTERCEPT_SYSENTER_CS, HV_REGISTER_SYSENTER_CS},
	{HV_CR_INTERCEPT_SYSENTER_EIP, HV_REGISTER_SYSENTER_EIP},
	{HV_CR_INTERCEPT_SYSENTER_ESP, HV_REGISTER_SYSENTER_ESP},
};

/* Which bits of a register are kept. */
static uint64_t kept_bits(const struct machine_watch *watch, uint32_t name)
{
	switch (name) {
	case HV_REGISTER_CR0:
		return watch->cr0_mask;
	case HV_REGISTER_CR4:
		return watch->cr4_mask;
	default:
		return ~UINT64_C(0);
	}
}

enum intercept_answer intercept_decide(const struct intercept_act *act,
				       const struct intercept_policy *policy)
{
	for (size_t i = 0; act->name != 0 && i < INTERCEPT_PINS; i++) {
		const union hv_register_value *kept = &policy->pins[i].value;
		uint64_t change = act->value.both.low ^ kept->both.low;

		if (policy->pins[i].name == act->name &&
		    (change & kept_bits(&policy->watch, act->name)) == 0 &&
		    act->value.both.high == kept->both.high) {
			return INTERCEPT_ALLOW;
		}
	}
	return policy->quiet && act->name != 0 ? INTERCEPT_SKIP : INTERCEPT_GP;
}

enum status intercept_watch(const struct machine_watch *watch, bool quiet)
{
	struct intercept_policy policy = {.watch = *watch, .quiet = quiet};

	if ((watch->control & ~HV_CR_INTERCEPT_ALL) != 0) {
		return STATUS_UNSUPPORTED;
	}
	for (size_t i = 0; i < INTERCEPT_PINS; i++) {
		if ((watch->control & watchable[i].bit) != 0) {
			policy.pins[i].name = watchable[i].name;
			machine_vtl0_register(watchable[i].name,
					      &policy.pins[i].value);
		}
	}
	state.intercepts[machine_cpu()] = policy;
	machine_watch(watch);
	return STATUS_OK;
}

enum status intercept_restrict(vtl0_frame_t frame, unsigned rights)
{
	enum status status;

	lock_take(&state.window_lock);
	status = machine_vtl0_restrict(frame, rights);
	lock_release(&state.window_lock);
	return status;
}

static bool set(uint32_t name, uint64_t value)
{
	const union hv_register_value to = {.low = value};

	return machine_vtl0_register_set(name, &to);
}

static void answer_gp(void)
{
	CHECK(set(HV_REGISTER_PENDING_EVENT0,
		  HV_PENDING_EVENT | HV_PENDING_EVENT_ERROR |
			  (uint64_t)VECTOR_GP << HV_PENDING_VECTOR_SHIFT));
}

/* `what` and `value` are for the event. */
static void answer(const struct hv_intercept_header *header,
		   const struct intercept_act *act, uint64_t what,
		   uint64_t value)
{
	enum intercept_answer answer =
		intercept_decide(act, &state.intercepts[machine_cpu()]);

	/* What is allowed may still be no value that a processor takes. */
	if (answer == INTERCEPT_ALLOW &&
	    !machine_vtl0_register_set(act->name, &act->value)) {
		answer = INTERCEPT_GP;
	}
	if (answer != INTERCEPT_ALLOW) {
		event_note(EVENT_INTERCEPT_DENIED, what, value);
	}
	if (answer == INTERCEPT_GP) {
		answer_gp();
		return;
	}
	CHECK(set(HV_REGISTER_RIP, header->rip + header->instruction_length));
}

void entry_intercept(const struct hv_message *message)
{
	const struct hv_intercept_memory *memory = &message->payload.memory;
	const struct hv_intercept_msr *msr = &message->payload.msr;
	const struct hv_intercept_register *reg = &message->payload.reg;
	struct intercept_act act = {0};

	switch (message->type) {
	case HV_MESSAGE_MSR_INTERCEPT:
		act.name = machine_msr_name(msr->number);
		act.value.low = msr->rax | msr->rdx << 32;
		answer(&msr->header, &act, msr->number, act.value.low);
		return;
	case HV_MESSAGE_REGISTER_INTERCEPT:
		act.name = reg->name;
		act.value = reg->value;
		answer(&reg->header, &act, reg->name,
		       reg->name == HV_REGISTER_GDTR ||
				       reg->name == HV_REGISTER_IDTR
			       ? reg->value.table.base
			       : reg->value.low);
		return;
	default:
		answer(&memory->header, &act, memory->gpa,
		       memory->header.access_type);
		return;
	}
}
