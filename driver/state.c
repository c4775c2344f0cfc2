// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module's only mutable state besides what Linux keeps for its devices.
 * There is no lock: calls share nothing.
 */
#include "driver/vbs.h"

DECLARE_WORK(drain_work, call_drain_work);
