/* SPDX-License-Identifier: MIT */
/* Making keys: host/pkcs11/newkey.h. */
#include "host/pkcs11/newkey.h"

#include <string.h>

#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/local.h"
#include "host/pkcs11/login.h"
#include "host/pkcs11/material.h"
#include "host/pkcs11/mechanism.h"
#include "lib/bytes.h"

static ck_rv_t read_name(struct templ templ, unsigned long type, uint8_t *to,
			 uint32_t *len_bytes)
{
	struct der_bytes name;

	if (*len_bytes > 0 || !templ_bytes(templ, type, &name)) {
		return CKR_OK;
	}
	if (name.len_bytes > KEYRING_LABEL_BYTES) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	if (name.len_bytes > 0) {
		memcpy(to, name.bytes, name.len_bytes);
	}
	*len_bytes = (uint32_t)name.len_bytes;
	return CKR_OK;
}

_Static_assert(KEYRING_LABEL_BYTES == KEYRING_ID_BYTES, "one limit");

ck_rv_t newkey_name(struct newkey *newkey, struct templ templ)
{
	struct keyring_template *wanted = &newkey->wanted;
	ck_rv_t rv = read_name(templ, CKA_LABEL, wanted->label,
			       &wanted->label_bytes);

	return rv == CKR_OK
		       ? read_name(templ, CKA_ID, wanted->id, &wanted->id_bytes)
		       : rv;
}

