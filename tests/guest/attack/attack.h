/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attacking module: hands in ring 0 of VTL0 for the tests, which judge.
 * main.c holds the table of all attacks; each takes the words of its command
 * and says its results, a line each.
 */
#ifndef OPENVBS_TESTS_GUEST_ATTACK_ATTACK_H
#define OPENVBS_TESTS_GUEST_ATTACK_ATTACK_H

#include <asm/asm.h>
#include <linux/types.h>

#define WORDS_MAX 10

/* A command: words[0] is the attack's name. */
struct command {
	unsigned int count;
	char *words[WORDS_MAX];
};

/* Word `index` as a number, 0 when it is missing or none. */
u64 command_number(const struct command *command, unsigned int index);

/* Word `index`, "" when it is missing. */
const char *command_word(const struct command *command, unsigned int index);

/* Appends to the line that the reader of the control file gets. */
__printf(1, 2) void say(const char *format, ...);

/* "refused (#GP)" or "succeeded", without an end of line. */
void say_outcome(int fault);

#define NO_FAULT (-1)

/*
 * Text of an asm statement that tries one instruction. The statement has the
 * output "=a"(fault): the vector of the exception it met, or NO_FAULT. `after`
 * is run only without a fault, while RAX still is the instruction's.
 */
#define TRY_THEN(instruction, after)           \
	"1:\t" instruction "\n\t" after "\n\t" \
	"movl $-1, %%eax\n"                    \
	"2:\n" _ASM_EXTABLE_FAULT(1b, 2b)
#define TRY(instruction) TRY_THEN(instruction, "")

/*
 * A virtual address for any physical one, made by writing the kernel's page
 * tables by hand; see alias.c. The CPU must not change while it is used.
 */
enum alias_kind {
	ALIAS_4K,
	ALIAS_2M,
};

#define ALIAS_PAGES 1024 /* behind it, so that some 2 MiB page is whole */

struct alias {
	void *area;
	u64 *entry;
	u64 saved;
	void *address;
};

int alias_open(struct alias *alias, enum alias_kind kind, u64 physical);
void alias_close(struct alias *alias);

/* Page-table entry that maps `address` now at `level` (1: 4 KiB), or NULL. */
u64 *alias_entry(u64 address, unsigned int level);
void alias_invalidate(const void *address);

/* VMMCALL with these arguments; the vector of a fault, or NO_FAULT. */
int hypervisor_call(u64 number, u64 rbx, u64 rcx, u64 *result);

/* Two pages of the module's own. */
#define OWN_PAGE_ORDER 1
extern void *own_page;

/* The attacks, as main.c names them. */
void attack_own_page(const struct command *command);
void attack_memory(const struct command *command);
void attack_call(const struct command *command);
void attack_svm(const struct command *command);
void attack_msr_read(const struct command *command);
void attack_msr_write(const struct command *command);
void attack_msr_keep(const struct command *command);
void attack_config_read(const struct command *command);
void attack_config_turn(const struct command *command);
void attack_config_keep(const struct command *command);
void attack_config_peek(const struct command *command);
void attack_config_race(const struct command *command);
void attack_dma(const struct command *command);
void attack_port_in(const struct command *command);
void attack_port_out(const struct command *command);
void attack_port_ins(const struct command *command);
void attack_port_outs(const struct command *command);
void attack_store(const struct command *command);
void attack_load(const struct command *command);
void attack_ipi(const struct command *command);
void attack_pause(const struct command *command);
void attack_halt_page(const struct command *command);
void attack_walk(const struct command *command);
void attack_lose_stack(const struct command *command);
void attack_triple_fault(const struct command *command);
void attack_invd(const struct command *command);
void attack_loop_debug(const struct command *command);
void attack_rogue_count(const struct command *command);
void attack_protect_race(const struct command *command);
void attack_scan(const struct command *command);
void attack_search_key(const struct command *command);
void attack_search_row(const struct command *command);
void attack_search(const struct command *command);
void attack_breakpoints(const struct command *command);
void attack_breakpoint_read(const struct command *command);
void attack_lose_cr0(const struct command *command);
void attack_vtl_call(const struct command *command);
void attack_vtl_send(const struct command *command);
void attack_vtl_rights(const struct command *command);
void attack_vtl_abandon(const struct command *command);
void attack_vtl_resume(const struct command *command);
void attack_vtl_drain(const struct command *command);
void attack_vtl_race(const struct command *command);
void attack_vtl_withdraw(const struct command *command);
void attack_vtl_random(const struct command *command);
void attack_vtl_state(const struct command *command);
void attack_vtl_clock(const struct command *command);
void attack_vtl_clock_hypercall(const struct command *command);
void attack_vtl_clock_message(const struct command *command);
void attack_vtl_clock_interrupted(const struct command *command);
void attack_vtl_clock_sign(const struct command *command);
void attack_vtl_loop(const struct command *command);
void attack_register(const struct command *command);
void attack_watch(const struct command *command);
void attack_restrict(const struct command *command);

int memory_init(void);
void memory_exit(void);

#endif
