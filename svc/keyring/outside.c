/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keyring's system calls. */
#include "svc/keyring/outside.h"

#include "svc/rt/rt.h"
#include "svc/rt/syscall.h"

void outside_epoch(uint64_t next)
{
	if (syscall_epoch(next) != STATUS_OK) {
		rt_crash(); /* we are not the only one who counts */
	}
}

void outside_event(uint32_t kind, uint64_t a, uint64_t b)
{
	if (syscall_event(kind, a, b) != STATUS_OK) {
		rt_crash();
	}
}
