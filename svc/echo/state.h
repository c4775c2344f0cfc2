/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mutable globals of the echo service. */
#ifndef OPENVBS_SVC_ECHO_STATE_H
#define OPENVBS_SVC_ECHO_STATE_H

#include <stdatomic.h>
#include <stdint.h>

#include "abi/service.h"
#include "svc/echo/echo.h"

extern atomic_ullong echo_messages; /* of this incarnation */
extern uint64_t echo_canaries[ECHO_CANARIES];
extern atomic_flag echo_call_taken; /* the buffer below */
extern struct service_buffer echo_call_buffer;

#endif
