/* SPDX-License-Identifier: MIT */
/* The one mapping of the keyring's results to those of PKCS#11. */
#ifndef OPENVBS_HOST_PKCS11_ERROR_H
#define OPENVBS_HOST_PKCS11_ERROR_H

#include "abi/status.h"
#include "host/pkcs11/cryptoki.h"

/* What the request was about: what cannot be found is called after it. */
enum error_about {
	ERROR_TOKEN,
	ERROR_OBJECT,
	ERROR_KEY, /* used */
	ERROR_DECRYPT,
	ERROR_IMPORT,
	ERROR_UNWRAP,
};

ck_rv_t error_of(enum status status, enum error_about about);

#endif
