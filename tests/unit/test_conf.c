/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader's configuration file: refusals name their line and leave the
 * defaults, a good file is taken as written.
 *
 * Links: boot/config.c
 */
#include <stdlib.h>
#include <string.h>

#include "boot/config.h"
#include "tests/unit/unit.h"

/* Parses a copy of exactly `size` bytes, so that a sanitizer sees overruns. */
static enum status parse(const char *text, size_t size, struct config *config,
			 struct config_fault *fault)
{
	char *copy = malloc(size);
	enum status status;

	memcpy(copy, text, size);
	status = config_parse(copy, size, config, fault);
	free(copy);
	return status;
}

static void refuses(const char *text, unsigned line, const char *words)
{
	struct config_fault fault;
	struct config config;

	assert_int_equal(parse(text, strlen(text), &config, &fault),
			 STATUS_INVALID);
	assert_int_equal(fault.line, line);
	assert_non_null(strstr(fault.what, words));
	assert_string_equal(config.next, CONFIG_NEXT_DEFAULT);
	assert_string_equal(config.cmdline, "");
}

static void refuses_bad_lines(void **unused)
{
	(void)unused;
	refuses("next", 1, "empty");
	refuses("=x", 1, "known");
	refuses("nex=\\a", 1, "known");
	refuses("nextt=\\a", 1, "known");
	refuses("Next=\\a", 1, "known");
	refuses("\n# c\n\nboot=\\a\n", 4, "known");
	refuses("next=", 1, "empty");
	refuses("next=  \r\n", 1, "empty");
	refuses("next=a.efi", 1, "backslash");
	refuses("next=/a.efi", 1, "backslash");
	refuses("next=\\a\nnext=\\b\n", 2, "before");
	refuses("cmdline=a\ncmdline=a\n", 2, "before");
	refuses("next=\\a\001b", 1, "printable");
	refuses("next=\\\303\244", 1, "printable");
	refuses("next=\\good\ncmdline=good\nbad", 3, "known");
}

static void refuses_long_values(void **unused)
{
	char text[2 * CONFIG_CMDLINE_CHARS];
	struct config_fault fault;
	struct config config;

	(void)unused;
	memset(text, 'a', sizeof(text));
	memcpy(text, "next=\\", 6);
	assert_int_equal(parse(text, 5 + CONFIG_NEXT_CHARS, &config, &fault),
			 STATUS_INVALID);
	assert_int_equal(
		parse(text, 5 + CONFIG_NEXT_CHARS - 1, &config, &fault),
		STATUS_OK);
	assert_int_equal(strlen(config.next), CONFIG_NEXT_CHARS - 1);

	memcpy(text, "cmdline=", 8);
	assert_int_equal(parse(text, 8 + CONFIG_CMDLINE_CHARS, &config, &fault),
			 STATUS_INVALID);
	assert_int_equal(
		parse(text, 8 + CONFIG_CMDLINE_CHARS - 1, &config, &fault),
		STATUS_OK);
	assert_int_equal(strlen(config.cmdline), CONFIG_CMDLINE_CHARS - 1);
}

static void accepts(const char *text, const char *next, const char *cmdline)
{
	struct config_fault fault;
	struct config config;

	assert_int_equal(parse(text, strlen(text), &config, &fault), STATUS_OK);
	assert_string_equal(config.next, next);
	assert_string_equal(config.cmdline, cmdline);
}

static void accepts_good_files(void **unused)
{
	(void)unused;
	accepts("", CONFIG_NEXT_DEFAULT, "");
	accepts("# nothing\n\n  # more\r\n\t\n", CONFIG_NEXT_DEFAULT, "");
	accepts("next=\\vmlinuz.efi", "\\vmlinuz.efi", "");
	accepts("next = \\a\\b c.efi \r\n", "\\a\\b c.efi", "");
	accepts("cmdline=root=/dev/vda1 # not a comment\nnext=\\x\n", "\\x",
		"root=/dev/vda1 # not a comment");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_bad_lines),
		cmocka_unit_test(refuses_long_values),
		cmocka_unit_test(accepts_good_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
