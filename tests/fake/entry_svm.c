/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMD's own entries under the fake machine: hv/svm/nested.c has the format,
 * this file what the processor does with it.
 */
#include "lib/field.h"
#include "tests/fake/fake.h"

void fake_entry_start(void)
{
}

void fake_entry_use(nested_entry_t *entry)
{
	*entry |= BIT64(5) | BIT64(6); /* accessed, dirty */
}

bool fake_couple_exec(bool coupled)
{
	(void)coupled;
	return true; /* one NX bit, without GMET */
}
