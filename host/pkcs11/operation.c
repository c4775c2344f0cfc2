/* SPDX-License-Identifier: MIT */
/* Operations: host/pkcs11/operation.h. */
#include "host/pkcs11/operation.h"

#include <stdlib.h>
#include <string.h>

#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/login.h"
#include "host/pkcs11/material.h"
#include "host/pkcs11/object.h"
#include "host/pkcs11/parameter.h"
#include "lib/bytes.h"

#define PKCS1_PADDING_BYTES 11u /* at least: RFC 8017, 7.2.1 */
#define ECDSA_BYTES_MIN	    20u

static ck_flags_t flag_of(enum operation_kind kind)
{
	static const ck_flags_t flags[OPERATION_COUNT] = {
		[OPERATION_DIGEST] = CKF_DIGEST,
		[OPERATION_SIGN] = CKF_SIGN,
		[OPERATION_VERIFY] = CKF_VERIFY,
		[OPERATION_ENCRYPT] = CKF_ENCRYPT,
		[OPERATION_DECRYPT] = CKF_DECRYPT,
	};

	return flags[kind];
}

/* The object's class and type are right for the kind of operation. */
static bool has_right_class(enum operation_kind kind,
			    const struct object *object,
			    const struct mechanism *mechanism)
{
	bool symmetric = mechanism->scheme == SCHEME_HMAC ||
			 mechanism->scheme == SCHEME_GCM;

	if (!mechanism_fits(mechanism, object->key.type)) {
		return false;
	}
	if (symmetric) {
		return object_is_secret(object);
	}
	return kind == OPERATION_VERIFY ? object_is_public_key(object)
					: object_is_private_key(object);
}

static bool is_permitted(enum operation_kind kind,
			 const struct keyring_object *key)
{
	uint32_t wanted = KEYRING_MAY_SIGN;

	if (kind == OPERATION_ENCRYPT) {
		wanted = KEYRING_MAY_ENCRYPT;
	} else if (kind == OPERATION_DECRYPT) {
		wanted = KEYRING_MAY_DECRYPT;
	}
	return (key->policy.operations & wanted) != 0;
}

static ck_rv_t load_key(struct session *session, enum operation_kind kind,
			ck_object_handle_t handle, struct operation *operation)
{
	struct object object;
	ck_rv_t rv = object_load(session->slot, handle, &object);

	if (rv == CKR_OBJECT_HANDLE_INVALID) {
		return CKR_KEY_HANDLE_INVALID;
	}
	if (rv != CKR_OK) {
		return rv;
	}
	if (object.class == CKO_CERTIFICATE || object.class == CKO_DATA) {
		return CKR_KEY_HANDLE_INVALID;
	}
	if (!has_right_class(kind, &object, operation->mechanism)) {
		return CKR_KEY_TYPE_INCONSISTENT;
	}
	if (!is_permitted(kind, &object.key)) {
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	}
	operation->key = object.key;
	return CKR_OK;
}

static bool hashes_here(const struct mechanism *mechanism)
{
	return mechanism->hash != HASH_NONE && mechanism->scheme != SCHEME_HMAC;
}

static ck_rv_t fill(struct session *session, enum operation_kind kind,
		    const struct ck_mechanism *mechanism,
		    ck_object_handle_t key, struct operation *operation)
{
	ck_rv_t rv;

	operation->mechanism =
		mechanism_find(mechanism->mechanism, flag_of(kind));
	if (operation->mechanism == NULL ||
	    (mechanism->parameter == NULL && mechanism->parameter_len > 0)) {
		return operation->mechanism == NULL
			       ? CKR_MECHANISM_INVALID
			       : CKR_MECHANISM_PARAM_INVALID;
	}
	if (kind != OPERATION_DIGEST) {
		rv = load_key(session, kind, key, operation);
		if (rv != CKR_OK) {
			return rv;
		}
	}
	rv = parameter_read(operation, mechanism);
	if (rv == CKR_OK && hashes_here(operation->mechanism)) {
		hash_start(&operation->hash, operation->mechanism->hash);
	}
	return rv;
}

static ck_rv_t begin(struct session *session, enum operation_kind kind,
		     const struct ck_mechanism *mechanism,
		     ck_object_handle_t key)
{
	struct operation *operation;
	ck_rv_t rv;

	if (mechanism == NULL) {
		rv = session->operation[kind] != NULL
			     ? CKR_OK
			     : CKR_OPERATION_NOT_INITIALIZED;
		return operation_fail(session, kind, rv);
	}
	if (session->operation[kind] != NULL) {
		return CKR_OPERATION_ACTIVE;
	}
	operation = calloc(1, sizeof(*operation));
	if (operation == NULL) {
		return CKR_HOST_MEMORY;
	}
	session->operation[kind] = operation;
	rv = fill(session, kind, mechanism, key, operation);
	return rv == CKR_OK ? rv : operation_fail(session, kind, rv);
}

ck_rv_t operation_init(ck_session_handle_t handle, enum operation_kind kind,
		       const struct ck_mechanism *mechanism,
		       ck_object_handle_t key)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	return session == NULL ? rv
			       : session_leave(session, begin(session, kind,
							      mechanism, key));
}

void operation_end(struct session *session, enum operation_kind kind)
{
	struct operation *operation = session->operation[kind];

	session->operation[kind] = NULL;
	if (operation != NULL) {
		bytes_wipe(operation, sizeof(*operation));
		free(operation);
	}
}

