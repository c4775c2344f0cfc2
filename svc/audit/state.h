/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that the audit service remembers. It is serial: no lock. */
#ifndef OPENVBS_SVC_AUDIT_STATE_H
#define OPENVBS_SVC_AUDIT_STATE_H

#include "svc/audit/log.h"

extern struct audit_log audit_log;

#endif
