/* SPDX-License-Identifier: MIT */
/* The table of mechanisms. */
#include "host/pkcs11/mechanism.h"

#define SIGNS	  (CKF_HW | CKF_SIGN | CKF_VERIFY)
#define CIPHERS	  (CKF_HW | CKF_ENCRYPT | CKF_DECRYPT)
#define GENERATES (CKF_HW | CKF_GENERATE)
#define PAIRS	  (CKF_HW | CKF_GENERATE_KEY_PAIR)
#define CURVES	  (CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS)

/* Sizes are bits for RSA and EC, bytes for AES and HMAC keys. */
#define RSA_SIZES  2048, 4096
#define EC_SIZES   256, 384
#define ED_SIZES   256, 256
#define AES_SIZES  16, 32
#define HMAC_SIZES 16, 128
#define NO_SIZES   0, 0

static const struct mechanism mechanisms[] = {
	{CKM_RSA_PKCS_KEY_PAIR_GEN, SCHEME_GENERATE, HASH_NONE, PAIRS,
	 RSA_SIZES},
	{CKM_RSA_PKCS, SCHEME_PKCS1, HASH_NONE, SIGNS, RSA_SIZES},
	{CKM_SHA1_RSA_PKCS, SCHEME_PKCS1, HASH_SHA1, SIGNS, RSA_SIZES},
	{CKM_SHA256_RSA_PKCS, SCHEME_PKCS1, HASH_SHA256, SIGNS, RSA_SIZES},
	{CKM_SHA384_RSA_PKCS, SCHEME_PKCS1, HASH_SHA384, SIGNS, RSA_SIZES},
	{CKM_SHA512_RSA_PKCS, SCHEME_PKCS1, HASH_SHA512, SIGNS, RSA_SIZES},
	{CKM_RSA_PKCS_PSS, SCHEME_PSS, HASH_NONE, SIGNS, RSA_SIZES},
	{CKM_SHA256_RSA_PKCS_PSS, SCHEME_PSS, HASH_SHA256, SIGNS, RSA_SIZES},
	{CKM_SHA384_RSA_PKCS_PSS, SCHEME_PSS, HASH_SHA384, SIGNS, RSA_SIZES},
	{CKM_SHA512_RSA_PKCS_PSS, SCHEME_PSS, HASH_SHA512, SIGNS, RSA_SIZES},
	{CKM_EC_KEY_PAIR_GEN, SCHEME_GENERATE, HASH_NONE, PAIRS | CURVES,
	 EC_SIZES},
	{CKM_ECDSA, SCHEME_ECDSA, HASH_NONE, SIGNS | CURVES, EC_SIZES},
	{CKM_ECDSA_SHA1, SCHEME_ECDSA, HASH_SHA1, SIGNS | CURVES, EC_SIZES},
	{CKM_ECDSA_SHA256, SCHEME_ECDSA, HASH_SHA256, SIGNS | CURVES, EC_SIZES},
	{CKM_ECDSA_SHA384, SCHEME_ECDSA, HASH_SHA384, SIGNS | CURVES, EC_SIZES},
	{CKM_ECDSA_SHA512, SCHEME_ECDSA, HASH_SHA512, SIGNS | CURVES, EC_SIZES},
	{CKM_ECDH_AES_KEY_WRAP, SCHEME_UNWRAP, HASH_NONE, CKF_HW | CKF_UNWRAP,
	 ED_SIZES},
	{CKM_EC_EDWARDS_KEY_PAIR_GEN, SCHEME_GENERATE, HASH_NONE, PAIRS,
	 ED_SIZES},
	{CKM_EDDSA, SCHEME_EDDSA, HASH_NONE, SIGNS, ED_SIZES},
	{CKM_GENERIC_SECRET_KEY_GEN, SCHEME_GENERATE, HASH_NONE, GENERATES,
	 HMAC_SIZES},
	{CKM_SHA256_HMAC, SCHEME_HMAC, HASH_SHA256, SIGNS, HMAC_SIZES},
	{CKM_SHA384_HMAC, SCHEME_HMAC, HASH_SHA384, SIGNS, HMAC_SIZES},
	{CKM_SHA512_HMAC, SCHEME_HMAC, HASH_SHA512, SIGNS, HMAC_SIZES},
	{CKM_AES_KEY_GEN, SCHEME_GENERATE, HASH_NONE, GENERATES, AES_SIZES},
	{CKM_AES_GCM, SCHEME_GCM, HASH_NONE, CIPHERS, AES_SIZES},
	{CKM_SHA_1, SCHEME_DIGEST, HASH_SHA1, CKF_DIGEST, NO_SIZES},
	{CKM_SHA256, SCHEME_DIGEST, HASH_SHA256, CKF_DIGEST, NO_SIZES},
	{CKM_SHA384, SCHEME_DIGEST, HASH_SHA384, CKF_DIGEST, NO_SIZES},
	{CKM_SHA512, SCHEME_DIGEST, HASH_SHA512, CKF_DIGEST, NO_SIZES},
};

