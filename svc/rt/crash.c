/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way down: #UD, which the secure kernel sees as a crash. */
#include "svc/rt/rt.h"

_Noreturn void rt_crash(void)
{
	__builtin_trap();
}