/* What would be a lie: no key leaves, and a PIN of its own needs the PIN. */
static ck_rv_t refuse(struct templ templ)
{
	bool extractable = false, own_pin = false;
	ck_rv_t rv = templ_flag(templ, CKA_EXTRACTABLE, &extractable);

	if (rv == CKR_OK) {
		rv = templ_flag(templ, CKA_ALWAYS_AUTHENTICATE, &own_pin);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	return extractable || own_pin ? CKR_TEMPLATE_INCONSISTENT : CKR_OK;
}

ck_rv_t newkey_read(struct newkey *newkey, struct session *session,
		    struct templ templ)
{
	ck_rv_t rv = templ_check(templ);

	*newkey = (struct newkey){.session = session};
	if (rv == CKR_OK) {
		rv = templ_flag(templ, CKA_TOKEN, &newkey->token);
	}
	if (rv == CKR_OK) {
		rv = refuse(templ);
	}
	if (rv == CKR_OK) {
		rv = newkey_name(newkey, templ);
	}
	if (rv == CKR_OK) {
		rv = session_may_write(session, newkey->token, true);
	}
	newkey->wanted.owner = door_owner(session->slot);
	newkey->wanted.policy.flags = newkey->token ? 0 : KEYRING_FLAG_VOLATILE;
	session_ticket(session->slot, newkey->wanted.ticket);
	return rv;
}

static ck_rv_t read_mechanisms(struct newkey *newkey, struct templ templ)
{
	uint32_t *mask = &newkey->wanted.policy.mechanisms;
	const struct mechanism *mechanism;
	unsigned long type;
	struct der_bytes list;

	if (!templ_bytes(templ, CKA_ALLOWED_MECHANISMS, &list)) {
		return CKR_OK;
	}
	for (size_t at = 0; at + sizeof(type) <= list.len_bytes;
	     at += sizeof(type)) {
		memcpy(&type, list.bytes + at, sizeof(type));
		mechanism = mechanism_find(type, 0);
		if (mechanism != NULL &&
		    mechanism_fits(mechanism, newkey->wanted.type)) {
			*mask |= mechanism_mask(mechanism);
		}
	}
	return *mask != 0 ? CKR_OK : CKR_TEMPLATE_INCONSISTENT;
}

ck_rv_t newkey_type(struct newkey *newkey, uint32_t type, struct templ templ)
{
	bool sign = true, verify = true, encrypt = true, decrypt = true;
	uint32_t *may = &newkey->wanted.policy.operations;
	ck_rv_t rv = templ_flag(templ, CKA_SIGN, &sign);

	newkey->wanted.type = type;
	if (rv == CKR_OK) {
		rv = templ_flag(templ, CKA_VERIFY, &verify);
	}
	if (rv == CKR_OK) {
		rv = templ_flag(templ, CKA_ENCRYPT, &encrypt);
	}
	if (rv == CKR_OK) {
		rv = templ_flag(templ, CKA_DECRYPT, &decrypt);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	if (type == KEYRING_TYPE_AES) {
		*may = (encrypt ? KEYRING_MAY_ENCRYPT : 0) |
		       (decrypt ? KEYRING_MAY_DECRYPT : 0);
	} else {
		*may = sign || (type == KEYRING_TYPE_HMAC && verify)
			       ? KEYRING_MAY_SIGN
			       : 0;
	}
	return *may != 0 ? read_mechanisms(newkey, templ)
			 : CKR_TEMPLATE_INCONSISTENT;
}

static void destroy(const struct newkey *newkey, uint64_t number)
{
	struct keyring_use use = {.number = number};
	struct keyring_call call = {
		.method = KEYRING_DELETE,
		.in = &use,
		.in_bytes = sizeof(use),
	};

	memcpy(use.ticket, newkey->wanted.ticket, sizeof(use.ticket));
	if (door_change(&call) != STATUS_OK) {
		call.out_bytes = 0; /* it stays; the caller hears of an error */
	}
}

static ck_rv_t settle(const struct newkey *newkey,
		      const struct keyring_object *key,
		      ck_object_handle_t *handle)
{
	*handle = object_handle(newkey->session->slot, OBJECT_KEY, key->number);
	if (!newkey->token && !local_add_key(newkey->session, key->number)) {
		destroy(newkey, key->number);
		return CKR_HOST_MEMORY;
	}
	return CKR_OK;
}

static ck_rv_t make(const struct newkey *newkey, struct keyring_call *call,
		    struct keyring_object *key, enum error_about about)
{
	enum status status;

	call->out = key;
	call->out_bytes = sizeof(*key);
	status = door_change(call);
	if (status == STATUS_DENIED) {
		login_refused(newkey->session->slot);
	}
	return error_of(status, about);
}

ck_rv_t newkey_generate(struct newkey *newkey, ck_object_handle_t *handle)
{
	struct keyring_call call = {
		.method = KEYRING_GENERATE,
		.in = &newkey->wanted,
		.in_bytes = sizeof(newkey->wanted),
	};
	struct keyring_object key;
	ck_rv_t rv = make(newkey, &call, &key, ERROR_IMPORT);

	return rv == CKR_OK ? settle(newkey, &key, handle) : rv;
}

ck_rv_t newkey_import(struct newkey *newkey, const struct newkey_import *import,
		      ck_object_handle_t *handle)
{
	struct keyring_import head = {
		.template = newkey->wanted,
		.wrapped = import->wrapped ? 1 : 0,
		.data_bytes = (uint32_t)import->len_bytes,
	};
	struct keyring_call call = {
		.method = KEYRING_IMPORT,
		.in = &head,
		.in_bytes = sizeof(head),
		.data = import->data,
		.data_bytes = import->len_bytes,
	};
	struct keyring_object key;
	ck_rv_t rv;

	if (import->len_bytes > KEYRING_DATA_BYTES) {
		return import->wrapped ? CKR_WRAPPED_KEY_LEN_RANGE
				       : CKR_KEY_SIZE_RANGE;
	}
	rv = make(newkey, &call, &key,
		  import->wrapped ? ERROR_UNWRAP : ERROR_IMPORT);
	bytes_wipe(&head, sizeof(head));
	if (rv == CKR_OK && material_key_type(key.type) != import->key_type) {
		destroy(newkey, key.number);
		return CKR_TEMPLATE_INCONSISTENT;
	}
	return rv == CKR_OK ? settle(newkey, &key, handle) : rv;
}

void newkey_end(struct newkey *newkey)
{
	bytes_wipe(&newkey->wanted, sizeof(newkey->wanted));
}
