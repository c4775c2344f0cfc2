/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The audit service's only mutable global. */
#include "svc/audit/state.h"

struct audit_log audit_log;
