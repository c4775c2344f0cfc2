/* SPDX-License-Identifier: MIT */
/*
 * Records from templates. Others can read what is in them and VTL0 change it:
 * nothing private is taken, and nothing becomes trusted.
 */
#include "host/pkcs11/publish.h"

#include <string.h>

#include "host/pkcs11/error.h"
#include "host/pkcs11/local.h"
#include "host/pkcs11/stored.h"
#include "host/pkcs11/x509.h"

/* Flags that say what our records are anyway; true where it must be. */
static ck_rv_t check_flag(const struct ck_attribute *attribute)
{
	unsigned char value;

	if (attribute->value_len != sizeof(value)) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	memcpy(&value, attribute->value, sizeof(value));
	switch (attribute->type) {
	case CKA_PRIVATE:
	case CKA_TRUSTED:
		return value != 0 ? CKR_TEMPLATE_INCONSISTENT : CKR_OK;
	default:
		return CKR_OK; /* what the key may do elsewhere */
	}
}

static ck_rv_t put(struct record *record, const struct ck_attribute *attribute)
{
	size_t len_bytes;

	if ((attribute->type & CKA_VENDOR_DEFINED) != 0) {
		return CKR_OK; /* NSS has its own; nobody finds them here */
	}
	switch (attribute->type) {
	case CKA_TOKEN:
	case CKA_PRIVATE:
	case CKA_TRUSTED:
	case CKA_COPYABLE:
	case CKA_DESTROYABLE:
	case CKA_MODIFIABLE:
	case CKA_ENCRYPT:
	case CKA_VERIFY:
	case CKA_VERIFY_RECOVER:
	case CKA_WRAP:
	case CKA_DERIVE:
		return check_flag(attribute);
	case CKA_MODULUS_BITS:
		return CKR_OK; /* computed */
	default:
		break;
	}
	switch (record_form(attribute->type)) {
	case RECORD_UNKNOWN:
		return CKR_ATTRIBUTE_TYPE_INVALID;
	case RECORD_NUMBER:
		len_bytes = sizeof(uint64_t);
		break;
	case RECORD_BOOL:
		len_bytes = 1;
		break;
	case RECORD_BYTES:
	default:
		len_bytes = attribute->value_len;
		break;
	}
	if (attribute->value_len != len_bytes) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	return record_set(record, attribute->type, attribute->value, len_bytes)
		       ? CKR_OK
		       : CKR_DEVICE_MEMORY;
}

static ck_rv_t put_all(struct record *record, struct templ templ)
{
	ck_rv_t rv = CKR_OK;

	for (unsigned long i = 0; i < templ.count && rv == CKR_OK; i++) {
		rv = put(record, &templ.attribute[i]);
	}
	return rv;
}

/* Fills in from the certificate what the template left out. */
static ck_rv_t complete_certificate(struct record *record)
{
	struct x509_names names;
	struct der_bytes value;
	const struct {
		unsigned long type;
		const struct der_bytes *from;
	} parts[] = {
		{CKA_SUBJECT, &names.subject},
		{CKA_ISSUER, &names.issuer},
		{CKA_SERIAL_NUMBER, &names.serial},
	};
	uint8_t copy[RECORD_BYTES_MAX];

	if (record_number(record, CKA_CERTIFICATE_TYPE, CKC_X_509) !=
	    CKC_X_509) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	value.bytes = record_get(record, CKA_VALUE, &value.len_bytes);
	if (value.bytes == NULL) {
		return CKR_TEMPLATE_INCOMPLETE;
	}
	memcpy(copy, value.bytes, value.len_bytes); /* the record moves */
	value.bytes = copy;
	if (!x509_names(value, &names)) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t len_bytes;

		if (record_get(record, parts[i].type, &len_bytes) == NULL &&
		    !record_set(record, parts[i].type, parts[i].from->bytes,
				parts[i].from->len_bytes)) {
			return CKR_DEVICE_MEMORY;
		}
	}
	return CKR_OK;
}

static ck_rv_t store(struct session *session, bool token,
		     const struct record *record, ck_object_handle_t *handle)
{
	enum object_kind kind = token ? OBJECT_STORED : OBJECT_LOCAL;
	uint64_t number = 0;
	enum status status = STATUS_OK;

	if (token) {
		status = stored_put(session->slot, &number, record->bytes,
				    record->len_bytes);
	} else {
		number = local_add_record(session, record->bytes,
					  record->len_bytes);
		status = number != 0 ? STATUS_OK : STATUS_NO_MEMORY;
	}
	if (status != STATUS_OK) {
		return error_of(status, ERROR_TOKEN);
	}
	*handle = object_handle(session->slot, kind, number);
	return CKR_OK;
}

ck_rv_t publish_create(struct session *session, struct templ templ,
		       ck_object_handle_t *handle)
{
	struct object object;
	bool token = false;
	ck_rv_t rv = templ_flag(templ, CKA_TOKEN, &token);

	if (rv == CKR_OK) {
		rv = session_may_write(session, token, false);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	record_start(&object.record);
	rv = put_all(&object.record, templ);
	if (rv == CKR_OK &&
	    record_number(&object.record, CKA_CLASS, 0) == CKO_CERTIFICATE) {
		rv = complete_certificate(&object.record);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	/* What could not be read back is not stored. */
	if (!object_from_record(session->slot, OBJECT_LOCAL, 1, &object)) {
		return CKR_TEMPLATE_INCONSISTENT;
	}
	return store(session, token, &object.record, handle);
}

/* --- changes ------------------------------------------------------------- */

static bool is_fixed(const struct object *object, unsigned long type)
{
	switch (type) {
	case CKA_CLASS:
	case CKA_CERTIFICATE_TYPE:
	case CKA_KEY_TYPE:
	case CKA_MODULUS:
	case CKA_PUBLIC_EXPONENT:
	case CKA_EC_PARAMS:
	case CKA_EC_POINT:
	case CKA_PUBLIC_KEY_INFO:
		return true;
	case CKA_VALUE:
		return object->class != CKO_DATA;
	default:
		return record_form(type) == RECORD_UNKNOWN;
	}
}

ck_rv_t publish_change(struct session *session, struct object *object,
		       struct templ templ)
{
	struct record *record = &object->record;
	enum status status;
	ck_rv_t rv;

	for (unsigned long i = 0; i < templ.count; i++) {
		if (is_fixed(object, templ.attribute[i].type)) {
			return CKR_ATTRIBUTE_READ_ONLY;
		}
	}
	rv = put_all(record, templ);
	if (rv != CKR_OK) {
		return rv;
	}
	if (!object_from_record(session->slot, object->kind, object->number,
				object)) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	if (object->kind == OBJECT_LOCAL) {
		return local_replace(session->slot, object->number,
				     record->bytes, record->len_bytes);
	}
	status = stored_put(session->slot, &object->number, record->bytes,
			    record->len_bytes);
	return error_of(status, ERROR_OBJECT);
}
