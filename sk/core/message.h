/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VTL0's calls that have to do with messages: rows of the call table. */
#ifndef OPENVBS_SK_CORE_MESSAGE_H
#define OPENVBS_SK_CORE_MESSAGE_H

#include <stdint.h>

#include "abi/status.h"

/* Each as abi/vtl_call.h says; `value` is what RDX gets. */
enum status message_send(uint64_t address, uint64_t *value);
enum status message_resume(uint64_t handle, uint64_t *value);
enum status message_cancel(uint64_t handle, uint64_t *value);
enum status message_drain(uint64_t unused, uint64_t *value);
enum status message_adopt(uint64_t unused, uint64_t *value);

#endif
