/* SPDX-License-Identifier: MIT */
/*
 * A program of the build: prints what is made of the table of commands.
 *
 *	vbsctl-generate man|completion|markdown
 */
#include <ctype.h>
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
		if (strstr(usage, option_rows[i].word) != NULL) {
			printf(" %s", option_rows[i].word);
		}
	}
}

static void completion(void)
{
	printf("# bash completion for vbsctl\n_vbsctl()\n{\n"
	       "\tlocal word=\"${COMP_WORDS[COMP_CWORD]}\" words=\n"
	       "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords=\"");
	for (size_t i = 0; i < command_count; i++) {
		printf("%s%s", i == 0 ? "" : " ", commands[i].name);
	}
	printf("\"\n\telse\n\t\tcase \"${COMP_WORDS[1]}\" in\n");
	for (size_t i = 0; i < command_count; i++) {
		printf("\t\t%s) words=\"", commands[i].name);
		print_options(commands[i].usage);
		printf("\" ;;\n");
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
