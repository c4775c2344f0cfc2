/* SPDX-License-Identifier: MIT */
/* Finds the command, reads its options by the table, runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/vbsctl/vbsctl.h"

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

static void print_commands(FILE *to)
{
	(void)fprintf(to, "usage: vbsctl COMMAND [OPTIONS]\n\n");
	for (size_t i = 0; i < command_count; i++) {
		(void)fprintf(to, "  %-12s %s\n", commands[i].name,
			      commands[i].help);
	}
	(void)fprintf(to, "\n`vbsctl help COMMAND` says more.\n");
}

static void print_command(const struct command *command)
{
	printf("usage: vbsctl %s %s\n\n", command->name, command->usage);
	print_wrapped(command->help);
	print_wrapped(command->text);
	for (size_t i = 0; i < option_count; i++) {
		if (strstr(command->usage, option_rows[i].word) != NULL) {
			printf("  %-12s %s\n", option_rows[i].word,
			       option_rows[i].help);
		}
	}
}

enum exit_code command_help(const struct arguments *arguments)
{
	const struct command *command;

	if (arguments->operand[0] == NULL) {
		print_commands(stdout);
		return EXIT_GOOD;
	}
	command = find(arguments->operand[0]);
	if (command == NULL) {
		(void)fprintf(stderr, "vbsctl: no command is called %s\n\n",
			      arguments->operand[0]);
		print_commands(stderr);
		return EXIT_USAGE;
	}
	print_command(command);
	return EXIT_GOOD;
}

/* A word that begins with a dash: set its member, if the usage has it. */
static bool take_option(const struct command *command, const char *word,
			struct arguments *arguments)
{
	char bracketed[32];

	for (size_t i = 0; i < option_count; i++) {
		(void)snprintf(bracketed, sizeof(bracketed), "[%s]",
			       option_rows[i].word);
		if (strcmp(option_rows[i].word, word) == 0 &&
		    strstr(command->usage, bracketed) != NULL) {
			*(bool *)((char *)arguments + option_rows[i].member) =
				true;
			return true;
		}
	}
	return false;
}

static enum exit_code complain(const struct command *command, const char *what,
			       const char *word)
{
	(void)fprintf(stderr, "vbsctl %s: %s%s\nusage: vbsctl %s %s\n",
		      command->name, what, word, command->name, command->usage);
	return EXIT_USAGE;
}

static enum exit_code run(const struct command *command, char *const *word)
{
	struct arguments arguments = {0};
	size_t count = 0;

	for (; *word != NULL; word++) {
		if ((*word)[0] == '-') {
			if (!take_option(command, *word, &arguments)) {
				return complain(command,
						"no such option: ", *word);
			}
			continue;
		}
		if (count == command->operands_max) {
			return complain(command, "one word too many: ", *word);
		}
		arguments.operand[count++] = *word;
	}
	if (count < command->operands_min) {
		return complain(command, "a word is missing", "");
	}
	return command->run(&arguments);
}

int main(int argc, char **argv)
{
	const struct command *command;
	int result;

	if (argc < 2) {
		print_commands(stderr);
		return EXIT_USAGE;
	}
	command = find(strcmp(argv[1], "--help") == 0 ? "help" : argv[1]);
	if (command == NULL) {
		(void)fprintf(stderr, "vbsctl: no command is called %s\n\n",
			      argv[1]);
		print_commands(stderr);
		return EXIT_USAGE;
	}
	result = (int)run(command, argv + 2);
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		perror("vbsctl: cannot write the answer");
		return EXIT_DEGRADED;
	}
	return result;
}
