// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control file of the attacking module. Root writes names of attacks and
 * their arguments, a line each, to /proc/openvbs-attack, which runs them one
 * after another, and reads back what they said, a line each.
 */
#include "attack.h"

#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define CONTROL_NAME "openvbs-attack"
#define RESULT_BYTES 65536
#define SCRIPT_BYTES 65536

static void attack_put(const struct command *command);

struct attack {
	const char *name;
	void (*run)(const struct command *command);
};

static const struct attack attacks[] = {
	{"own_page", attack_own_page},
	{"put", attack_put},
	{"memory", attack_memory},
	{"call", attack_call},
	{"svm", attack_svm},
	{"msr_read", attack_msr_read},
	{"msr_write", attack_msr_write},
	{"msr_keep", attack_msr_keep},
	{"config_read", attack_config_read},
	{"config_turn", attack_config_turn},
	{"config_keep", attack_config_keep},
	{"config_peek", attack_config_peek},
	{"config_race", attack_config_race},
	{"dma", attack_dma},
	{"port_in", attack_port_in},
	{"port_out", attack_port_out},
	{"port_ins", attack_port_ins},
	{"port_outs", attack_port_outs},
	{"store", attack_store},
	{"load", attack_load},
	{"ipi", attack_ipi},
	{"pause", attack_pause},
	{"halt_page", attack_halt_page},
	{"walk", attack_walk},
	{"lose_stack", attack_lose_stack},
	{"triple_fault", attack_triple_fault},
	{"invd", attack_invd},
	{"loop_debug", attack_loop_debug},
	{"rogue_count", attack_rogue_count},
	{"protect_race", attack_protect_race},
	{"scan", attack_scan},
	{"search_key", attack_search_key},
	{"search_row", attack_search_row},
	{"search", attack_search},
	{"breakpoints", attack_breakpoints},
	{"breakpoint_read", attack_breakpoint_read},
	{"lose_cr0", attack_lose_cr0},
	{"vtl_call", attack_vtl_call},
	{"vtl_send", attack_vtl_send},
	{"vtl_rights", attack_vtl_rights},
	{"vtl_abandon", attack_vtl_abandon},
	{"vtl_resume", attack_vtl_resume},
	{"vtl_drain", attack_vtl_drain},
	{"vtl_race", attack_vtl_race},
	{"vtl_withdraw", attack_vtl_withdraw},
	{"vtl_random", attack_vtl_random},
	{"vtl_state", attack_vtl_state},
	{"vtl_clock", attack_vtl_clock},
	{"vtl_clock_hypercall", attack_vtl_clock_hypercall},
	{"vtl_clock_message", attack_vtl_clock_message},
	{"vtl_clock_interrupted", attack_vtl_clock_interrupted},
	{"vtl_clock_sign", attack_vtl_clock_sign},
	{"vtl_loop", attack_vtl_loop},
	{"register", attack_register},
	{"watch", attack_watch},
	{"restrict", attack_restrict},
};

static DEFINE_MUTEX(control_lock);
static char result[RESULT_BYTES];
static size_t result_len;
void *own_page;

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	result_len += vscnprintf(result + result_len, RESULT_BYTES - result_len,
				 format, arguments);
	va_end(arguments);
}

void say_outcome(int fault)
{
	static const char *const names[] = {
		[1] = "#DB",  [6] = "#UD",  [8] = "#DF", [11] = "#NP",
		[12] = "#SS", [13] = "#GP", [14] = "#PF"};

	if (fault == NO_FAULT) {
		say("succeeded");
	} else if (fault >= 0 && fault < (int)ARRAY_SIZE(names) &&
		   names[fault] != NULL) {
		say("refused (%s)", names[fault]);
	} else {
		say("refused (exception %d)", fault);
	}
}

const char *command_word(const struct command *command, unsigned int index)
{
	return index < command->count ? command->words[index] : "";
}

u64 command_number(const struct command *command, unsigned int index)
{
	u64 number = 0;

	return kstrtou64(command_word(command, index), 0, &number) == 0 ? number
									: 0;
}

void attack_pause(const struct command *command)
{
	msleep((unsigned int)command_number(command, 1));
	say("succeeded");
}

void attack_own_page(const struct command *command)
{
	say("0x%llx", (u64)virt_to_phys(own_page));
}

/* "put OFFSET VALUE": eight bytes into the module's own page. */
static void attack_put(const struct command *command)
{
	u64 offset = command_number(command, 1);

	if (offset > PAGE_SIZE - sizeof(u64)) {
		say("no such place");
		return;
	}
	*(u64 *)(own_page + offset) = command_number(command, 2);
	say("succeeded");
}

/* The attack that `line` names, with the words behind it. */
static int command_run(char *line)
{
	struct command command = {0};
	char *word;
	size_t i;

	while ((word = strsep(&line, " ")) != NULL &&
	       command.count < WORDS_MAX) {
		if (*word != '\0') {
			command.words[command.count++] = word;
		}
	}
	if (command.count == 0) {
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(attacks); i++) {
		if (strcmp(attacks[i].name, command.words[0]) == 0) {
			say("%s: ", attacks[i].name);
			attacks[i].run(&command);
			say("\n");
			return 0;
		}
	}
	return -ENOENT;
}

static ssize_t control_write(struct file *file, const char __user *from,
			     size_t len, loff_t *position)
{
	char *script, *rest, *line;
	int status = 0;

	if (len >= SCRIPT_BYTES) {
		return -E2BIG;
	}
	script = memdup_user_nul(from, len);
	if (IS_ERR(script)) {
		return PTR_ERR(script);
	}
	mutex_lock(&control_lock);
	result_len = 0;
	rest = script;
	while (status == 0 && (line = strsep(&rest, "\n")) != NULL) {
		status = command_run(line);
	}
	mutex_unlock(&control_lock);
	kfree(script);
	return status < 0 ? status : (ssize_t)len;
}

static ssize_t control_read(struct file *file, char __user *to, size_t len,
			    loff_t *position)
{
	ssize_t done;

	mutex_lock(&control_lock);
	done = simple_read_from_buffer(to, len, position, result, result_len);
	mutex_unlock(&control_lock);
	return done;
}

static const struct proc_ops control_ops = {
	.proc_write = control_write,
	.proc_read = control_read,
	.proc_lseek = default_llseek,
};

static int __init attack_init(void)
{
	int status;

	own_page = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO,
					    OWN_PAGE_ORDER);
	if (own_page == NULL) {
		return -ENOMEM;
	}
	status = memory_init();
	if (status != 0) {
		goto free_page;
	}
	if (proc_create(CONTROL_NAME, 0600, NULL, &control_ops) == NULL) {
		status = -ENOMEM;
		goto undo_memory;
	}
	return 0;

undo_memory:
	memory_exit();
free_page:
	free_pages((unsigned long)own_page, OWN_PAGE_ORDER);
	return status;
}

static void __exit attack_exit(void)
{
	remove_proc_entry(CONTROL_NAME, NULL);
	memory_exit();
	free_pages((unsigned long)own_page, OWN_PAGE_ORDER);
}

module_init(attack_init);
module_exit(attack_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Attacks the hypervisor below this kernel, for its tests");
