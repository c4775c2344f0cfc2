/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core's mutable globals; state.h says what each lock is for. */
#include "sk/core/state.h"

struct state state;
