/* SPDX-License-Identifier: MIT */
/* Mechanism parameters: host/pkcs11/parameter.h. */
#include "host/pkcs11/parameter.h"

#include <string.h>

/* Copied first: nobody says that it is aligned. */
static bool copy(const struct ck_mechanism *mechanism, void *to,
		 size_t len_bytes)
{
	if (mechanism->parameter == NULL ||
	    mechanism->parameter_len != len_bytes) {
		return false;
	}
	memcpy(to, mechanism->parameter, len_bytes);
	return true;
}

static unsigned long mgf_of(enum hash_kind hash)
{
	switch (hash) {
	case HASH_SHA256:
		return CKG_MGF1_SHA256;
	case HASH_SHA384:
		return CKG_MGF1_SHA384;
	case HASH_SHA512:
		return CKG_MGF1_SHA512;
	case HASH_NONE:
	case HASH_SHA1:
		break;
	}
	return CK_UNAVAILABLE_INFORMATION;
}

static ck_rv_t read_pss(struct operation *operation,
			const struct ck_mechanism *mechanism)
{
	struct ck_rsa_pkcs_pss_params params;

	if (!copy(mechanism, &params, sizeof(params))) {
		return CKR_MECHANISM_PARAM_INVALID;
	}
	operation->pss = hash_of(params.hash_alg);
	operation->keyring = mechanism_pss(operation->pss);
	if (operation->keyring == KEYRING_MECHANISM_COUNT ||
	    params.mgf != mgf_of(operation->pss) ||
	    params.s_len > KEYRING_PUBLIC_BYTES ||
	    (operation->mechanism->hash != HASH_NONE &&
	     operation->mechanism->hash != operation->pss)) {
		return CKR_MECHANISM_PARAM_INVALID;
	}
	operation->extra = (uint32_t)params.s_len;
	return CKR_OK;
}

static ck_rv_t read_gcm(struct operation *operation,
			const struct ck_mechanism *mechanism)
{
	struct ck_gcm_params params;

	if (!copy(mechanism, &params, sizeof(params)) ||
	    params.iv_len != KEYRING_GCM_NONCE_BYTES ||
	    params.tag_bits != KEYRING_GCM_TAG_BYTES * 8 ||
	    params.iv_ptr == NULL ||
	    (params.aad_ptr == NULL && params.aad_len > 0) ||
	    params.aad_len > KEYRING_DATA_BYTES - KEYRING_GCM_NONCE_BYTES) {
		return CKR_MECHANISM_PARAM_INVALID;
	}
	operation->extra = (uint32_t)params.aad_len;
	memcpy(operation->buffer, params.iv_ptr, params.iv_len);
	if (params.aad_len > 0) {
		memcpy(operation->buffer + params.iv_len, params.aad_ptr,
		       params.aad_len);
	}
	operation->used = params.iv_len + params.aad_len;
	return CKR_OK;
}

/* Plain Ed25519: no prehash, no context. */
static ck_rv_t read_eddsa(const struct ck_mechanism *mechanism)
{
	struct ck_eddsa_params params;

	if (mechanism->parameter_len == 0) {
		return CKR_OK;
	}
	return copy(mechanism, &params, sizeof(params)) &&
			       params.ph_flag == 0 &&
			       params.context_data_len == 0
		       ? CKR_OK
		       : CKR_MECHANISM_PARAM_INVALID;
}

ck_rv_t parameter_read(struct operation *operation,
		       const struct ck_mechanism *mechanism)
{
	operation->keyring = mechanism_keyring(operation->mechanism);
	switch (operation->mechanism->scheme) {
	case SCHEME_PSS:
		return read_pss(operation, mechanism);
	case SCHEME_GCM:
		return read_gcm(operation, mechanism);
	case SCHEME_EDDSA:
		return read_eddsa(mechanism);
	case SCHEME_DIGEST:
	case SCHEME_PKCS1:
	case SCHEME_ECDSA:
	case SCHEME_HMAC:
	case SCHEME_GENERATE:
	case SCHEME_UNWRAP:
		break;
	}
	return mechanism->parameter_len == 0 ? CKR_OK
					     : CKR_MECHANISM_PARAM_INVALID;
}
