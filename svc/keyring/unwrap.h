/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys that come encrypted to the vault's wrapping key, as PKCS#11's
 * CKM_ECDH_AES_KEY_WRAP (abi/keyring_call.h). The pair follows from the
 * keyring's root secret: it is the same as long as that is.
 */
#ifndef OPENVBS_SVC_KEYRING_UNWRAP_H
#define OPENVBS_SVC_KEYRING_UNWRAP_H

#include <stddef.h>
#include <stdint.h>

#include "abi/service.h"
#include "abi/status.h"

#define UNWRAP_SCALAR_BYTES 32u

void unwrap_pair(const uint8_t root[SERVICE_ROOT_BYTES],
		 uint8_t scalar[UNWRAP_SCALAR_BYTES], uint8_t public_key[64]);

/*
 * Decrypts to `to`, which has room for `len_bytes`; *to_bytes is what there
 * was. STATUS_INVALID: lengths, or a point that is not on the curve.
 * STATUS_CORRUPT: not encrypted to this key, or changed.
 */
enum status unwrap(const uint8_t scalar[UNWRAP_SCALAR_BYTES],
		   const uint8_t *bytes, size_t len_bytes, uint8_t *to,
		   size_t *to_bytes);

#endif
