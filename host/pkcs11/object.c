/* SPDX-License-Identifier: MIT */
/* Fetching objects: host/pkcs11/object.h. */
#include "host/pkcs11/object.h"

#include <string.h>

#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/local.h"
#include "host/pkcs11/material.h"
#include "host/pkcs11/stored.h"

#define KIND_BITS   3u
#define KIND_MASK   7u
#define SLOT_BIT    (1u << KIND_BITS)
#define NUMBER_FROM 4u

ck_object_handle_t object_handle(unsigned slot, enum object_kind kind,
				 uint64_t number)
{
	if (number >> (64 - NUMBER_FROM) != 0) {
		return CK_INVALID_HANDLE;
	}
	return number << NUMBER_FROM | (uint64_t)slot << KIND_BITS |
	       (uint64_t)kind;
}

ck_object_handle_t object_public_of(ck_object_handle_t key)
{
	return (key & ~(ck_object_handle_t)KIND_MASK) | OBJECT_PUBLIC;
}

static void begin(struct object *object, unsigned slot, enum object_kind kind,
		  uint64_t number)
{
	object->handle = object_handle(slot, kind, number);
	object->kind = kind;
	object->slot = slot;
	object->number = number;
	object->session = false;
}

static bool is_symmetric(uint32_t type)
{
	return type == KEYRING_TYPE_AES || type == KEYRING_TYPE_HMAC;
}

bool object_from_key(unsigned slot, enum object_kind kind,
		     const struct keyring_object *key, struct object *object)
{
	begin(object, slot, kind, key->number);
	if (object->handle == CK_INVALID_HANDLE ||
	    key->owner != door_owner(slot) || key->type == KEYRING_TYPE_ANY ||
	    key->type >= KEYRING_TYPE_END) {
		return false;
	}
	object->key = *key;
	object->session = local_has_key(slot, key->number);
	record_start(&object->record);
	if (kind == OBJECT_PUBLIC) {
		object->class = CKO_PUBLIC_KEY;
		return key->public_bytes > 0 &&
		       !local_public_gone(slot, key->number);
	}
	object->class =
		is_symmetric(key->type) ? CKO_SECRET_KEY : CKO_PRIVATE_KEY;
	return true;
}

/* --- records ------------------------------------------------------------- */

static struct der_bytes value_of(const struct record *record,
				 unsigned long type)
{
	struct der_bytes value;

	value.bytes = record_get(record, type, &value.len_bytes);
	return value;
}

static bool copy_name(struct der_bytes from, uint8_t *to, uint32_t *len_bytes,
		      size_t room)
{
	if (from.len_bytes > room) {
		return false;
	}
	*len_bytes = (uint32_t)from.len_bytes;
	if (from.len_bytes > 0) {
		memcpy(to, from.bytes, from.len_bytes);
	}
	return true;
}

/* A lone public key is put in the form of the keyring's. */
static bool read_public_key(struct object *object)
{
	const struct record *record = &object->record;
	struct keyring_object *key = &object->key;
	unsigned long type =
		record_number(record, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION);

	*key = (struct keyring_object){
		.origin = KEYRING_IMPORTED,
		.policy = {.operations = KEYRING_MAY_SIGN},
	};
	if (!copy_name(value_of(record, CKA_LABEL), key->label,
		       &key->label_bytes, sizeof(key->label)) ||
	    !copy_name(value_of(record, CKA_ID), key->id, &key->id_bytes,
		       sizeof(key->id))) {
		return false;
	}
	if (type == CKK_RSA) {
		return material_set_rsa(key, value_of(record, CKA_MODULUS),
					value_of(record, CKA_PUBLIC_EXPONENT));
	}
	key->type = material_curve_type(value_of(record, CKA_EC_PARAMS));
	return material_key_type(key->type) == type &&
	       material_set_point(key, value_of(record, CKA_EC_POINT));
}

