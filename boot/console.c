/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages on the firmware's console. Called on the boot processor only.
 * A line is built in one buffer and handed over whole, so that it stays in
 * one piece on consoles that several devices mirror.
 */
#include <stdarg.h>

#include "boot/console.h"
#include "boot/state.h"

#define DECIMAL_DIGITS_MAX 10

struct line {
	efi_char_t text[CONSOLE_LINE_CHARS + 3]; /* room for CR, LF, NUL */
	unsigned used;
};

static void line_add_char(struct line *line, char c)
{
	if (line->used < CONSOLE_LINE_CHARS) {
		line->text[line->used++] = (efi_char_t)(unsigned char)c;
	}
}

static void line_add_text(struct line *line, const char *text)
{
	for (; *text != '\0'; text++) {
		line_add_char(line, *text);
	}
}

static void line_add_number(struct line *line, unsigned number)
{
	char digits[DECIMAL_DIGITS_MAX];
	unsigned count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	while (count > 0) {
		line_add_char(line, digits[--count]);
	}
}

static void line_print(struct line *line)
{
	struct efi_text_output *out = boot_state.system->console_out;

	line->text[line->used++] = '\r';
	line->text[line->used++] = '\n';
	line->text[line->used] = '\0';
	if (out != NULL) {
		out->output_string(out, line->text);
	}
}

void console_say(const char *format, ...)
{
	struct line line;
	va_list arguments;

	line.used = 0;
	va_start(arguments, format);
	for (; *format != '\0'; format++) {
		if (*format != '%') {
			line_add_char(&line, *format);
			continue;
		}
		format++;
		if (*format == 's') {
			line_add_text(&line, va_arg(arguments, const char *));
		} else if (*format == 'u') {
			line_add_number(&line, va_arg(arguments, unsigned));
		} else {
			line_add_char(&line, '%');
		}
	}
	va_end(arguments);
	line_print(&line);
}

void console_decline(const char *what, const char *advice)
{
	console_say("OpenVBS is not active: %s. %s", what, advice);
}

const char *console_efi_words(efi_status_t status)
{
	switch (status) {
	case EFI_SUCCESS:
		return "it ended without an error";
	case EFI_LOAD_ERROR:
		return "not a program this firmware can load";
	case EFI_UNSUPPORTED:
		return "not supported by this firmware";
	case EFI_OUT_OF_RESOURCES:
		return "out of memory";
	case EFI_NOT_FOUND:
		return "not found";
	case EFI_ACCESS_DENIED:
	case EFI_SECURITY_VIOLATION:
		return "refused by Secure Boot";
	case EFI_TIMEOUT:
		return "no answer in time";
	default:
		return "firmware error";
	}
}
