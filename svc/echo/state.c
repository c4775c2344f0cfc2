/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mutable globals of the echo service; state.h says whose. */
#include "svc/echo/state.h"

atomic_ullong echo_messages;
uint64_t echo_canaries[ECHO_CANARIES];
atomic_flag echo_call_taken = ATOMIC_FLAG_INIT;
struct service_buffer echo_call_buffer __attribute__((aligned(4096)));
