/* SPDX-License-Identifier: MIT */
/*
 * C_Encrypt and C_Decrypt: AES-GCM of one part, as the tag of a longer text
 * would be known too late.
 */
#include <string.h>

#include "host/libvbs/keyring.h"
#include "host/pkcs11/operation.h"
#include "lib/bytes.h"

ck_rv_t C_EncryptInit(ck_session_handle_t handle,
		      struct ck_mechanism *mechanism, ck_object_handle_t key)
{
	return operation_init(handle, OPERATION_ENCRYPT, mechanism, key);
}

ck_rv_t C_DecryptInit(ck_session_handle_t handle,
		      struct ck_mechanism *mechanism, ck_object_handle_t key)
{
	return operation_init(handle, OPERATION_DECRYPT, mechanism, key);
}

struct text {
	const unsigned char *in;
	unsigned long in_len;
	unsigned char *out;
	unsigned long *out_len;
};

static ck_rv_t work(struct session *session, enum operation_kind kind,
		    size_t wanted, const struct text *text)
{
	struct operation *operation = session->operation[kind];
	bool encrypts = kind == OPERATION_ENCRYPT;
	uint8_t out[KEYRING_MESSAGE_BYTES];
	size_t len_bytes = sizeof(out);
	ck_rv_t rv = operation_add(operation, text->in, text->in_len);

	if (rv == CKR_OK) {
		rv = operation_use(operation, session->slot,
				   encrypts ? KEYRING_ENCRYPT : KEYRING_DECRYPT,
				   out, &len_bytes);
	}
	if (rv == CKR_OK && len_bytes != wanted) {
		rv = CKR_DEVICE_ERROR;
	}
	if (rv == CKR_OK) {
		memcpy(text->out, out, len_bytes);
		*text->out_len = len_bytes;
	}
	bytes_wipe(out, sizeof(out));
	return rv == CKR_DATA_LEN_RANGE && !encrypts
		       ? CKR_ENCRYPTED_DATA_LEN_RANGE
		       : rv;
}

static ck_rv_t finish(struct session *session, enum operation_kind kind,
		      const struct text *text)
{
	size_t wanted = text->in_len + KEYRING_GCM_TAG_BYTES;
	ck_rv_t rv = CKR_ARGUMENTS_BAD;

	if (text->out_len == NULL) {
		return operation_fail(session, kind, rv);
	}
	if (kind == OPERATION_DECRYPT) {
		if (text->in_len < KEYRING_GCM_TAG_BYTES) {
			return operation_fail(session, kind,
					      CKR_ENCRYPTED_DATA_LEN_RANGE);
		}
		wanted = text->in_len - KEYRING_GCM_TAG_BYTES;
	}
	if (operation_room(text->out, text->out_len, wanted, &rv)) {
		return rv;
	}
	return operation_fail(session, kind, work(session, kind, wanted, text));
}

static ck_rv_t run(ck_session_handle_t handle, enum operation_kind kind,
		   const struct text *text)
{
	ck_rv_t rv;
	struct session *session = operation_enter(handle, kind, true, &rv);

	return session == NULL
		       ? rv
		       : session_leave(session, finish(session, kind, text));
}

ck_rv_t C_Encrypt(ck_session_handle_t handle, unsigned char *in,
		  unsigned long in_len, unsigned char *out,
		  unsigned long *out_len)
{
	struct text text = {in, in_len, out, out_len};

	return run(handle, OPERATION_ENCRYPT, &text);
}

ck_rv_t C_Decrypt(ck_session_handle_t handle, unsigned char *in,
		  unsigned long in_len, unsigned char *out,
		  unsigned long *out_len)
{
	struct text text = {in, in_len, out, out_len};

	return run(handle, OPERATION_DECRYPT, &text);
}
