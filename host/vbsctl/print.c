/* SPDX-License-Identifier: MIT */
/* Prose and JSON on standard output. */
#include <stdio.h>
#include <string.h>

#include "host/vbsctl/vbsctl.h"

#define COLUMNS 79

void print_wrapped(const char *text)
{
	size_t column = 0;

	while (*text != 0) {
		size_t len = strcspn(text, " ");

		if (column != 0 && column + 1 + len > COLUMNS) {
			(void)putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%s%.*s", column == 0 ? "" : " ",
					 (int)len, text);
		text += len + strspn(text + len, " ");
	}
	if (column != 0) {
		(void)putchar('\n');
	}
}

void print_json(json_t *document)
{
	if (document == NULL ||
	    json_dumpf(document, stdout, JSON_INDENT(2)) != 0) {
		(void)fprintf(stderr, "vbsctl: no memory for the answer\n");
	}
	(void)putchar('\n');
	json_decref(document);
}