size_t mechanism_count(void)
{
	return sizeof(mechanisms) / sizeof(mechanisms[0]);
}

const struct mechanism *mechanism_at(size_t i)
{
	return &mechanisms[i];
}

const struct mechanism *mechanism_find(ck_mechanism_type_t type,
				       ck_flags_t flag)
{
	for (size_t i = 0; i < mechanism_count(); i++) {
		if (mechanisms[i].type == type) {
			return (mechanisms[i].flags & flag) == flag
				       ? &mechanisms[i]
				       : NULL;
		}
	}
	return NULL;
}

bool mechanism_fits(const struct mechanism *mechanism, uint32_t type)
{
	switch (mechanism->scheme) {
	case SCHEME_PKCS1:
	case SCHEME_PSS:
		return type == KEYRING_TYPE_RSA;
	case SCHEME_ECDSA:
		return type == KEYRING_TYPE_P256 || type == KEYRING_TYPE_P384;
	case SCHEME_EDDSA:
		return type == KEYRING_TYPE_ED25519;
	case SCHEME_HMAC:
		return type == KEYRING_TYPE_HMAC;
	case SCHEME_GCM:
		return type == KEYRING_TYPE_AES;
	case SCHEME_DIGEST:
	case SCHEME_GENERATE:
	case SCHEME_UNWRAP:
		break;
	}
	return false;
}

uint32_t mechanism_pss(enum hash_kind hash)
{
	switch (hash) {
	case HASH_SHA256:
		return KEYRING_RSA_PSS_SHA256;
	case HASH_SHA384:
		return KEYRING_RSA_PSS_SHA384;
	case HASH_SHA512:
		return KEYRING_RSA_PSS_SHA512;
	case HASH_NONE:
	case HASH_SHA1:
		break;
	}
	return KEYRING_MECHANISM_COUNT;
}

static uint32_t hmac(enum hash_kind hash)
{
	switch (hash) {
	case HASH_SHA256:
		return KEYRING_HMAC_SHA256;
	case HASH_SHA384:
		return KEYRING_HMAC_SHA384;
	case HASH_SHA512:
		return KEYRING_HMAC_SHA512;
	case HASH_NONE:
	case HASH_SHA1:
		break;
	}
	return KEYRING_MECHANISM_COUNT;
}

uint32_t mechanism_keyring(const struct mechanism *mechanism)
{
	switch (mechanism->scheme) {
	case SCHEME_PKCS1:
		return KEYRING_RSA_PKCS;
	case SCHEME_PSS:
		return mechanism_pss(mechanism->hash);
	case SCHEME_ECDSA:
		return KEYRING_ECDSA;
	case SCHEME_EDDSA:
		return KEYRING_EDDSA;
	case SCHEME_HMAC:
		return hmac(mechanism->hash);
	case SCHEME_GCM:
		return KEYRING_AES_GCM;
	case SCHEME_DIGEST:
	case SCHEME_GENERATE:
	case SCHEME_UNWRAP:
		break;
	}
	return KEYRING_MECHANISM_COUNT;
}

uint32_t mechanism_mask(const struct mechanism *mechanism)
{
	uint32_t keyring = mechanism_keyring(mechanism);

	if (mechanism->type == CKM_RSA_PKCS_PSS) {
		return 1u << KEYRING_RSA_PSS_SHA256 |
		       1u << KEYRING_RSA_PSS_SHA384 |
		       1u << KEYRING_RSA_PSS_SHA512;
	}
	return keyring < KEYRING_MECHANISM_COUNT ? 1u << keyring : 0;
}
