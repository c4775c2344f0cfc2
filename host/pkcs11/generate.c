/* SPDX-License-Identifier: MIT */
/* C_GenerateKey, C_GenerateKeyPair, C_UnwrapKey. */
#include <string.h>

#include "host/pkcs11/material.h"
#include "host/pkcs11/mechanism.h"
#include "host/pkcs11/newkey.h"

#define RSA_EXPONENT 65537u /* of all the keyring makes */

/* The template may name the class and type that the mechanism makes. */
static ck_rv_t check_kind(struct templ templ, unsigned long class,
			  unsigned long key_type)
{
	unsigned long has_class = class, has_type = key_type;
	ck_rv_t rv = templ_number(templ, CKA_CLASS, &has_class);

	if (rv == CKR_OK) {
		rv = templ_number(templ, CKA_KEY_TYPE, &has_type);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	return has_class == class && has_type == key_type
		       ? CKR_OK
		       : CKR_TEMPLATE_INCONSISTENT;
}

static ck_rv_t read_rsa(struct newkey *newkey, struct templ public)
{
	struct keyring_object given = {.exponent = RSA_EXPONENT};
	struct der_bytes exponent;
	unsigned long bits = 0;
	ck_rv_t rv = templ_number(public, CKA_MODULUS_BITS, &bits);

	if (rv != CKR_OK) {
		return rv;
	}
	if (bits == 0) {
		return CKR_TEMPLATE_INCOMPLETE;
	}
	if (bits != 2048 && bits != 3072 && bits != 4096) {
		return CKR_KEY_SIZE_RANGE;
	}
	if (templ_bytes(public, CKA_PUBLIC_EXPONENT, &exponent)) {
		uint8_t right[8];
		size_t len_bytes = material_exponent(&given, right);

		while (exponent.len_bytes > 0 && exponent.bytes[0] == 0) {
			exponent.bytes++;
			exponent.len_bytes--;
		}
		if (exponent.len_bytes != len_bytes ||
		    memcmp(exponent.bytes, right, len_bytes) != 0) {
			return CKR_ATTRIBUTE_VALUE_INVALID;
		}
	}
	newkey->wanted.type = KEYRING_TYPE_RSA;
	newkey->wanted.bits = (uint32_t)bits;
	return CKR_OK;
}

static ck_rv_t read_curve(struct newkey *newkey, struct templ public,
			  unsigned long key_type)
{
	struct der_bytes params;
	uint32_t type = KEYRING_TYPE_ED25519;

	if (templ_bytes(public, CKA_EC_PARAMS, &params)) {
		type = material_curve_type(params);
	} else if (key_type != CKK_EC_EDWARDS) {
		return CKR_TEMPLATE_INCOMPLETE;
	}
	if (type == KEYRING_TYPE_ANY || material_key_type(type) != key_type) {
		return CKR_CURVE_NOT_SUPPORTED;
	}
	newkey->wanted.type = type;
	return CKR_OK;
}

struct pair {
	unsigned long mechanism;
	struct templ public, private;
};

static ck_rv_t read_pair(struct newkey *newkey, const struct pair *pair)
{
	unsigned long key_type = CKK_EC;
	ck_rv_t rv;

	if (pair->mechanism == CKM_RSA_PKCS_KEY_PAIR_GEN) {
		key_type = CKK_RSA;
	} else if (pair->mechanism == CKM_EC_EDWARDS_KEY_PAIR_GEN) {
		key_type = CKK_EC_EDWARDS;
	}
	rv = check_kind(pair->public, CKO_PUBLIC_KEY, key_type);
	if (rv == CKR_OK) {
		rv = check_kind(pair->private, CKO_PRIVATE_KEY, key_type);
	}
	if (rv == CKR_OK) {
		rv = newkey_name(newkey, pair->public);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	return key_type == CKK_RSA ? read_rsa(newkey, pair->public)
				   : read_curve(newkey, pair->public, key_type);
}

static ck_rv_t generate_pair(struct session *session, const struct pair *pair,
			     ck_object_handle_t *public,
			     ck_object_handle_t *private)
{
	struct newkey newkey;
	ck_rv_t rv = templ_check(pair->public);

	if (rv != CKR_OK) {
		return rv;
	}
	rv = newkey_read(&newkey, session, pair->private);
	if (rv == CKR_OK) {
		rv = read_pair(&newkey, pair);
	}
	if (rv == CKR_OK) {
		rv = newkey_type(&newkey, newkey.wanted.type, pair->private);
	}
	if (rv == CKR_OK) {
		rv = newkey_generate(&newkey, private);
	}
	if (rv == CKR_OK) {
		*public = object_public_of(*private);
	}
	newkey_end(&newkey);
	return rv;
}

/* Generators have no parameters. */
static ck_rv_t check_mechanism(const struct ck_mechanism *mechanism,
			       ck_flags_t flag)
{
	if (mechanism == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	if (mechanism_find(mechanism->mechanism, flag) == NULL) {
		return CKR_MECHANISM_INVALID;
	}
	return mechanism->parameter_len == 0 ? CKR_OK
					     : CKR_MECHANISM_PARAM_INVALID;
}

ck_rv_t C_GenerateKeyPair(
	ck_session_handle_t handle, struct ck_mechanism *mechanism,
	struct ck_attribute *public, unsigned long public_count,
	struct ck_attribute *private, unsigned long private_count,
	ck_object_handle_t *public_key, ck_object_handle_t *private_key)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);
	struct pair pair = {
		.public = {public, public_count},
		.private = {private, private_count},
	};

	if (session == NULL) {
		return rv;
	}
	rv = public_key != NULL && private_key != NULL
		     ? check_mechanism(mechanism, CKF_GENERATE_KEY_PAIR)
		     : CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK) {
		pair.mechanism = mechanism->mechanism;
		rv = generate_pair(session, &pair, public_key, private_key);
	}
	return session_leave(session, rv);
}

