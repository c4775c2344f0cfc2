/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command to the TPM and its response, by whoever answers SERVICE_OUTSIDE:
 * the loader during the launch.
 */
#ifndef OPENVBS_SVC_ROOT_FERRY_H
#define OPENVBS_SVC_ROOT_FERRY_H

#include <stdint.h>

#include "abi/status.h"

/* `from_bytes`: room, then used. STATUS_BUSY: nobody answers. */
typedef enum status (*ferry_t)(const uint8_t *to, uint32_t to_bytes,
			       uint8_t *from, uint32_t *from_bytes);

enum status ferry_send(const uint8_t *to, uint32_t to_bytes, uint8_t *from,
		       uint32_t *from_bytes);

#endif
