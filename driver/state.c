// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module's mutable state besides what Linux keeps for its devices. There is
 * no lock: calls share nothing, and binding is Linux's to serialize.
 */
#include "driver/vbs.h"

DECLARE_WORK(drain_work, call_drain_work);

struct dentry *status_entries[1 + STATUS_FILES];
