/* SPDX-License-Identifier: MIT */
/*
 * The mechanisms, a row each: what a key must be, what is hashed outside,
 * what the keyring is asked for.
 */
#ifndef OPENVBS_HOST_PKCS11_MECHANISM_H
#define OPENVBS_HOST_PKCS11_MECHANISM_H

#include <stdbool.h>

#include "abi/keyring.h"
#include "host/pkcs11/cryptoki.h"
#include "host/pkcs11/hash.h"

enum scheme {
	SCHEME_DIGEST,
	SCHEME_PKCS1, /* RSA, PKCS#1 v1.5 */
	SCHEME_PSS,
	SCHEME_ECDSA,
	SCHEME_EDDSA,
	SCHEME_HMAC,
	SCHEME_GCM,
	SCHEME_GENERATE,
	SCHEME_UNWRAP,
};

struct mechanism {
	ck_mechanism_type_t type;
	enum scheme scheme;
	enum hash_kind hash; /* HASH_NONE: the data is used as it is */
	ck_flags_t flags;    /* CKF_* of C_GetMechanismInfo */
	unsigned long size_min, size_max;
};

/* NULL: we have none, or not with this one of the flags. */
const struct mechanism *mechanism_find(ck_mechanism_type_t type,
				       ck_flags_t flag);

size_t mechanism_count(void);
const struct mechanism *mechanism_at(size_t i);

/* Whether keys of a type (enum keyring_type) can have it. */
bool mechanism_fits(const struct mechanism *mechanism, uint32_t type);

/*
 * The keyring's mechanism, or KEYRING_MECHANISM_COUNT when it depends on
 * parameters (CKM_RSA_PKCS_PSS) or there is none.
 */
uint32_t mechanism_keyring(const struct mechanism *mechanism);

/* KEYRING_RSA_PSS_* of a hash; KEYRING_MECHANISM_COUNT: none. */
uint32_t mechanism_pss(enum hash_kind hash);

/* Bits in keyring_policy.mechanisms that it needs one of; 0: none. */
uint32_t mechanism_mask(const struct mechanism *mechanism);

#endif
