/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core's mutable globals; state.h says whose each one is. */
#include "hv/core/state.h"

struct protect_state protect_state;
struct hypercall_state hypercall_state;
