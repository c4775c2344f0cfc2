/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runtime's only mutable global. */
#include "svc/rt/state.h"

struct rt_state rt_state;
