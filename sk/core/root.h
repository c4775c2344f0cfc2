/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root secret, from which each service's own is derived. One of this boot
 * alone until the root service has one from the TPM, which it may say once,
 * before the launch ends; nobody is given a secret before that.
 */
#ifndef OPENVBS_SK_CORE_ROOT_H
#define OPENVBS_SK_CORE_ROOT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/root.h"
#include "abi/service.h"
#include "abi/status.h"
#include "lib/status.h"

struct root_state {
	uint8_t secret[SERVICE_ROOT_BYTES];
	enum root_verdict verdict;
};

/* Behind random_init(). */
void root_init(void);

/*
 * SERVICE_ROOT_SET. STATUS_INVALID: no such verdict. STATUS_CONFLICT: there is
 * one, or the launch is over.
 */
enum status root_set(const uint8_t secret[SERVICE_ROOT_BYTES],
		     uint64_t verdict);

/* A service's secret: the same whenever it is asked for. */
void root_derive(enum service_id service, uint8_t secret[SERVICE_ROOT_BYTES]);

#endif
