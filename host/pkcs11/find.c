/* SPDX-License-Identifier: MIT */
/*
 * C_FindObjects* and reading attributes. The list is read anew for each
 * search, as other processes change it too.
 */
#include <stdlib.h>
#include <string.h>

#include "host/pkcs11/attribute.h"
#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/local.h"
#include "host/pkcs11/stored.h"
#include "host/pkcs11/templ.h"

struct search {
	struct session *session;
	struct templ templ;
	bool hides_private;
};

static ck_rv_t keep(struct find *find, ck_object_handle_t handle)
{
	if (find->count == find->room) {
		size_t room = find->room * 2 + 16;
		ck_object_handle_t *more =
			realloc(find->found, room * sizeof(*more));

		if (more == NULL) {
			return CKR_HOST_MEMORY;
		}
		find->found = more;
		find->room = room;
	}
	find->found[find->count++] = handle;
	return CKR_OK;
}

static ck_rv_t consider(struct search *search, const struct object *object)
{
	if (object_is_private(object) && search->hides_private) {
		return CKR_OK;
	}
	return attribute_match(object, search->templ.attribute,
			       search->templ.count)
		       ? keep(&search->session->find, object->handle)
		       : CKR_OK;
}

/* Whether the template leaves objects of the class possible. */
static bool wants(const struct search *search, unsigned long class)
{
	unsigned long wanted = class;

	return templ_number(search->templ, CKA_CLASS, &wanted) == CKR_OK &&
	       wanted == class;
}

/* Both halves of each key. */
static ck_rv_t search_keys(struct search *search)
{
	static const enum object_kind kinds[] = {OBJECT_KEY, OBJECT_PUBLIC};
	unsigned slot = search->session->slot;
	struct keyring_object key;
	struct object object;
	enum status status;
	ck_rv_t rv;

	key.number = 0;
	while ((status = door_list(key.number, &key)) == STATUS_OK) {
		for (size_t i = 0; i < 2; i++) {
			rv = object_from_key(slot, kinds[i], &key, &object)
				     ? consider(search, &object)
				     : CKR_OK;
			if (rv != CKR_OK) {
				return rv;
			}
		}
	}
	return status == STATUS_NOT_FOUND ? CKR_OK
					  : error_of(status, ERROR_TOKEN);
}

static ck_rv_t consider_record(struct search *search, enum object_kind kind,
			       uint64_t number, struct object *object)
{
	return object_from_record(search->session->slot, kind, number, object)
		       ? consider(search, object)
		       : CKR_OK;
}

static ck_rv_t search_stored(struct search *search)
{
	struct object object;
	struct record *record = &object.record;
	uint64_t number = 0;
	enum status status;
	size_t len_bytes;
	ck_rv_t rv;

	while ((status = stored_next(search->session->slot, &number,
				     record->bytes, &len_bytes)) == STATUS_OK) {
		rv = record_decode(record, len_bytes)
			     ? consider_record(search, OBJECT_STORED, number,
					       &object)
			     : CKR_OK;
		if (rv != CKR_OK) {
			return rv;
		}
	}
	return status == STATUS_NOT_FOUND ? CKR_OK
					  : error_of(status, ERROR_TOKEN);
}

static ck_rv_t search_local(struct search *search)
{
	unsigned slot = search->session->slot;
	struct object object;
	uint64_t number = 0;
	ck_rv_t rv = CKR_OK;

	while (rv == CKR_OK &&
	       (number = local_next_record(slot, number)) != 0) {
		size_t len_bytes = local_record(
			slot, number, object.record.bytes, RECORD_BYTES_MAX);

		if (record_decode(&object.record, len_bytes)) {
			rv = consider_record(search, OBJECT_LOCAL, number,
					     &object);
		}
	}
	return rv;
}

/*
 * The vault's key shows itself to those who look for it, by its label or for
 * what it can do: to others it is no key of theirs.
 */
static ck_rv_t search_wrapping(struct search *search)
{
	static const enum object_kind kinds[] = {OBJECT_WRAPPING,
						 OBJECT_WRAPPING_PUBLIC};
	unsigned slot = search->session->slot;
	struct object object;
	ck_rv_t rv = CKR_OK;

	if (templ_find(search->templ, CKA_LABEL) == NULL &&
	    templ_find(search->templ, CKA_UNWRAP) == NULL &&
	    templ_find(search->templ, CKA_WRAP) == NULL) {
		return CKR_OK;
	}
	for (size_t i = 0; i < 2 && rv == CKR_OK; i++) {
		ck_object_handle_t handle = object_handle(slot, kinds[i], 0);
		struct templ wrapping = search->templ;

		rv = object_load(slot, handle, &object);
		if (rv == CKR_OK && attribute_match(&object, wrapping.attribute,
						    wrapping.count)) {
			rv = keep(&search->session->find, handle);
		}
	}
	return rv;
}

