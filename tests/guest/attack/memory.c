// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Accesses to one physical address, by every mapping and with every kind of
 * instruction: "memory MAPPING ACCESS ADDRESS". Called by main.c. Each access
 * may fault, and says so.
 */
#include "attack.h"

#include <asm/fpu/api.h>
#include <asm/nospec-branch.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kdebug.h>
#include <linux/notifier.h>
#include <linux/ptrace.h>
#include <linux/string.h>

/* What the stores leave; its first byte is a RET, for "execute". */
#define PATTERN	    0x6b63617474c3ull
#define CROSS_BYTES 64ul

struct access {
	const char *name;
	int (*run)(void *at, u64 *value);
};

struct mapping {
	const char *name;
	int (*run)(u64 physical, const struct access *access, u64 *value);
};

#define LOAD(bytes, instruction)                                   \
	static int read_##bytes(void *at, u64 *value)              \
	{                                                          \
		int fault;                                         \
                                                                   \
		asm volatile(TRY(instruction " (%[at]), %[value]") \
			     : "=a"(fault), [value] "+&r"(*value)  \
			     : [at] "r"(at));                      \
		return fault;                                      \
	}
LOAD(1, "movzbq")
LOAD(2, "movzwq")
LOAD(8, "movq")

static int read_4(void *at, u64 *value)
{
	int fault;

	asm volatile(TRY("movl (%[at]), %k[value]")
		     : "=a"(fault), [value] "+&r"(*value)
		     : [at] "r"(at));
	return fault;
}

#define CHANGE(name, instruction)                                 \
	static int name(void *at, u64 *value)                     \
	{                                                         \
		u64 pattern = PATTERN;                            \
		int fault;                                        \
                                                                  \
		asm volatile(TRY(instruction)                     \
			     : "=a"(fault), [value] "+r"(pattern) \
			     : [at] "r"(at)                       \
			     : "memory", "cc");                   \
		*value = pattern;                                 \
		return fault;                                     \
	}
CHANGE(write_1, "movb %b[value], (%[at])")
CHANGE(write_2, "movw %w[value], (%[at])")
CHANGE(write_4, "movl %k[value], (%[at])")
CHANGE(write_8, "movq %[value], (%[at])")
CHANGE(write_nti, "movnti %[value], (%[at])")
CHANGE(write_immediate, "movl $0, (%[at])")
CHANGE(exchange, "xchgq %[value], (%[at])")
CHANGE(add_locked, "lock xaddq %[value], (%[at])")
CHANGE(or_locked, "lock orb %b[value], (%[at])")
CHANGE(and_plain, "andl %k[value], (%[at])")
CHANGE(increment, "incw (%[at])")
CHANGE(compare_exchange, "lock cmpxchgq %[value], (%[at])")
CHANGE(test_and_set, "lock btsq $1, (%[at])")
CHANGE(add_from, "addq (%[at]), %[value]")

static int exchange_16(void *at, u64 *value)
{
	u64 low = 0, high = 0;
	int fault;

	asm volatile(TRY("lock cmpxchg16b (%[at])")
		     : "=a"(fault), "+d"(high)
		     : "0"(low), "b"(PATTERN),
		       "c"(0ul), [at] "r"((u64)at & ~15ull)
		     : "memory", "cc");
	*value = high;
	return fault;
}

static int store_string(void *at, u64 *value)
{
	u64 count = 8;
	int fault;

	asm volatile(TRY("rep stosb")
		     : "=a"(fault), "+c"(count), "+D"(at)
		     : "0"(PATTERN)
		     : "memory");
	*value = count;
	return fault;
}

static int load_string(void *at, u64 *value)
{
	int fault;

	asm volatile(TRY_THEN("lodsq", "movq %%rax, %[value]")
		     : "=a"(fault), "+S"(at), [value] "+&r"(*value)
		     :
		     : "memory");
	return fault;
}

/* The page before an alias is the module's own, and so are 64 bytes of it. */
static int copy_from_own(void *at, u64 *value)
{
	u64 count = 2 * CROSS_BYTES;
	void *from = at - CROSS_BYTES;
	void *to = own_page;
	int fault;

	asm volatile(TRY("rep movsb")
		     : "=a"(fault), "+c"(count), "+S"(from), "+D"(to)
		     :
		     : "memory");
	*value = count;
	return fault;
}

static int copy_to_hidden(void *at, u64 *value)
{
	u64 count = 2 * CROSS_BYTES;
	void *to = at - CROSS_BYTES;
	void *from = own_page;
	int fault;

	asm volatile(TRY("rep movsb")
		     : "=a"(fault), "+c"(count), "+S"(from), "+D"(to)
		     :
		     : "memory");
	*value = count;
	return fault;
}

static int read_sse(void *at, u64 *value)
{
	int fault;

	kernel_fpu_begin();
	asm volatile(TRY_THEN("movups (%[at]), %%xmm0", "movq %%xmm0, %[value]")
		     : "=a"(fault), [value] "+&r"(*value)
		     : [at] "r"(at)
		     : "memory");
	kernel_fpu_end();
	return fault;
}

