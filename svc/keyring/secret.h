/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from the keyring's root secret: one key for each purpose. */
#ifndef OPENVBS_SVC_KEYRING_SECRET_H
#define OPENVBS_SVC_KEYRING_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "abi/service.h"

#define SECRET_BYTES 32u

/* HMAC-SHA256 under the root of the purpose's words, their zero, and context. */
void secret_derive(const uint8_t root[SERVICE_ROOT_BYTES], const char *purpose,
		   const void *context, size_t context_bytes,
		   uint8_t secret[SECRET_BYTES]);

#endif