static ck_rv_t search_all(struct search *search)
{
	bool keys = wants(search, CKO_PRIVATE_KEY) ||
		    wants(search, CKO_PUBLIC_KEY) ||
		    wants(search, CKO_SECRET_KEY);
	bool records = wants(search, CKO_CERTIFICATE) ||
		       wants(search, CKO_DATA) || wants(search, CKO_PUBLIC_KEY);
	ck_rv_t rv = keys ? search_keys(search) : CKR_OK;

	if (rv == CKR_OK && keys) {
		rv = search_wrapping(search);
	}
	if (rv == CKR_OK && records) {
		rv = search_stored(search);
	}
	return rv == CKR_OK && records ? search_local(search) : rv;
}

static ck_rv_t find_init(struct session *session, struct templ templ)
{
	struct search search = {.session = session, .templ = templ};
	ck_rv_t rv = templ_check(templ);

	if (rv != CKR_OK) {
		return rv;
	}
	if (session->find.active) {
		return CKR_OPERATION_ACTIVE;
	}
	search.hides_private = session_hides_private(session->slot);
	rv = search_all(&search);
	if (rv == CKR_OK) {
		session->find.active = true;
	} else {
		session_end_find(session);
	}
	return rv;
}

ck_rv_t C_FindObjectsInit(ck_session_handle_t handle,
			  struct ck_attribute *templ, unsigned long count)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = find_init(session, (struct templ){templ, count});
	return session_leave(session, rv);
}

ck_rv_t C_FindObjects(ck_session_handle_t handle, ck_object_handle_t *objects,
		      unsigned long most, unsigned long *count)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);
	struct find *find;
	unsigned long left;

	if (session == NULL) {
		return rv;
	}
	find = &session->find;
	if (count == NULL || (objects == NULL && most > 0)) {
		return session_leave(session, CKR_ARGUMENTS_BAD);
	}
	if (!find->active) {
		return session_leave(session, CKR_OPERATION_NOT_INITIALIZED);
	}
	left = find->count - find->at;
	*count = left < most ? left : most;
	if (*count > 0) {
		memcpy(objects, find->found + find->at,
		       *count * sizeof(*objects));
	}
	find->at += *count;
	return session_leave(session, CKR_OK);
}

ck_rv_t C_FindObjectsFinal(ck_session_handle_t handle)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = session->find.active ? CKR_OK : CKR_OPERATION_NOT_INITIALIZED;
	session_end_find(session);
	return session_leave(session, rv);
}

/* --- reading attributes -------------------------------------------------- */

/* One of them, by the rules of C_GetAttributeValue, 1 to 5. */
static ck_rv_t answer(const struct object *object, struct ck_attribute *to)
{
	struct attribute_value value;
	ck_rv_t rv = CKR_OK;

	switch (attribute_get(object, to->type, &value)) {
	case ATTRIBUTE_SENSITIVE:
		rv = CKR_ATTRIBUTE_SENSITIVE;
		break;
	case ATTRIBUTE_NONE:
		rv = CKR_ATTRIBUTE_TYPE_INVALID;
		break;
	case ATTRIBUTE_VALUE:
		if (to->value != NULL && to->value_len < value.len_bytes) {
			rv = CKR_BUFFER_TOO_SMALL;
			break;
		}
		if (to->value != NULL && value.len_bytes > 0) {
			memcpy(to->value, value.bytes, value.len_bytes);
		}
		to->value_len = value.len_bytes;
		break;
	}
	if (rv != CKR_OK) {
		to->value_len = CK_UNAVAILABLE_INFORMATION;
	}
	return rv;
}

ck_rv_t C_GetAttributeValue(ck_session_handle_t handle,
			    ck_object_handle_t object_named,
			    struct ck_attribute *templ, unsigned long count)
{
	ck_rv_t rv, one;
	struct session *session = session_enter(handle, &rv);
	struct object object;

	if (session == NULL) {
		return rv;
	}
	if (templ == NULL && count > 0) {
		return session_leave(session, CKR_ARGUMENTS_BAD);
	}
	rv = object_load(session->slot, object_named, &object);
	if (rv != CKR_OK) {
		return session_leave(session, rv);
	}
	for (unsigned long i = 0; i < count; i++) {
		one = answer(&object, &templ[i]);
		rv = one != CKR_OK ? one : rv;
	}
	return session_leave(session, rv);
}

ck_rv_t C_GetObjectSize(ck_session_handle_t handle,
			ck_object_handle_t object_named, unsigned long *size)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);
	struct object object;

	if (session == NULL) {
		return rv;
	}
	if (size == NULL) {
		return session_leave(session, CKR_ARGUMENTS_BAD);
	}
	rv = object_load(session->slot, object_named, &object);
	if (rv == CKR_OK) {
		*size = object.class == CKO_CERTIFICATE ||
					object.class == CKO_DATA
				? object.record.len_bytes
				: sizeof(object.key);
	}
	return session_leave(session, rv);
}
