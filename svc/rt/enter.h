/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What entry.S calls: one message, from its arrival to its reply. */
#ifndef OPENVBS_SVC_RT_ENTER_H
#define OPENVBS_SVC_RT_ENTER_H

#include <stdint.h>

#include "abi/service.h"

_Noreturn void enter(uint64_t method, struct service_buffer *buffer);

#endif
