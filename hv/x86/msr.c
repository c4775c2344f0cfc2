/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSR accesses that exit, as msr_table.c decides. Called by the dispatch.
 */
#include "hv/x86/msr.h"
#include "hv/core/handlers.h"
#include "hv/x86/gates.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/leaf.h"
#include "hv/x86/memory.h"
#include "hv/x86/msr_table.h"
#include "hv/x86/registers.h"
#include "hv/x86/vendor.h"
#include "hv/x86/vtl.h"

static uint64_t read_or_zero(uint32_t msr)
{
	uint64_t value = 0;

	return msr_try_read(msr, &value) ? value : 0;
}

/* Bits of EFER that the processor has, beyond those of every 64-bit one. */
static uint64_t efer_allowed(void)
{
	struct cpuid extended = cpuid(CPUID_EXTENDED_FEATURES, 0);
	struct cpuid sizes = cpuid(CPUID_ADDRESS_SIZES, 0);
	struct cpuid more;
	uint64_t allowed = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;

	if (extended.edx & CPUID_FAST_FXSAVE) {
		allowed |= EFER_FFXSR;
	}
	if (extended.ecx & CPUID_TRANSLATION_CACHE) {
		allowed |= EFER_TCE;
	}
	if (sizes.ebx & CPUID_MCOMMIT) {
		allowed |= EFER_MCOMMIT;
	}
	if (sizes.ebx & CPUID_WBINVD_INTERRUPTIBLE) {
		allowed |= EFER_INTWB;
	}
	if (cpuid(CPUID_EXTENDED_LAST, 0).eax < CPUID_EXTENDED_FEATURES2) {
		return allowed;
	}
	more = cpuid(CPUID_EXTENDED_FEATURES2, 0);
	if (more.eax & CPUID_UPPER_IGNORE) {
		allowed |= EFER_UAIE;
	}
	if (more.eax & CPUID_AUTOMATIC_IBRS) {
		allowed |= EFER_AIBRSE;
	}
	return allowed;
}

static struct msr_context context_of(const struct cpu *cpu)
{
	struct vendor_fetch fetch;

	vendor_fetch(cpu, &fetch);
	return (struct msr_context){.read = read_or_zero,
				    .efer = fetch.root.efer,
				    .efer_allowed = efer_allowed(),
				    .paging = (fetch.root.cr0 & CR0_PG) != 0,
				    .x2apic_trapped = false,
				    .own = memory_kept()};
}

bool msr_efer_decide(const struct cpu *cpu, uint64_t value, uint64_t *efer)
{
	struct msr_context context = context_of(cpu);
	struct msr_answer answer = msr_write_decide(MSR_EFER, value, &context);

	*efer = answer.value;
	return answer.action == MSR_PASS;
}

static void note(struct cpu *cpu, const struct exit *exit,
		 const struct msr_answer *answer)
{
	if (answer->event != 0) {
		cpu_event(cpu, exit, answer->event, exit->number, exit->value);
	}
}

struct answer msr_read_exit(struct cpu *cpu, struct exit *exit)
{
	struct msr_context context = context_of(cpu);
	struct msr_answer answer = msr_read_decide(exit->number, &context);
	uint64_t value = answer.value;

	exit->value = 0;
	note(cpu, exit, &answer);
	if (answer.action == MSR_PASS && !msr_try_read(exit->number, &value)) {
		return answer_inject_error(VECTOR_GP, 0);
	}
	if (answer.action != MSR_PASS && answer.action != MSR_VALUE) {
		return answer_inject_error(VECTOR_GP, 0);
	}
	cpu->gpr[GPR_RAX] = (uint32_t)value;
	cpu->gpr[GPR_RDX] = value >> 32;
	return answer_skip();
}

struct answer msr_write_exit(struct cpu *cpu, struct exit *exit)
{
	struct msr_context context = context_of(cpu);
	struct msr_answer answer =
		msr_write_decide(exit->number, exit->value, &context);
	struct vendor_fetch fetch;

	note(cpu, exit, &answer);
	if (answer.action == MSR_DROP) {
		return answer_skip();
	}
	if (answer.action != MSR_PASS) {
		return answer_inject_error(VECTOR_GP, 0);
	}
	if (cpu->intercept.control & msr_watch_bit(exit->number)) {
		return vtl_intercept_msr(cpu, exit);
	}
	if (exit->number == MSR_EFER) {
		vendor_fetch(cpu, &fetch);
		fetch.root.efer = answer.value;
		vendor_control_set(cpu, &fetch.root);
		return answer_skip();
	}
	if (!msr_try_write(exit->number, answer.value)) {
		return answer_inject_error(VECTOR_GP, 0);
	}
	return answer_skip();
}
