/* SPDX-License-Identifier: MIT */
/*
 * C_CreateObject: keys are taken in by the keyring, the rest become records.
 * An imported key was seen by Linux, and its attributes say so.
 */
#include <string.h>

#include "host/libvbs/pkcs8.h"
#include "host/pkcs11/material.h"
#include "host/pkcs11/newkey.h"
#include "host/pkcs11/publish.h"
#include "lib/bytes.h"

static ck_rv_t encode_rsa(struct templ templ, uint8_t *out, size_t *len_bytes)
{
	struct pkcs8_rsa key;
	const struct {
		unsigned long type;
		struct der_bytes *to;
	} parts[] = {
		{CKA_MODULUS, &key.n},		{CKA_PUBLIC_EXPONENT, &key.e},
		{CKA_PRIVATE_EXPONENT, &key.d}, {CKA_PRIME_1, &key.p},
		{CKA_PRIME_2, &key.q},		{CKA_EXPONENT_1, &key.dp},
		{CKA_EXPONENT_2, &key.dq},	{CKA_COEFFICIENT, &key.qinv},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!templ_bytes(templ, parts[i].type, parts[i].to)) {
			return CKR_TEMPLATE_INCOMPLETE;
		}
	}
	*len_bytes = pkcs8_rsa(&key, out, KEYRING_DATA_BYTES);
	return *len_bytes > 0 ? CKR_OK : CKR_KEY_SIZE_RANGE;
}

static ck_rv_t encode_curve(struct templ templ, unsigned long key_type,
			    uint8_t *out, size_t *len_bytes)
{
	struct der_bytes params, value;
	uint32_t type;

	if (!templ_bytes(templ, CKA_EC_PARAMS, &params) ||
	    !templ_bytes(templ, CKA_VALUE, &value)) {
		return CKR_TEMPLATE_INCOMPLETE;
	}
	type = material_curve_type(params);
	if (type == KEYRING_TYPE_ANY || material_key_type(type) != key_type) {
		return CKR_CURVE_NOT_SUPPORTED;
	}
	if (type != KEYRING_TYPE_ED25519) {
		*len_bytes = pkcs8_ec(type == KEYRING_TYPE_P256 ? PKCS8_P256
								: PKCS8_P384,
				      value, (struct der_bytes){NULL, 0}, out,
				      KEYRING_DATA_BYTES);
	} else if (value.len_bytes == PKCS8_ED25519_BYTES) {
		*len_bytes =
			pkcs8_ed25519(value.bytes, out, KEYRING_DATA_BYTES);
	} else {
		*len_bytes = 0;
	}
	return *len_bytes > 0 ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
}

static ck_rv_t encode_secret(struct templ templ, uint8_t *out,
			     size_t *len_bytes)
{
	struct der_bytes value;

	if (!templ_bytes(templ, CKA_VALUE, &value)) {
		return CKR_TEMPLATE_INCOMPLETE;
	}
	if (value.len_bytes == 0 || value.len_bytes > KEYRING_DATA_BYTES) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	memcpy(out, value.bytes, value.len_bytes);
	*len_bytes = value.len_bytes;
	return CKR_OK;
}

/* The keyring's type, or ANY where the encoding says it. */
static ck_rv_t encode(struct templ templ, const struct newkey_import *import,
		      bool private, uint8_t *out, size_t *len_bytes)
{
	switch (import->key_type) {
	case CKK_RSA:
		return private ? encode_rsa(templ, out, len_bytes)
			       : CKR_TEMPLATE_INCONSISTENT;
	case CKK_EC:
	case CKK_EC_EDWARDS:
		return private ? encode_curve(templ, import->key_type, out,
					      len_bytes)
			       : CKR_TEMPLATE_INCONSISTENT;
	case CKK_AES:
	case CKK_GENERIC_SECRET:
		return private ? CKR_TEMPLATE_INCONSISTENT
			       : encode_secret(templ, out, len_bytes);
	default:
		return CKR_TEMPLATE_INCONSISTENT;
	}
}

static uint32_t type_of(unsigned long key_type)
{
	switch (key_type) {
	case CKK_AES:
		return KEYRING_TYPE_AES;
	case CKK_GENERIC_SECRET:
		return KEYRING_TYPE_HMAC;
	default:
		return KEYRING_TYPE_ANY;
	}
}

static ck_rv_t create_key(struct session *session, struct templ templ,
			  bool private, ck_object_handle_t *handle)
{
	uint8_t data[KEYRING_DATA_BYTES];
	struct newkey_import import = {
		.data = data,
		.key_type = CK_UNAVAILABLE_INFORMATION,
	};
	struct newkey newkey;
	ck_rv_t rv = newkey_read(&newkey, session, templ);

	if (rv == CKR_OK) {
		rv = templ_number(templ, CKA_KEY_TYPE, &import.key_type);
	}
	if (rv == CKR_OK && import.key_type == CK_UNAVAILABLE_INFORMATION) {
		rv = CKR_TEMPLATE_INCOMPLETE;
	}
	if (rv == CKR_OK) {
		rv = encode(templ, &import, private, data, &import.len_bytes);
	}
	if (rv == CKR_OK) {
		rv = newkey_type(&newkey, type_of(import.key_type), templ);
	}
	if (rv == CKR_OK) {
		rv = newkey_import(&newkey, &import, handle);
	}
	bytes_wipe(data, sizeof(data));
	newkey_end(&newkey);
	return rv;
}

static ck_rv_t create(struct session *session, struct templ templ,
		      ck_object_handle_t *handle)
{
	unsigned long class = CK_UNAVAILABLE_INFORMATION;
	ck_rv_t rv = templ_check(templ);

	if (rv == CKR_OK) {
		rv = templ_number(templ, CKA_CLASS, &class);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	switch (class) {
	case CKO_PRIVATE_KEY:
	case CKO_SECRET_KEY:
		return create_key(session, templ, class == CKO_PRIVATE_KEY,
				  handle);
	case CKO_CERTIFICATE:
	case CKO_DATA:
	case CKO_PUBLIC_KEY:
		return publish_create(session, templ, handle);
	case CK_UNAVAILABLE_INFORMATION:
		return CKR_TEMPLATE_INCOMPLETE;
	default:
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
}

ck_rv_t C_CreateObject(ck_session_handle_t handle, struct ck_attribute *templ,
		       unsigned long count, ck_object_handle_t *object)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = object != NULL
		     ? create(session, (struct templ){templ, count}, object)
		     : CKR_ARGUMENTS_BAD;
	return session_leave(session, rv);
}
