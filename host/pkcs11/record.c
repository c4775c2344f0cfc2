/* SPDX-License-Identifier: MIT */
/* Encoder and decoder of host/pkcs11/record.h. */
#include "host/pkcs11/record.h"

#include <string.h>

#include "lib/bytes.h"

#define HEAD_BYTES 8u /* of a record, and of an item */

static const uint8_t magic[HEAD_BYTES] = "OVBSP11\1";

enum record_form record_form(unsigned long type)
{
	switch (type) {
	case CKA_LABEL:
	case CKA_APPLICATION:
	case CKA_VALUE:
	case CKA_OBJECT_ID:
	case CKA_ISSUER:
	case CKA_SERIAL_NUMBER:
	case CKA_URL:
	case CKA_HASH_OF_SUBJECT_PUBLIC_KEY:
	case CKA_HASH_OF_ISSUER_PUBLIC_KEY:
	case CKA_CHECK_VALUE:
	case CKA_SUBJECT:
	case CKA_ID:
	case CKA_START_DATE:
	case CKA_END_DATE:
	case CKA_MODULUS:
	case CKA_PUBLIC_EXPONENT:
	case CKA_PUBLIC_KEY_INFO:
	case CKA_EC_PARAMS:
	case CKA_EC_POINT:
		return RECORD_BYTES;
	case CKA_CLASS:
	case CKA_CERTIFICATE_TYPE:
	case CKA_CERTIFICATE_CATEGORY:
	case CKA_JAVA_MIDP_SECURITY_DOMAIN:
	case CKA_NAME_HASH_ALGORITHM:
	case CKA_KEY_TYPE:
		return RECORD_NUMBER;
	case CKA_MODIFIABLE:
	case CKA_VERIFY:
		return RECORD_BOOL;
	default:
		return RECORD_UNKNOWN;
	}
}

static bool is_sound(unsigned long type, const uint8_t *value, size_t len_bytes)
{
	switch (record_form(type)) {
	case RECORD_BYTES:
		return true;
	case RECORD_NUMBER:
		return len_bytes == sizeof(uint64_t);
	case RECORD_BOOL:
		return len_bytes == 1 && value[0] <= 1;
	case RECORD_UNKNOWN:
		break;
	}
	return false;
}

bool record_decode(struct record *record, size_t len_bytes)
{
	size_t at = HEAD_BYTES;
	uint64_t least = 0; /* type that may come next */

	record->count = 0;
	record->len_bytes = len_bytes;
	if (len_bytes < HEAD_BYTES || len_bytes > RECORD_BYTES_MAX ||
	    memcmp(record->bytes, magic, HEAD_BYTES) != 0) {
		return false;
	}
	while (at < len_bytes) {
		struct record_item *item = &record->item[record->count];

		if (record->count == RECORD_COUNT_MAX ||
		    len_bytes - at < HEAD_BYTES) {
			return false;
		}
		item->type = bytes_load32(record->bytes + at);
		item->len_bytes = bytes_load32(record->bytes + at + 4);
		at += HEAD_BYTES;
		item->at = (uint32_t)at;
		if (item->len_bytes > len_bytes - at || item->type < least ||
		    !is_sound(item->type, record->bytes + at,
			      item->len_bytes)) {
			return false;
		}
		at += item->len_bytes;
		least = (uint64_t)item->type + 1;
		record->count++;
	}
	return true;
}

void record_start(struct record *record)
{
	memcpy(record->bytes, magic, HEAD_BYTES);
	record->len_bytes = HEAD_BYTES;
	record->count = 0;
}

static const struct record_item *find(const struct record *record,
				      unsigned long type)
{
	for (size_t i = 0; i < record->count; i++) {
		if (record->item[i].type == type) {
			return &record->item[i];
		}
	}
	return NULL;
}

/* Takes the bytes from `at` on away and decodes the rest anew. */
static void cut(struct record *record, size_t at, size_t len_bytes)
{
	memmove(record->bytes + at, record->bytes + at + len_bytes,
		record->len_bytes - at - len_bytes);
	(void)record_decode(record, record->len_bytes - len_bytes);
}

/* Where an attribute of this type belongs. */
static size_t place(const struct record *record, unsigned long type)
{
	for (size_t i = 0; i < record->count; i++) {
		if (record->item[i].type > type) {
			return record->item[i].at - HEAD_BYTES;
		}
	}
	return record->len_bytes;
}

bool record_set(struct record *record, unsigned long type, const void *value,
		size_t len_bytes)
{
	const struct record_item *old = find(record, type);
	size_t freed = old != NULL ? HEAD_BYTES + old->len_bytes : 0;
	size_t room = RECORD_BYTES_MAX - (record->len_bytes - freed);
	uint32_t head[] = {(uint32_t)type, (uint32_t)len_bytes};
	size_t at;

	if (!is_sound(type, value, len_bytes) || room < HEAD_BYTES ||
	    len_bytes > room - HEAD_BYTES ||
	    (old == NULL && record->count == RECORD_COUNT_MAX)) {
		return false;
	}
	if (old != NULL) {
		cut(record, old->at - HEAD_BYTES, freed);
	}
	at = place(record, type);
	memmove(record->bytes + at + HEAD_BYTES + len_bytes, record->bytes + at,
		record->len_bytes - at);
	memcpy(record->bytes + at, head, sizeof(head));
	if (len_bytes > 0) {
		memcpy(record->bytes + at + HEAD_BYTES, value, len_bytes);
	}
	return record_decode(record,
			     record->len_bytes + HEAD_BYTES + len_bytes);
}

const uint8_t *record_get(const struct record *record, unsigned long type,
			  size_t *len_bytes)
{
	const struct record_item *item = find(record, type);

	*len_bytes = item != NULL ? item->len_bytes : 0;
	return item != NULL ? record->bytes + item->at : NULL;
}

unsigned long record_number(const struct record *record, unsigned long type,
			    unsigned long otherwise)
{
	size_t len_bytes;
	const uint8_t *value = record_get(record, type, &len_bytes);

	if (value == NULL) {
		return otherwise;
	}
	return len_bytes == 1 ? value[0] : bytes_load64(value);
}
