/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root secret, from which each service's own is derived. Made anew at each
 * boot, so that what is encrypted under it does not outlive the boot.
 */
#ifndef OPENVBS_SK_CORE_ROOT_H
#define OPENVBS_SK_CORE_ROOT_H

#include <stdint.h>

#include "abi/service.h"

/* Behind random_init(). */
void root_init(void);

/* A service's secret: the same whenever it is asked for. */
void root_derive(enum service_id service, uint8_t secret[SERVICE_ROOT_BYTES]);

#endif
