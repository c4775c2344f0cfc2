/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware's console: how the loader speaks to a person. */
#ifndef OPENVBS_BOOT_CONSOLE_H
#define OPENVBS_BOOT_CONSOLE_H

#include "boot/uefi.h"

#define CONSOLE_LINE_CHARS 320 /* longer lines are cut */

/*
 * Prints one line. Understands %s (char *), %u
 * (unsigned) and %%.
 */
__attribute__((format(printf, 1, 2))) void console_say(const char *format, ...);

/*
 * The one form in which the loader says, before anything has changed, that it
 * gives up: what is wrong, and what a person can do about it.
 */
void console_decline(const char *what, const char *advice);

/* Words for a firmware status, for %s. */
const char *console_efi_words(efi_status_t status);

#endif
