/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader's mutable globals, all of them. No locks: one processor. */
#include "boot/state.h"

struct boot_state boot_state;
