// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The local APIC and the memory behind it that sends interrupt messages:
 * "store ADDRESS HOW VALUE" for any device register, "load ADDRESS", and
 * floods of interrupts by raw commands, "ipi". Called by main.c.
 */
#include "attack.h"

#include <asm/nmi.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/string.h>

#define APIC_PAGE     0xfee00000ull
#define ICR_LOW	      0x300
#define ICR_HIGH      0x310
#define APIC_ID_SHIFT 24

struct store {
	const char *name;
	int (*run)(void *at, u64 value);
};

#define STORE(name, text)                                   \
	static int store_##name(void *at, u64 value)        \
	{                                                   \
		int fault;                                  \
                                                            \
		asm volatile(TRY(text)                      \
			     : "=a"(fault)                  \
			     : "0"(value), "D"(at), "S"(at) \
			     : "memory", "cc");             \
		return fault;                               \
	}
STORE(mov1, "movb %%al, (%%rdi)")
STORE(mov2, "movw %%ax, (%%rdi)")
STORE(mov4, "movl %%eax, (%%rdi)")
STORE(mov8, "movq %%rax, (%%rdi)")
STORE(movnti, "movnti %%eax, (%%rdi)")
STORE(immediate, "movl $0x10000, (%%rdi)")
STORE(or4, "orl %%eax, (%%rdi)")
STORE(and4, "andl %%eax, (%%rdi)")
STORE(or1, "orb %%al, (%%rdi)")
STORE(add4, "addl %%eax, (%%rdi)")
STORE(inc4, "incl (%%rdi)")
STORE(not4, "notl (%%rdi)")
STORE(bts4, "btsl $3, (%%rdi)")
STORE(xchg4, "xchgl %%eax, (%%rdi)")
STORE(lock_xadd4, "lock xaddl %%eax, (%%rdi)")
STORE(lock_cmpxchg4, "lock cmpxchgl %%eax, (%%rdi)")
STORE(shift4, "shll (%%rdi)")
STORE(setcc, "sete (%%rdi)")
STORE(stos4, "stosl")

static const struct store stores[] = {
	{"mov1", store_mov1},
	{"mov2", store_mov2},
	{"mov4", store_mov4},
	{"mov8", store_mov8},
	{"movnti", store_movnti},
	{"immediate", store_immediate},
	{"or4", store_or4},
	{"and4", store_and4},
	{"or1", store_or1},
	{"add4", store_add4},
	{"inc4", store_inc4},
	{"not4", store_not4},
	{"bts4", store_bts4},
	{"xchg4", store_xchg4},
	{"shift4", store_shift4},
	{"setcc", store_setcc},
	{"stos4", store_stos4},
	{"lock_xadd4", store_lock_xadd4},
	{"lock_cmpxchg4", store_lock_cmpxchg4},
};

/* The device page of an address, mapped uncached. */
static void *device_open(u64 physical, void **page)
{
	u64 offset = physical & (PAGE_SIZE - 1);

	*page = (void __force *)ioremap(physical - offset, 2 * PAGE_SIZE);
	return *page == NULL ? NULL : *page + offset;
}

void attack_store(const struct command *command)
{
	const char *how = command_word(command, 2);
	u64 value = command_number(command, 3);
	void *page, *at;
	size_t i;

	at = device_open(command_number(command, 1), &page);
	if (at == NULL) {
		say("no mapping");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(stores); i++) {
		if (strcmp(stores[i].name, how) == 0) {
			say_outcome(stores[i].run(at, value));
		}
	}
	iounmap((void __iomem __force *)page);
}

void attack_load(const struct command *command)
{
	void *page, *at;

	at = device_open(command_number(command, 1), &page);
	if (at == NULL) {
		say("no mapping");
		return;
	}
	say("0x%x", *(volatile u32 *)at);
	iounmap((void __iomem __force *)page);
}

static atomic_t nmi_count;

/* NMIs of a flood; others are Linux's. */
static int count_nmi(unsigned int type, struct pt_regs *regs)
{
	atomic_inc(&nmi_count);
	return NMI_HANDLED;
}

/*
 * "ipi COUNT APIC-ID COMMAND...": sends the commands one after another, COUNT
 * times, without a pause and without asking whether the last has gone.
 */
void attack_ipi(const struct command *command)
{
	u64 count = command_number(command, 1);
	u32 high = (u32)command_number(command, 2) << APIC_ID_SHIFT;
	void __iomem *apic = ioremap(APIC_PAGE, PAGE_SIZE);
	u64 i;
	unsigned int word;

	if (apic == NULL) {
		say("no mapping");
		return;
	}
	atomic_set(&nmi_count, 0);
	register_nmi_handler(NMI_LOCAL, count_nmi, 0, "openvbs-attack");
	for (i = 0; i < count; i++) {
		unsigned long flags;

		local_irq_save(flags);
		for (word = 3; word < command->count; word++) {
			writel(high, apic + ICR_HIGH);
			writel((u32)command_number(command, word),
			       apic + ICR_LOW);
		}
		local_irq_restore(flags);
		cond_resched();
	}
	msleep(100);
	unregister_nmi_handler(NMI_LOCAL, "openvbs-attack");
	iounmap(apic);
	say("succeeded, %d NMIs taken", atomic_read(&nmi_count));
}

static u8 *halted;
static u8 halted_saved[PAGE_SIZE];

/*
 * "halt_page ADDRESS": code that does nothing, for CPUs started there in real
 * mode; without an address the old content comes back.
 */
void attack_halt_page(const struct command *command)
{
	static const u8 code[] = {0xfa, 0xf4, 0xeb, 0xfd}; /* CLI, HLT, JMP */
	u64 address = command_number(command, 1);

	if (halted != NULL) {
		memcpy(halted, halted_saved, PAGE_SIZE);
		halted = NULL;
	}
	if (address != 0) {
		halted = phys_to_virt(address);
		memcpy(halted_saved, halted, PAGE_SIZE);
		memcpy(halted, code, sizeof(code));
	}
	say("succeeded");
}
