/* SPDX-License-Identifier: MIT */
/* C_Digest*, done here. */
#include <string.h>

#include "host/pkcs11/operation.h"

ck_rv_t C_DigestInit(ck_session_handle_t handle, struct ck_mechanism *mechanism)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = operation_begin_digest(session, mechanism);
	return session_leave(session, rv);
}

static ck_rv_t finish(struct session *session, const void *data,
		      unsigned long len, unsigned char *out,
		      unsigned long *out_len)
{
	struct operation *operation = session->operation[OPERATION_DIGEST];
	size_t wanted = hash_bytes(operation->mechanism->hash);
	ck_rv_t rv = CKR_ARGUMENTS_BAD;

	if (out_len != NULL && operation_room(out, out_len, wanted, &rv)) {
		return rv;
	}
	if (out_len != NULL) {
		rv = operation_add(operation, data, len);
	}
	if (rv == CKR_OK) {
		rv = operation_close(operation);
	}
	if (rv == CKR_OK) {
		memcpy(out, operation->buffer, wanted);
		*out_len = wanted;
	}
	return operation_fail(session, OPERATION_DIGEST, rv);
}

ck_rv_t C_Digest(ck_session_handle_t handle, unsigned char *data,
		 unsigned long len, unsigned char *out, unsigned long *out_len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = operation_single(session, OPERATION_DIGEST);
	if (rv == CKR_OK) {
		rv = finish(session, data, len, out, out_len);
	}
	return session_leave(session, rv);
}

ck_rv_t C_DigestUpdate(ck_session_handle_t handle, unsigned char *data,
		       unsigned long len)
{
	return operation_update(handle, OPERATION_DIGEST, data, len);
}

ck_rv_t C_DigestFinal(ck_session_handle_t handle, unsigned char *out,
		      unsigned long *out_len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = session->operation[OPERATION_DIGEST] == NULL
		     ? CKR_OPERATION_NOT_INITIALIZED
		     : finish(session, NULL, 0, out, out_len);
	return session_leave(session, rv);
}