static int write_sse(void *at, u64 *value)
{
	int fault;

	kernel_fpu_begin();
	asm volatile(TRY("movups %%xmm0, (%[at])")
		     : "=a"(fault)
		     : [at] "r"(at)
		     : "memory");
	kernel_fpu_end();
	return fault;
}

/* What a call into memory met; the handler below fills it in. */
static u64 execute_target;

static int execute(void *at, u64 *value)
{
	int fault;

	WRITE_ONCE(execute_target, (u64)at);
	asm volatile("movl $-1, %%eax\n\t" ANNOTATE_RETPOLINE_SAFE "call *%[at]"
		     : "=&a"(fault), ASM_CALL_CONSTRAINT
		     : [at] "r"(at)
		     : "memory", "cc", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
		       "r10", "r11");
	WRITE_ONCE(execute_target, 0);
	return fault;
}

/* A fault at the target itself: return to the caller with its vector. */
static int execute_fault(struct notifier_block *block, unsigned long reason,
			 void *data)
{
	struct die_args *die = data;
	struct pt_regs *regs = die->regs;

	if (execute_target == 0 || regs->ip != execute_target) {
		return NOTIFY_DONE;
	}
	regs->ax = die->trapnr;
	regs->ip = *(u64 *)regs->sp;
	regs->sp += sizeof(u64);
	return NOTIFY_STOP;
}

static struct notifier_block execute_block = {.notifier_call = execute_fault};

static const struct access accesses[] = {
	{"read1", read_1},
	{"read2", read_2},
	{"read4", read_4},
	{"read8", read_8},
	{"read_sse", read_sse},
	{"lods", load_string},
	{"add_from", add_from},
	{"copy_from", copy_from_own},
	{"write1", write_1},
	{"write2", write_2},
	{"write4", write_4},
	{"write8", write_8},
	{"write_sse", write_sse},
	{"movnti", write_nti},
	{"mov_immediate", write_immediate},
	{"stos", store_string},
	{"copy_to", copy_to_hidden},
	{"xchg", exchange},
	{"lock_xadd", add_locked},
	{"lock_or", or_locked},
	{"lock_cmpxchg", compare_exchange},
	{"lock_cmpxchg16b", exchange_16},
	{"lock_bts", test_and_set},
	{"and", and_plain},
	{"inc", increment},
	{"execute", execute},
};

static int by_alias(enum alias_kind kind, u64 physical,
		    const struct access *access, u64 *value)
{
	struct alias alias;
	int fault;
	int status = alias_open(&alias, kind, physical);

	if (status != 0) {
		return status;
	}
	fault = access->run(alias.address, value);
	alias_close(&alias);
	return fault;
}

static int by_pte(u64 physical, const struct access *access, u64 *value)
{
	return by_alias(ALIAS_4K, physical, access, value);
}

static int by_pmd(u64 physical, const struct access *access, u64 *value)
{
	return by_alias(ALIAS_2M, physical, access, value);
}

static int by_ioremap(u64 physical, const struct access *access, u64 *value)
{
	u64 offset = physical & (PAGE_SIZE - 1);
	void __iomem *page = ioremap(physical - offset, PAGE_SIZE);
	int fault;

	if (page == NULL) {
		return -ENOMEM;
	}
	fault = access->run((void __force *)page + offset, value);
	iounmap(page);
	return fault;
}

static int by_memremap(u64 physical, const struct access *access, u64 *value)
{
	u64 offset = physical & (PAGE_SIZE - 1);
	void *page = memremap(physical - offset, PAGE_SIZE, MEMREMAP_WB);
	int fault;

	if (page == NULL) {
		return -ENOMEM;
	}
	fault = access->run(page + offset, value);
	memunmap(page);
	return fault;
}

static const struct mapping mappings[] = {
	{"pte", by_pte},
	{"pmd", by_pmd},
	{"ioremap", by_ioremap},
	{"memremap", by_memremap},
};

static const struct mapping *find_mapping(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mappings); i++) {
		if (strcmp(mappings[i].name, name) == 0) {
			return &mappings[i];
		}
	}
	return NULL;
}

void attack_memory(const struct command *command)
{
	const struct mapping *mapping = find_mapping(command_word(command, 1));
	const char *wanted = command_word(command, 2);
	u64 physical = command_number(command, 3);
	size_t i;

	if (mapping == NULL) {
		say("no such mapping");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(accesses); i++) {
		u64 value = 0;
		int fault;

		if (strcmp(accesses[i].name, wanted) != 0) {
			continue;
		}
		fault = mapping->run(physical, &accesses[i], &value);
		if (fault < NO_FAULT) {
			say("no mapping (%d)", fault);
			return;
		}
		say_outcome(fault);
		say(" 0x%llx", value);
	}
}

int memory_init(void)
{
	return register_die_notifier(&execute_block);
}

void memory_exit(void)
{
	unregister_die_notifier(&execute_block);
}
