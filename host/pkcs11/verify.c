/* SPDX-License-Identifier: MIT */
/*
 * C_Verify*: public keys here (signature.c), HMAC by having the keyring make
 * it again.
 */
#include <nettle/memops.h>

#include "host/pkcs11/operation.h"
#include "host/pkcs11/signature.h"

static ck_rv_t check(struct session *session, struct operation *operation,
		     const unsigned char *signature)
{
	uint8_t made[KEYRING_PUBLIC_BYTES];
	ck_rv_t rv;

	if (operation->mechanism->scheme == SCHEME_HMAC) {
		rv = signature_make(operation, session->slot, made);
		if (rv != CKR_OK) {
			return rv;
		}
		return memeql_sec(made, signature, signature_bytes(operation))
			       ? CKR_OK
			       : CKR_SIGNATURE_INVALID;
	}
	rv = operation_close(operation);
	if (rv != CKR_OK) {
		return rv;
	}
	return signature_holds(operation, signature) ? CKR_OK
						     : CKR_SIGNATURE_INVALID;
}

static ck_rv_t finish(struct session *session, const void *data,
		      unsigned long len, const unsigned char *signature,
		      unsigned long signature_len)
{
	struct operation *operation = session->operation[OPERATION_VERIFY];
	ck_rv_t rv = operation_add(operation, data, len);

	if (rv == CKR_OK && signature == NULL) {
		rv = CKR_ARGUMENTS_BAD;
	}
	if (rv == CKR_OK && signature_len != signature_bytes(operation)) {
		rv = CKR_SIGNATURE_LEN_RANGE;
	}
	if (rv == CKR_OK) {
		rv = check(session, operation, signature);
	}
	return operation_fail(session, OPERATION_VERIFY, rv);
}

ck_rv_t C_VerifyInit(ck_session_handle_t handle, struct ck_mechanism *mechanism,
		     ck_object_handle_t key)
{
	return operation_init(handle, OPERATION_VERIFY, mechanism, key);
}

ck_rv_t C_Verify(ck_session_handle_t handle, unsigned char *data,
		 unsigned long len, unsigned char *signature,
		 unsigned long signature_len)
{
	ck_rv_t rv;
	struct session *session =
		operation_enter(handle, OPERATION_VERIFY, true, &rv);

	return session == NULL ? rv
			       : session_leave(session, finish(session, data,
							       len, signature,
							       signature_len));
}

ck_rv_t C_VerifyUpdate(ck_session_handle_t handle, unsigned char *data,
		       unsigned long len)
{
	return operation_update(handle, OPERATION_VERIFY, data, len);
}

ck_rv_t C_VerifyFinal(ck_session_handle_t handle, unsigned char *signature,
		      unsigned long signature_len)
{
	ck_rv_t rv;
	struct session *session =
		operation_enter(handle, OPERATION_VERIFY, false, &rv);

	return session == NULL ? rv
			       : session_leave(session, finish(session, NULL, 0,
							       signature,
							       signature_len));
}
