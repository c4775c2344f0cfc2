/* SPDX-License-Identifier: MIT */
/*
 * C_Sign* and C_Digest*: data come in, bytes whose number is known before go
 * out. Hashed here, signed in the keyring.
 */
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

static size_t result_bytes(const struct operation *operation,
			   enum operation_kind kind)
{
	return kind == OPERATION_DIGEST ? hash_bytes(operation->mechanism->hash)
					: signature_bytes(operation);
}

static ck_rv_t make(struct session *session, enum operation_kind kind,
		    uint8_t result[KEYRING_PUBLIC_BYTES])
{
	struct operation *operation = session->operation[kind];
	ck_rv_t rv;

	if (kind == OPERATION_SIGN) {
		return signature_make(operation, session->slot, result);
	}
	rv = operation_close(operation);
	if (rv == CKR_OK) {
		memcpy(result, operation->buffer, operation->used);
	}
	return rv;
}

/* What one call brings: data, or none, and where the result goes. */
struct part {
	const void *data;
	unsigned long len;
	unsigned char *out;
	unsigned long *out_len;
};

/* Leaves the operation under way when the result has no place. */
static ck_rv_t finish(struct session *session, enum operation_kind kind,
		      const struct part *part)
{
	struct operation *operation = session->operation[kind];
	uint8_t result[KEYRING_PUBLIC_BYTES];
	size_t wanted = result_bytes(operation, kind);
	ck_rv_t rv = CKR_ARGUMENTS_BAD;

	if (part->out_len == NULL) {
		return operation_fail(session, kind, rv);
	}
	if (operation_room(part->out, part->out_len, wanted, &rv)) {
		return rv;
	}
	rv = operation_add(operation, part->data, part->len);
	if (rv == CKR_OK) {
		rv = make(session, kind, result);
	}
	if (rv == CKR_OK) {
		memcpy(part->out, result, wanted);
		*part->out_len = wanted;
	}
	return operation_fail(session, kind, rv);
}

/* All data at once; or the end behind updates. */
static ck_rv_t whole(ck_session_handle_t handle, enum operation_kind kind,
		     const struct part *part)
{
	ck_rv_t rv;
	struct session *session = operation_enter(handle, kind, true, &rv);

	return session == NULL
		       ? rv
		       : session_leave(session, finish(session, kind, part));
}

static ck_rv_t last(ck_session_handle_t handle, enum operation_kind kind,
		    unsigned char *out, unsigned long *out_len)
{
	const struct part part = {.out = out, .out_len = out_len};
	ck_rv_t rv;
	struct session *session = operation_enter(handle, kind, false, &rv);

	return session == NULL
		       ? rv
		       : session_leave(session, finish(session, kind, &part));
}

ck_rv_t C_SignInit(ck_session_handle_t handle, struct ck_mechanism *mechanism,
		   ck_object_handle_t key)
{
	return operation_init(handle, OPERATION_SIGN, mechanism, key);
}

ck_rv_t C_Sign(ck_session_handle_t handle, unsigned char *data,
	       unsigned long len, unsigned char *out, unsigned long *out_len)
{
	const struct part part = {data, len, out, out_len};

	return whole(handle, OPERATION_SIGN, &part);
}

ck_rv_t C_SignUpdate(ck_session_handle_t handle, unsigned char *data,
		     unsigned long len)
{
	return operation_update(handle, OPERATION_SIGN, data, len);
}

ck_rv_t C_SignFinal(ck_session_handle_t handle, unsigned char *out,
		    unsigned long *out_len)
{
	return last(handle, OPERATION_SIGN, out, out_len);
}

ck_rv_t C_DigestInit(ck_session_handle_t handle, struct ck_mechanism *mechanism)
{
	return operation_init(handle, OPERATION_DIGEST, mechanism,
			      CK_INVALID_HANDLE);
}

ck_rv_t C_Digest(ck_session_handle_t handle, unsigned char *data,
		 unsigned long len, unsigned char *out, unsigned long *out_len)
{
	const struct part part = {data, len, out, out_len};

	return whole(handle, OPERATION_DIGEST, &part);
}

ck_rv_t C_DigestUpdate(ck_session_handle_t handle, unsigned char *data,
		       unsigned long len)
{
	return operation_update(handle, OPERATION_DIGEST, data, len);
}

ck_rv_t C_DigestFinal(ck_session_handle_t handle, unsigned char *out,
		      unsigned long *out_len)
{
	return last(handle, OPERATION_DIGEST, out, out_len);
}
