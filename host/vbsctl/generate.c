/* SPDX-License-Identifier: MIT */
/*
 * A program of the build: prints what is made of the table of commands.
 *
 *	vbsctl-generate man|completion|markdown
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "host/libvbs/version.h"
#include "host/vbsctl/vbsctl.h"

/* The functions of the table are not called here; main.c has this one. */
enum exit_code command_help(const struct arguments *arguments)
{
	(void)arguments;
	return EXIT_GOOD;
}

/* roff: dashes that are to be typed, and no request at a line's start. */
static void roff(const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '-' || *text == '\\') {
			(void)putchar('\\');
		}
		(void)putchar(*text);
	}
}

static void man_command(const struct command *command)
{
	printf(".TP\n.B ");
	roff(command->name);
	printf("\n.RI \" ");
	roff(command->usage);
	printf("\"\n.br\n%c", toupper((unsigned char)command->help[0]));
	roff(command->help + 1);
	printf(".\n");
	roff(command->text);
	printf("%s", command->text[0] != 0 ? "\n" : "");
}

static void man(void)
{
	printf(".TH VBSCTL 8 \"\" \"OpenVBS %s\"\n"
	       ".SH NAME\nvbsctl \\- how virtualization-based security of this "
	       "machine does\n"
	       ".SH SYNOPSIS\n.B vbsctl\n.I COMMAND\n.RI [ OPTIONS ]\n"
	       ".SH COMMANDS\n",
	       VBS_VERSION);
	for (size_t i = 0; i < command_count; i++) {
		man_command(&commands[i]);
	}
	printf(".SH OPTIONS\n");
	for (size_t i = 0; i < option_count; i++) {
		printf(".TP\n.B ");
		roff(option_rows[i].word);
		if (option_rows[i].value != NULL) {
			printf("\n.I ");
			roff(option_rows[i].value);
		}
		printf("\n%s\n", option_rows[i].help);
	}
	printf(".SH EXIT STATUS\n0 good, 1 degraded or not proved, 2 nothing "
	       "there to ask, 64 misused.\n"
	       ".SH FILES\n.TP\n.I /var/lib/openvbs/log\nthe stored event log, "
	       "a file for each life of the audit service\n.TP\n"
	       ".I /run/openvbs/vbsd.sock\nvbsd's socket\n"
	       ".SH SEE ALSO\n.BR vbsd (8)\n");
}

/* Words of a usage that begin with a dash. */
static void print_options(const char *usage)
{
	for (size_t i = 0; i < option_count; i++) {
		if (option_is_of(&option_rows[i], usage)) {
			printf(" %s", option_rows[i].word);
		}
	}
}

/* The first word of a name, if no name before has it; else of length 0. */
static int first_word(size_t which)
{
	size_t len = strcspn(commands[which].name, " ");

	for (size_t i = 0; i < which; i++) {
		if (strncmp(commands[i].name, commands[which].name, len) == 0 &&
		    strcspn(commands[i].name, " ") == len) {
			return 0;
		}
	}
	return (int)len;
}

/* Second words of names that begin with this one. */
static void verbs(const char *name, size_t len)
{
	printf("\t\t\"%.*s \"*) words=\"", (int)len, name);
	for (size_t i = 0; i < command_count; i++) {
		if (strncmp(commands[i].name, name, len) == 0 &&
		    commands[i].name[len] == ' ') {
			printf(" %s", commands[i].name + len + 1);
		}
	}
	printf("\" ;;\n");
}

static void completion(void)
{
	printf("# bash completion for vbsctl\n_vbsctl()\n{\n"
	       "\tlocal word=\"${COMP_WORDS[COMP_CWORD]}\" words=\n"
	       "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords=\"");
	for (size_t i = 0; i < command_count; i++) {
		int len = first_word(i);

		printf("%s%.*s", i == 0 || len == 0 ? "" : " ", len,
		       commands[i].name);
	}
	printf("\"\n\telse\n"
	       "\t\tlocal two=\"${COMP_WORDS[1]} ${COMP_WORDS[2]}\"\n"
	       "\t\t[ \"$COMP_CWORD\" -gt 2 ] || two=\"${COMP_WORDS[1]} \"\n"
	       "\t\tcase \"$two\" in\n");
	for (size_t i = 0; i < command_count; i++) {
		bool pair = strchr(commands[i].name, ' ') != NULL;

		printf("\t\t\"%s\"%s) words=\"", commands[i].name,
		       pair ? "" : "\\ *");
		print_options(commands[i].usage);
		printf("\" ;;\n");
	}
	for (size_t i = 0; i < command_count; i++) {
		if (strchr(commands[i].name, ' ') != NULL &&
		    first_word(i) != 0) {
			verbs(commands[i].name, strcspn(commands[i].name, " "));
		}
	}
	printf("\t\tesac\n\tfi\n"
	       "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	       "\"$word\")\n}\ncomplete -o default -F _vbsctl vbsctl\n");
}

/* A line of help with a capital and a full stop. */
static void sentence(const char *help)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "%c%s.",
		       toupper((unsigned char)help[0]), help + 1);
	print_wrapped(text);
}

static void markdown(void)
{
	printf("<!-- SPDX-License-Identifier: GPL-2.0-or-later -->\n"
	       "# vbsctl\n\n"
	       "Printed from `host/vbsctl/table.c` by `tools/gen/run`.\n\n"
	       "Exit status: 0 good, 1 degraded or not proved, 2 nothing there "
	       "to ask, 64\nmisused.\n");
	for (size_t i = 0; i < command_count; i++) {
		printf("\n## `vbsctl %s %s`\n\n", commands[i].name,
		       commands[i].usage);
		sentence(commands[i].help);
		(void)putchar('\n');
		print_wrapped(commands[i].text);
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "man") == 0) {
		man();
	} else if (argc == 2 && strcmp(argv[1], "completion") == 0) {
		completion();
	} else if (argc == 2 && strcmp(argv[1], "markdown") == 0) {
		markdown();
	} else {
		(void)fprintf(stderr, "usage: %s man|completion|markdown\n",
			      argv[0]);
		return EXIT_USAGE;
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
