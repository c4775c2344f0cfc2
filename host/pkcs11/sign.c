/* SPDX-License-Identifier: MIT */
/* C_Sign*: hashed here, signed in the keyring. */
#include <string.h>

#include "host/pkcs11/material.h"
#include "host/pkcs11/operation.h"
#include "host/pkcs11/signature.h"

size_t signature_bytes(const struct operation *operation)
{
	return operation->mechanism->scheme == SCHEME_HMAC
		       ? hash_bytes(operation->mechanism->hash)
		       : material_signature_bytes(&operation->key);
}

ck_rv_t signature_make(struct operation *operation, unsigned slot,
		       uint8_t signature[KEYRING_PUBLIC_BYTES])
{
	size_t len_bytes = KEYRING_PUBLIC_BYTES;
	ck_rv_t rv = operation_close(operation);

	if (rv != CKR_OK) {
		return rv;
	}
	rv = operation_use(operation, slot, KEYRING_SIGN, signature,
			   &len_bytes);
	return rv == CKR_OK && len_bytes != signature_bytes(operation)
		       ? CKR_DEVICE_ERROR
		       : rv;
}

ck_rv_t C_SignInit(ck_session_handle_t handle, struct ck_mechanism *mechanism,
		   ck_object_handle_t key)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = operation_begin_key(session, OPERATION_SIGN, mechanism, key);
	return session_leave(session, rv);
}

/* The end of C_Sign and C_SignFinal; leaves the operation when rv says so. */
static ck_rv_t finish(struct session *session, const void *data,
		      unsigned long len, unsigned char *out,
		      unsigned long *out_len)
{
	struct operation *operation = session->operation[OPERATION_SIGN];
	uint8_t signature[KEYRING_PUBLIC_BYTES];
	size_t wanted = signature_bytes(operation);
	ck_rv_t rv = CKR_ARGUMENTS_BAD;

	if (out_len != NULL && operation_room(out, out_len, wanted, &rv)) {
		return rv;
	}
	if (out_len != NULL) {
		rv = operation_add(operation, data, len);
	}
	if (rv == CKR_OK) {
		rv = signature_make(operation, session->slot, signature);
	}
	if (rv == CKR_OK) {
		memcpy(out, signature, wanted);
		*out_len = wanted;
	}
	return operation_fail(session, OPERATION_SIGN, rv);
}

ck_rv_t C_Sign(ck_session_handle_t handle, unsigned char *data,
	       unsigned long len, unsigned char *out, unsigned long *out_len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = operation_single(session, OPERATION_SIGN);
	if (rv == CKR_OK) {
		rv = finish(session, data, len, out, out_len);
	}
	return session_leave(session, rv);
}

ck_rv_t C_SignUpdate(ck_session_handle_t handle, unsigned char *data,
		     unsigned long len)
{
	return operation_update(handle, OPERATION_SIGN, data, len);
}

ck_rv_t C_SignFinal(ck_session_handle_t handle, unsigned char *out,
		    unsigned long *out_len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = session->operation[OPERATION_SIGN] == NULL
		     ? CKR_OPERATION_NOT_INITIALIZED
		     : finish(session, NULL, 0, out, out_len);
	return session_leave(session, rv);
}