static ck_rv_t generate_secret(struct session *session, unsigned long mechanism,
			       struct templ templ, ck_object_handle_t *key)
{
	bool is_aes = mechanism == CKM_AES_KEY_GEN;
	unsigned long len = 0;
	struct newkey newkey;
	ck_rv_t rv = newkey_read(&newkey, session, templ);

	if (rv == CKR_OK) {
		rv = check_kind(templ, CKO_SECRET_KEY,
				is_aes ? CKK_AES : CKK_GENERIC_SECRET);
	}
	if (rv == CKR_OK) {
		rv = templ_number(templ, CKA_VALUE_LEN, &len);
	}
	if (rv == CKR_OK && len == 0) {
		rv = CKR_TEMPLATE_INCOMPLETE;
	}
	if (rv == CKR_OK && (is_aes ? len != 16 && len != 24 && len != 32
				    : len < 16 || len > 128)) {
		rv = CKR_KEY_SIZE_RANGE;
	}
	if (rv == CKR_OK) {
		newkey.wanted.bits = (uint32_t)len * 8;
		rv = newkey_type(&newkey,
				 is_aes ? KEYRING_TYPE_AES : KEYRING_TYPE_HMAC,
				 templ);
	}
	if (rv == CKR_OK) {
		rv = newkey_generate(&newkey, key);
	}
	newkey_end(&newkey);
	return rv;
}

ck_rv_t C_GenerateKey(ck_session_handle_t handle,
		      struct ck_mechanism *mechanism,
		      struct ck_attribute *templ, unsigned long count,
		      ck_object_handle_t *key)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = key != NULL ? check_mechanism(mechanism, CKF_GENERATE)
			 : CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK) {
		rv = generate_secret(session, mechanism->mechanism,
				     (struct templ){templ, count}, key);
	}
	return session_leave(session, rv);
}

/* --- C_UnwrapKey --------------------------------------------------------- */

/* The one form that the keyring takes: abi/keyring_call.h. */
static ck_rv_t check_unwrap(const struct session *session,
			    const struct ck_mechanism *mechanism,
			    ck_object_handle_t key)
{
	struct ck_ecdh_aes_key_wrap_params params;

	if (mechanism == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	if (mechanism_find(mechanism->mechanism, CKF_UNWRAP) == NULL) {
		return CKR_MECHANISM_INVALID;
	}
	if (key != object_handle(session->slot, OBJECT_WRAPPING, 0)) {
		return CKR_UNWRAPPING_KEY_HANDLE_INVALID;
	}
	if (mechanism->parameter == NULL ||
	    mechanism->parameter_len != sizeof(params)) {
		return CKR_MECHANISM_PARAM_INVALID;
	}
	memcpy(&params, mechanism->parameter, sizeof(params));
	return params.aes_key_bits == 256 && params.kdf == CKD_SHA256_KDF &&
			       params.shared_data_len == 0
		       ? CKR_OK
		       : CKR_MECHANISM_PARAM_INVALID;
}

/* Of private keys the bytes say the curve; newkey_import() compares. */
static ck_rv_t read_unwrapped(struct newkey *newkey, struct templ templ,
			      unsigned long *key_type)
{
	unsigned long class = CK_UNAVAILABLE_INFORMATION;
	uint32_t type = KEYRING_TYPE_ANY;
	ck_rv_t rv = templ_number(templ, CKA_CLASS, &class);

	*key_type = CK_UNAVAILABLE_INFORMATION;
	if (rv == CKR_OK) {
		rv = templ_number(templ, CKA_KEY_TYPE, key_type);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	if (class == CK_UNAVAILABLE_INFORMATION ||
	    *key_type == CK_UNAVAILABLE_INFORMATION) {
		return CKR_TEMPLATE_INCOMPLETE;
	}
	if (class == CKO_SECRET_KEY) {
		type = *key_type == CKK_AES ? KEYRING_TYPE_AES
					    : KEYRING_TYPE_HMAC;
		if (*key_type != CKK_AES && *key_type != CKK_GENERIC_SECRET) {
			return CKR_TEMPLATE_INCONSISTENT;
		}
	} else if (class != CKO_PRIVATE_KEY) {
		return CKR_TEMPLATE_INCONSISTENT;
	}
	return newkey_type(newkey, type, templ);
}

ck_rv_t C_UnwrapKey(ck_session_handle_t handle, struct ck_mechanism *mechanism,
		    ck_object_handle_t unwrapping, unsigned char *wrapped,
		    unsigned long wrapped_len, struct ck_attribute *templ,
		    unsigned long count, ck_object_handle_t *key)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);
	struct newkey_import import = {
		.data = wrapped,
		.len_bytes = wrapped_len,
		.wrapped = true,
	};
	struct templ all = {templ, count};
	struct newkey newkey;

	if (session == NULL) {
		return rv;
	}
	if (wrapped == NULL || key == NULL) {
		return session_leave(session, CKR_ARGUMENTS_BAD);
	}
	rv = check_unwrap(session, mechanism, unwrapping);
	if (rv != CKR_OK) {
		return session_leave(session, rv);
	}
	rv = newkey_read(&newkey, session, all);
	if (rv == CKR_OK) {
		rv = read_unwrapped(&newkey, all, &import.key_type);
	}
	if (rv == CKR_OK) {
		rv = newkey_import(&newkey, &import, key);
	}
	newkey_end(&newkey);
	return session_leave(session, rv);
}