bool object_from_record(unsigned slot, enum object_kind kind, uint64_t number,
			struct object *object)
{
	begin(object, slot, kind, number);
	object->session = kind == OBJECT_LOCAL;
	object->class = record_number(&object->record, CKA_CLASS,
				      CK_UNAVAILABLE_INFORMATION);
	switch (object->class) {
	case CKO_CERTIFICATE:
	case CKO_DATA:
		return object->handle != CK_INVALID_HANDLE;
	case CKO_PUBLIC_KEY:
		return object->handle != CK_INVALID_HANDLE &&
		       read_public_key(object);
	default:
		return false;
	}
}

static ck_rv_t load_record(unsigned slot, enum object_kind kind,
			   uint64_t number, struct object *object)
{
	struct record *record = &object->record;
	enum status status = STATUS_OK;
	size_t len_bytes;

	if (kind == OBJECT_LOCAL) {
		len_bytes = local_record(slot, number, record->bytes,
					 sizeof(record->bytes));
	} else {
		status = stored_load(slot, number, record->bytes, &len_bytes);
	}
	if (status != STATUS_OK) {
		return error_of(status, ERROR_OBJECT);
	}
	return record_decode(record, len_bytes) &&
			       object_from_record(slot, kind, number, object)
		       ? CKR_OK
		       : CKR_OBJECT_HANDLE_INVALID;
}

/* --- keys ---------------------------------------------------------------- */

static ck_rv_t load_wrapping(unsigned slot, enum object_kind kind,
			     struct object *object)
{
	static const char label[] = OBJECT_WRAPPING_LABEL;
	struct keyring_info info;
	enum status status = door_info(&info);

	if (status != STATUS_OK) {
		return error_of(status, ERROR_OBJECT);
	}
	begin(object, slot, kind, 0);
	record_start(&object->record);
	object->class =
		kind == OBJECT_WRAPPING ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY;
	object->key = (struct keyring_object){
		.owner = door_owner(slot),
		.type = KEYRING_TYPE_P256,
		.bits = 256,
		.origin = KEYRING_GENERATED,
		.label_bytes = sizeof(label) - 1,
		.public_bytes = sizeof(info.wrapping_key),
	};
	memcpy(object->key.label, label, sizeof(label) - 1);
	memcpy(object->key.public_key, info.wrapping_key,
	       sizeof(info.wrapping_key));
	return CKR_OK;
}

static ck_rv_t load_key(unsigned slot, enum object_kind kind, uint64_t number,
			struct object *object)
{
	struct keyring_object key;
	enum status status = door_show(number, &key);

	if (status != STATUS_OK) {
		return error_of(status, ERROR_OBJECT);
	}
	/* Who has the handle has found the key: no login is asked for here,
	   the keyring asks for it when the key is used. */
	return object_from_key(slot, kind, &key, object)
		       ? CKR_OK
		       : CKR_OBJECT_HANDLE_INVALID;
}

ck_rv_t object_load(unsigned slot, ck_object_handle_t handle,
		    struct object *object)
{
	enum object_kind kind = (enum object_kind)(handle & KIND_MASK);
	uint64_t number = handle >> NUMBER_FROM;

	if (((handle & SLOT_BIT) != 0) != (slot == SLOT_SYSTEM)) {
		return CKR_OBJECT_HANDLE_INVALID;
	}
	switch (kind) {
	case OBJECT_KEY:
	case OBJECT_PUBLIC:
		return load_key(slot, kind, number, object);
	case OBJECT_STORED:
	case OBJECT_LOCAL:
		return load_record(slot, kind, number, object);
	case OBJECT_WRAPPING:
	case OBJECT_WRAPPING_PUBLIC:
		return number == 0 ? load_wrapping(slot, kind, object)
				   : CKR_OBJECT_HANDLE_INVALID;
	}
	return CKR_OBJECT_HANDLE_INVALID;
}

bool object_is_secret(const struct object *object)
{
	return object->class == CKO_SECRET_KEY;
}

bool object_is_private_key(const struct object *object)
{
	return object->class == CKO_PRIVATE_KEY;
}

bool object_is_public_key(const struct object *object)
{
	return object->class == CKO_PUBLIC_KEY;
}

bool object_is_private(const struct object *object)
{
	return object->kind == OBJECT_KEY;
}
