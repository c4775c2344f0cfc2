/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The x86 part's globals and their locks. Order: protect_lock, config_lock,
 * console_lock. The protect lock also guards hv/core/state.c.
 */
#include "hv/x86/state.h"

struct hv hv;
