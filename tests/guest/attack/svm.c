// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The instructions of SVM: "svm NAME", and calls to the hypervisor: "call
 * NUMBER RBX RCX". Called by main.c. Without a hypervisor and with EFER.SVME
 * set they work; the module's own page serves as control block.
 */
#include "attack.h"

#include <asm/io.h>
#include <asm/msr.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "hv/x86/call_test.h"

struct instruction {
	const char *name;
	int (*run)(u64 page);
};

#define INSTRUCTION(name, text)                               \
	static int try_##name(u64 page)                       \
	{                                                     \
		int fault;                                    \
                                                              \
		asm volatile(TRY(text)                        \
			     : "=a"(fault)                    \
			     : "0"(page), "c"(0)              \
			     : "memory", "cc", "rbx", "rdx"); \
		return fault;                                 \
	}
INSTRUCTION(vmload, "vmload")
INSTRUCTION(vmsave, "vmsave")
INSTRUCTION(stgi, "stgi")
INSTRUCTION(clgi, "clgi")
INSTRUCTION(skinit, "skinit %%eax")
INSTRUCTION(invlpga, "invlpga %%rax, %%ecx")
INSTRUCTION(vmmcall, "vmmcall")

/*
 * An empty control block is invalid: VMRUN comes back at once. The host's
 * state goes to the module's second page; GIF is clear afterwards.
 */
static int try_vmrun(u64 page)
{
	unsigned long flags;
	int fault;

	memset(own_page, 0, PAGE_SIZE);
	local_irq_save(flags);
	wrmsrl_safe(MSR_VM_HSAVE_PA, page + PAGE_SIZE);
	asm volatile(TRY_THEN("vmrun", "stgi")
		     : "=a"(fault)
		     : "0"(page)
		     : "memory", "cc", "rbx", "rcx", "rdx", "rsi", "rdi", "r8",
		       "r9", "r10", "r11", "r12", "r13", "r14", "r15");
	local_irq_restore(flags);
	return fault;
}

static const struct instruction instructions[] = {
	{"vmrun", try_vmrun},	  {"vmload", try_vmload},
	{"vmsave", try_vmsave},	  {"clgi", try_clgi},
	{"stgi", try_stgi},	  {"skinit", try_skinit},
	{"invlpga", try_invlpga}, {"vmmcall", try_vmmcall},
};

/*
 * VMLOAD takes what VMSAVE has left in the page. With a third word, EFER.SVME is
 * set before and cleared after.
 */
void attack_svm(const struct command *command)
{
	const char *name = command_word(command, 1);
	bool enable = command->count > 2;
	u64 page = virt_to_phys(own_page);
	u64 efer = 0;
	size_t i;

	preempt_disable();
	rdmsrl(MSR_EFER, efer);
	if (enable) {
		wrmsrl_safe(MSR_EFER, efer | EFER_SVME);
	}
	for (i = 0; i < ARRAY_SIZE(instructions); i++) {
		if (strcmp(instructions[i].name, name) == 0) {
			say_outcome(instructions[i].run(page));
			say(" 0x%llx", *(u64 *)own_page);
		}
	}
	if (enable) {
		wrmsrl_safe(MSR_EFER, efer);
	}
	preempt_enable();
}

int hypervisor_call(u64 number, u64 rbx, u64 rcx, u64 *result)
{
	int fault;

	asm volatile(TRY_THEN("vmmcall", "movq %%rax, %[result]")
		     : "=a"(fault), [result] "=&r"(*result)
		     : "0"(number), "b"(rbx), "c"(rcx)
		     : "memory", "cc");
	return fault;
}

void attack_call(const struct command *command)
{
	u64 result = 0;
	int fault = hypervisor_call(command_number(command, 1),
				    command_number(command, 2),
				    command_number(command, 3), &result);

	say_outcome(fault);
	say(" 0x%llx", result);
}
