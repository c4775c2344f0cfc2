/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output of the hypervisor. The caller holds console_lock, or is the last CPU
 * alive. Nothing is read back: output never waits for long.
 */
#include "hv/x86/console.h"

#include <stdarg.h>
#include <stdbool.h>

#include "hv/x86/intrinsics.h"
#include "hv/x86/platform.h"
#include "hv/x86/state.h"

#define UART_PATIENCE 100000
#define DIGITS_MAX    20
#define HEXADECIMAL   16

static void put(char c, bool serial)
{
	uint16_t port = hv.handoff.platform.serial_port;

	if (hv.handoff.platform.debug_port != 0) {
		out8(hv.handoff.platform.debug_port, (uint8_t)c);
	}
	if (!serial || port == 0) {
		return;
	}
	for (int i = 0; i < UART_PATIENCE; i++) {
		if (in8((uint16_t)(port + UART_LINE_STATUS)) & UART_CAN_SEND) {
			break;
		}
	}
	if (c == '\n') {
		out8(port, '\r');
	}
	out8(port, (uint8_t)c);
}

static void put_number(uint64_t value, unsigned base, bool serial)
{
	char digits[DIGITS_MAX];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	while (count > 0) {
		put(digits[--count], serial);
	}
}

static void print(bool serial, const char *format, va_list arguments)
{
	for (; *format != '\0'; format++) {
		if (*format != '%') {
			put(*format, serial);
			continue;
		}
		format++;
		switch (*format) {
		case 's':
			for (const char *s = va_arg(arguments, const char *);
			     *s != '\0'; s++) {
				put(*s, serial);
			}
			break;
		case 'x':
			put_number(va_arg(arguments, uint64_t), HEXADECIMAL,
				   serial);
			break;
		case 'u':
			put_number(va_arg(arguments, uint64_t), 10, serial);
			break;
		default:
			return;
		}
	}
}

void console_print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(true, format, arguments);
	va_end(arguments);
}

void console_debug(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(false, format, arguments);
	va_end(arguments);
}
