/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the test image for its exit counters; they appear on the debug console
 * of the machine. Run by bench/main.py inside the guest.
 */
#include <stdint.h>

#include "hv/x86/call_test.h"

int main(void)
{
	uint64_t rax = CALL_TEST_REPORT;

	__asm__ volatile("vmmcall" : "+a"(rax) : : "memory");
	return (int)rax;
}
