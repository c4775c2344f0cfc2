/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs here have in common: a console, and the test call. */
#ifndef OPENVBS_TESTS_GUEST_UEFI_PROGRAM_H
#define OPENVBS_TESTS_GUEST_UEFI_PROGRAM_H

#include <stdint.h>

#include "boot/uefi.h"
#include "hv/x86/call_test.h"

/* Variable of this boot: driver.c has run in front of the loader. */
#define DRIVER_MARK u"OpenVBSDriver"

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system);

static inline void say(struct efi_system *system, const efi_char_t *text)
{
	system->console_out->output_string(system->console_out, text);
}

static inline uint64_t test_call(uint64_t number)
{
	__asm__ volatile("vmmcall" : "+a"(number) : : "memory");
	return number;
}

#endif
