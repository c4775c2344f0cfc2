/* SPDX-License-Identifier: MIT */
/* Finds the command, reads its options by the table, runs it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/vbsctl/vbsctl.h"

/* How many words the name is, if the line begins with it; else 0. */
static size_t matches(const char *name, char *const *word)
{
	const char *space = strchr(name, ' ');
	size_t first = space != NULL ? (size_t)(space - name) : strlen(name);

	if (word[0] == NULL || strlen(word[0]) != first ||
	    strncmp(word[0], name, first) != 0) {
		return 0;
	}
	if (space == NULL) {
		return 1;
	}
	return word[1] != NULL && strcmp(word[1], space + 1) == 0 ? 2 : 0;
}

/* The command, and the words behind its name. */
static const struct command *find(char *const *word, char *const **rest)
{
	for (size_t i = 0; i < command_count; i++) {
		size_t words = matches(commands[i].name, word);

		if (words != 0) {
			*rest = word + words;
			return &commands[i];
		}
	}
	return NULL;
}

static void print_commands(FILE *to)
{
	(void)fprintf(to, "usage: vbsctl COMMAND [OPTIONS]\n\n");
	for (size_t i = 0; i < command_count; i++) {
		(void)fprintf(to, "  %-18s %s\n", commands[i].name,
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
		const struct option_row *option = &option_rows[i];

		if (option_is_of(option, command->usage)) {
			printf("  %s%s%s\n      %s\n", option->word,
			       option->value != NULL ? " " : "",
			       option->value != NULL ? option->value : "",
			       option->help);
		}
	}
}

/* Prints those that begin with a word, such as all of `key`. */
static bool print_group(const char *word)
{
	size_t len = strlen(word), found = 0;

	for (size_t i = 0; i < command_count; i++) {
		const char *name = commands[i].name;

		if (strncmp(name, word, len) == 0 && name[len] == ' ') {
			printf("  %-18s %s\n", name, commands[i].help);
			found++;
		}
	}
	return found != 0;
}

static enum exit_code unknown(const char *word)
{
	(void)fprintf(stderr, "vbsctl: no command is called %s\n\n", word);
	print_commands(stderr);
	return EXIT_USAGE;
}

enum exit_code command_help(const struct arguments *arguments)
{
	const char *const *operand = arguments->operand;
	char *word[] = {(char *)(uintptr_t)operand[0],
			(char *)(uintptr_t)operand[1], NULL};
	const struct command *command;
	char *const *rest;

	if (operand[0] == NULL) {
		print_commands(stdout);
		return EXIT_GOOD;
	}
	command = find(word, &rest);
	if (command != NULL) {
		print_command(command);
		return EXIT_GOOD;
	}
	return operand[1] == NULL && print_group(operand[0])
		       ? EXIT_GOOD
		       : unknown(operand[0]);
}

/* A word that begins with a dash; NULL: the usage does not have it. */
static const struct option_row *find_option(const struct command *command,
					    const char *word)
{
	for (size_t i = 0; i < option_count; i++) {
		if (strcmp(option_rows[i].word, word) == 0 &&
		    option_is_of(&option_rows[i], command->usage)) {
			return &option_rows[i];
		}
	}
	return NULL;
}

static enum exit_code complain(const struct command *command, const char *what,
			       const char *word)
{
	(void)fprintf(stderr, "vbsctl %s: %s%s\nusage: vbsctl %s %s\n",
		      command->name, what, word, command->name, command->usage);
	return EXIT_USAGE;
}

/* Sets the option's member. False: its value is missing. */
static bool take_option(const struct option_row *option, char *const **word,
			struct arguments *arguments)
{
	void *member = (char *)arguments + option->member;

	if (option->value == NULL) {
		*(bool *)member = true;
		return true;
	}
	if ((*word)[1] == NULL) {
		return false;
	}
	++*word;
	*(const char **)member = **word;
	return true;
}

static enum exit_code run(const struct command *command, char *const *word)
{
	struct arguments arguments = {0};
	size_t count = 0;

	for (; *word != NULL; word++) {
		const struct option_row *option = find_option(command, *word);

		if (option != NULL) {
			if (!take_option(option, &word, &arguments)) {
				return complain(command, "no value behind ",
						*word);
			}
		} else if ((*word)[0] == '-') {
			return complain(command, "no such option: ", *word);
		} else if (count == command->operands_max) {
			return complain(command, "one word too many: ", *word);
		} else {
			arguments.operand[count++] = *word;
		}
	}
	if (count < command->operands_min) {
		return complain(command, "a word is missing", "");
	}
	return command->run(&arguments);
}

int main(int argc, char **argv)
{
	char *help[] = {(char *)(uintptr_t) "help", NULL};
	const struct command *command;
	char *const *rest;
	int result;

	if (argc < 2) {
		print_commands(stderr);
		return EXIT_USAGE;
	}
	command = find(strcmp(argv[1], "--help") == 0 ? help : argv + 1, &rest);
	if (command == NULL) {
		return (int)(print_group(argv[1]) ? EXIT_USAGE
						  : unknown(argv[1]));
	}
	result = (int)run(command, rest);
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		perror("vbsctl: cannot write the answer");
		return EXIT_DEGRADED;
	}
	return result;
}
