/* SPDX-License-Identifier: MIT */
/* C_SetAttributeValue and C_DestroyObject. */
#include <string.h>

#include "host/pkcs11/attribute.h"
#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/local.h"
#include "host/pkcs11/login.h"
#include "host/pkcs11/publish.h"
#include "host/pkcs11/stored.h"
#include "lib/bytes.h"

/* A request about a key, refused when the keyring knows no ticket any more. */
static ck_rv_t ask(unsigned slot, struct keyring_call *call)
{
	enum status status = door_change(call);

	if (status == STATUS_DENIED) {
		login_refused(slot);
	}
	return error_of(status, ERROR_OBJECT);
}

static ck_rv_t set_name(const struct ck_attribute *from, uint8_t *to,
			uint32_t *len_bytes)
{
	if (from->value_len > KEYRING_LABEL_BYTES) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	if (from->value_len > 0) {
		memcpy(to, from->value, from->value_len);
	}
	*len_bytes = (uint32_t)from->value_len;
	return CKR_OK;
}

/*
 * Label and identifier; all else is fixed, but may be "set" to what it is. The
 * subject is not kept, the certificate has it: NSS gives up without.
 */
static ck_rv_t change_key(struct session *session, const struct object *object,
			  struct templ templ)
{
	const struct keyring_object *key = &object->key;
	struct keyring_relabel to = {
		.number = object->number,
		.label_bytes = key->label_bytes,
		.id_bytes = key->id_bytes,
	};
	struct keyring_call call = {
		.method = KEYRING_RELABEL,
		.in = &to,
		.in_bytes = sizeof(to),
	};
	ck_rv_t rv = CKR_OK;

	memcpy(to.label, key->label, sizeof(to.label));
	memcpy(to.id, key->id, sizeof(to.id));
	for (unsigned long i = 0; i < templ.count && rv == CKR_OK; i++) {
		const struct ck_attribute *from = &templ.attribute[i];

		if (from->type == CKA_LABEL) {
			rv = set_name(from, to.label, &to.label_bytes);
		} else if (from->type == CKA_ID) {
			rv = set_name(from, to.id, &to.id_bytes);
		} else if (from->type != CKA_SUBJECT &&
			   !attribute_match(object, from, 1)) {
			rv = CKR_ATTRIBUTE_READ_ONLY;
		}
	}
	if (rv == CKR_OK) {
		session_ticket(session->slot, to.ticket);
		rv = ask(session->slot, &call);
		bytes_wipe(to.ticket, sizeof(to.ticket));
	}
	return rv;
}

static ck_rv_t change(struct session *session, ck_object_handle_t handle,
		      struct templ templ)
{
	struct object object;
	ck_rv_t rv = templ_check(templ);

	if (rv == CKR_OK) {
		rv = object_load(session->slot, handle, &object);
	}
	if (rv == CKR_OK) {
		rv = session_may_write(session, !object.session,
				       object_is_private(&object));
	}
	if (rv != CKR_OK) {
		return rv;
	}
	switch (object.kind) {
	case OBJECT_KEY:
	case OBJECT_PUBLIC:
		return change_key(session, &object, templ);
	case OBJECT_STORED:
	case OBJECT_LOCAL:
		return publish_change(session, &object, templ);
	case OBJECT_WRAPPING:
	case OBJECT_WRAPPING_PUBLIC:
		break;
	}
	return CKR_ACTION_PROHIBITED;
}

ck_rv_t C_SetAttributeValue(ck_session_handle_t handle,
			    ck_object_handle_t object,
			    struct ck_attribute *templ, unsigned long count)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = change(session, object, (struct templ){templ, count});
	return session_leave(session, rv);
}

/* --- destroying ---------------------------------------------------------- */

static ck_rv_t destroy_key(struct session *session, uint64_t number)
{
	struct keyring_use use = {.number = number};
	struct keyring_call call = {
		.method = KEYRING_DELETE,
		.in = &use,
		.in_bytes = sizeof(use),
	};
	ck_rv_t rv;

	session_ticket(session->slot, use.ticket);
	rv = ask(session->slot, &call);
	bytes_wipe(use.ticket, sizeof(use.ticket));
	if (rv == CKR_OK) {
		(void)local_drop(session->slot, true, number);
	}
	return rv;
}

/* A public half goes with its key; of a session's key it can be put aside. */
static ck_rv_t destroy_public(const struct object *object)
{
	if (!object->session) {
		return CKR_ACTION_PROHIBITED;
	}
	local_destroy_public(object->slot, object->number);
	return CKR_OK;
}

static ck_rv_t destroy(struct session *session, ck_object_handle_t handle)
{
	struct object object;
	ck_rv_t rv = object_load(session->slot, handle, &object);

	if (rv == CKR_OK) {
		rv = session_may_write(session, !object.session,
				       object_is_private(&object));
	}
	if (rv != CKR_OK) {
		return rv;
	}
	switch (object.kind) {
	case OBJECT_KEY:
		return destroy_key(session, object.number);
	case OBJECT_PUBLIC:
		return destroy_public(&object);
	case OBJECT_STORED:
		return error_of(stored_remove(session->slot, object.number),
				ERROR_OBJECT);
	case OBJECT_LOCAL:
		return local_drop(session->slot, false, object.number)
			       ? CKR_OK
			       : CKR_OBJECT_HANDLE_INVALID;
	case OBJECT_WRAPPING:
	case OBJECT_WRAPPING_PUBLIC:
		break;
	}
	return CKR_ACTION_PROHIBITED;
}

ck_rv_t C_DestroyObject(ck_session_handle_t handle, ck_object_handle_t object)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	return session_leave(session, destroy(session, object));
}
