/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypervisor's own voice: last words of a panic, and the test image's
 * log. Serial port and debug console as the loader found them.
 */
#ifndef OPENVBS_HV_X86_CONSOLE_H
#define OPENVBS_HV_X86_CONSOLE_H

#include <stdint.h>

/*
 * %s string, %x hexadecimal uint64_t, %u decimal uint64_t. Numbers must be
 * passed as uint64_t.
 */
void console_print(const char *format, ...);

/* The same, on the debug console only. */
void console_debug(const char *format, ...);

#endif
