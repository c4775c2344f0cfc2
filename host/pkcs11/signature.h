/* SPDX-License-Identifier: MIT */
/* Signatures, as making and verifying them share it. */
#ifndef OPENVBS_HOST_PKCS11_SIGNATURE_H
#define OPENVBS_HOST_PKCS11_SIGNATURE_H

#include "host/pkcs11/operation.h"

/* How long the operation's signature will be. */
size_t signature_bytes(const struct operation *operation);

/* Signs all that was added; signature_bytes() are written. */
ck_rv_t signature_make(struct operation *operation, unsigned slot,
		       uint8_t signature[KEYRING_PUBLIC_BYTES]);

/*
 * Whether the signature, of signature_bytes(), is that of the key's public
 * half over what is in the operation's buffer, which is closed.
 */
bool signature_holds(const struct operation *operation,
		     const uint8_t *signature);

#endif
