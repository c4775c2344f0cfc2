/* SPDX-License-Identifier: MIT */
/* What mechanisms have as parameters. */
#ifndef OPENVBS_HOST_PKCS11_PARAMETER_H
#define OPENVBS_HOST_PKCS11_PARAMETER_H

#include "host/pkcs11/operation.h"

/*
 * Sets the operation's `keyring`, `extra`, `pss`, and for GCM the buffer's
 * beginning. CKR_MECHANISM_PARAM_INVALID: not as the mechanism has them.
 */
ck_rv_t parameter_read(struct operation *operation,
		       const struct ck_mechanism *mechanism);

#endif