ck_rv_t operation_fail(struct session *session, enum operation_kind kind,
		       ck_rv_t rv)
{
	struct operation *operation = session->operation[kind];

	if (operation != NULL && operation->has_ticket) {
		login_drop(operation->ticket);
	}
	operation_end(session, kind);
	return rv;
}

ck_rv_t operation_add(struct operation *operation, const void *data,
		      unsigned long len)
{
	if (data == NULL && len > 0) {
		return CKR_ARGUMENTS_BAD;
	}
	if (len == 0) {
		return CKR_OK;
	}
	if (operation->hash.algorithm != NULL) {
		hash_add(&operation->hash, data, len);
		return CKR_OK;
	}
	if (len > sizeof(operation->buffer) - operation->used) {
		return CKR_DATA_LEN_RANGE;
	}
	memcpy(operation->buffer + operation->used, data, len);
	operation->used += len;
	return CKR_OK;
}

struct session *operation_enter(ck_session_handle_t handle,
				enum operation_kind kind, bool whole,
				ck_rv_t *rv)
{
	struct session *session = session_enter(handle, rv);
	const struct operation *operation;

	if (session == NULL) {
		return NULL;
	}
	operation = session->operation[kind];
	if (operation != NULL && !(whole && operation->updated)) {
		return session;
	}
	*rv = operation == NULL
		      ? CKR_OPERATION_NOT_INITIALIZED
		      : operation_fail(session, kind, CKR_OPERATION_ACTIVE);
	(void)session_leave(session, *rv);
	return NULL;
}

ck_rv_t operation_update(ck_session_handle_t handle, enum operation_kind kind,
			 const void *data, unsigned long len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);
	struct operation *operation;

	if (session == NULL) {
		return rv;
	}
	operation = session->operation[kind];
	if (operation == NULL) {
		return session_leave(session, CKR_OPERATION_NOT_INITIALIZED);
	}
	operation->updated = true;
	rv = operation_add(operation, data, len);
	if (rv != CKR_OK) {
		(void)operation_fail(session, kind, rv);
	}
	return session_leave(session, rv);
}

/* C_SessionCancel: an operation that is not there cannot be cancelled. */
ck_rv_t C_SessionCancel(ck_session_handle_t handle, ck_flags_t flags)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		if ((flags & flag_of((enum operation_kind)i)) != 0) {
			(void)operation_fail(session, (enum operation_kind)i,
					     CKR_OK);
		}
	}
	if ((flags & CKF_FIND_OBJECTS) != 0) {
		session_end_find(session);
	}
	return session_leave(session, CKR_OK);
}

static bool has_right_length(const struct operation *operation)
{
	size_t len_bytes = operation->used;

	switch (operation->mechanism->scheme) {
	case SCHEME_PKCS1:
		return len_bytes <=
		       operation->key.bits / 8 - PKCS1_PADDING_BYTES;
	case SCHEME_PSS:
		return len_bytes == hash_bytes(operation->pss);
	case SCHEME_ECDSA:
		return len_bytes >= ECDSA_BYTES_MIN &&
		       len_bytes <= HASH_BYTES_MAX;
	case SCHEME_DIGEST:
	case SCHEME_EDDSA:
	case SCHEME_HMAC:
	case SCHEME_GCM:
	case SCHEME_GENERATE:
	case SCHEME_UNWRAP:
		break;
	}
	return true;
}

ck_rv_t operation_close(struct operation *operation)
{
	if (operation->hash.algorithm != NULL) {
		operation->used = 0;
		if (operation->mechanism->scheme == SCHEME_PKCS1) {
			operation->used = hash_info(operation->mechanism->hash,
						    operation->buffer);
		}
		operation->used += hash_end(
			&operation->hash, operation->buffer + operation->used);
	}
	return has_right_length(operation) ? CKR_OK : CKR_DATA_LEN_RANGE;
}

static ck_rv_t choose_ticket(const struct operation *operation, unsigned slot,
			     uint8_t *ticket)
{
	if ((operation->key.policy.flags & KEYRING_FLAG_OWN_PIN) == 0) {
		session_ticket(slot, ticket);
		return CKR_OK;
	}
	if (!operation->has_ticket) {
		return CKR_USER_NOT_LOGGED_IN;
	}
	memcpy(ticket, operation->ticket, KEYRING_TICKET_BYTES);
	return CKR_OK;
}

ck_rv_t operation_use(struct operation *operation, unsigned slot,
		      uint32_t method, void *out, size_t *out_bytes)
{
	struct keyring_use use = {
		.number = operation->key.number,
		.mechanism = operation->keyring,
		.extra = operation->extra,
	};
	struct keyring_call call = {
		.method = method,
		.in = &use,
		.in_bytes = sizeof(use),
		.data = operation->buffer,
		.data_bytes = operation->used,
		.out = out,
		.out_bytes = *out_bytes,
	};
	enum status status;
	ck_rv_t rv = choose_ticket(operation, slot, use.ticket);

	if (rv != CKR_OK) {
		return rv;
	}
	status = door_call(&call, true);
	bytes_wipe(use.ticket, sizeof(use.ticket));
	*out_bytes = call.out_bytes;
	if (status == STATUS_DENIED && !operation->has_ticket) {
		login_refused(slot);
	}
	return error_of(status,
			method == KEYRING_DECRYPT ? ERROR_DECRYPT : ERROR_KEY);
}

bool operation_room(const void *out, unsigned long *out_len, size_t wanted,
		    ck_rv_t *rv)
{
	unsigned long room = *out_len;

	if (out != NULL && room >= wanted) {
		return false;
	}
	*out_len = wanted;
	*rv = out == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
	return true;
}
