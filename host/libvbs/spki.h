/* SPDX-License-Identifier: MIT */
/* Public halves as SubjectPublicKeyInfo (RFC 5280; 3279, 5480, 8410). */
#ifndef OPENVBS_HOST_LIBVBS_SPKI_H
#define OPENVBS_HOST_LIBVBS_SPKI_H

#include <stddef.h>
#include <stdint.h>

#include "abi/keyring.h"

#define SPKI_BYTES 640u /* of RSA 4096, and room */

/* Its length as DER; 0: the key has no public half. */
size_t spki_write(const struct keyring_object *object, uint8_t out[SPKI_BYTES]);

#endif
