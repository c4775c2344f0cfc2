/* SPDX-License-Identifier: MIT */
/* Templates: host/pkcs11/templ.h. */
#include "host/pkcs11/templ.h"

#include <string.h>

ck_rv_t templ_check(struct templ templ)
{
	if (templ.attribute == NULL && templ.count > 0) {
		return CKR_ARGUMENTS_BAD;
	}
	for (unsigned long i = 0; i < templ.count; i++) {
		if (templ.attribute[i].value == NULL &&
		    templ.attribute[i].value_len > 0) {
			return CKR_ARGUMENTS_BAD;
		}
	}
	return CKR_OK;
}

const struct ck_attribute *templ_find(struct templ templ, unsigned long type)
{
	for (unsigned long i = 0; i < templ.count; i++) {
		if (templ.attribute[i].type == type) {
			return &templ.attribute[i];
		}
	}
	return NULL;
}

bool templ_bytes(struct templ templ, unsigned long type,
		 struct der_bytes *bytes)
{
	const struct ck_attribute *attribute = templ_find(templ, type);

	*bytes = (struct der_bytes){NULL, 0};
	if (attribute != NULL) {
		*bytes = (struct der_bytes){attribute->value,
					    attribute->value_len};
	}
	return attribute != NULL;
}

ck_rv_t templ_flag(struct templ templ, unsigned long type, bool *flag)
{
	const struct ck_attribute *attribute = templ_find(templ, type);
	unsigned char value;

	if (attribute == NULL) {
		return CKR_OK;
	}
	if (attribute->value_len != sizeof(value)) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	memcpy(&value, attribute->value, sizeof(value));
	*flag = value != 0;
	return CKR_OK;
}

ck_rv_t templ_number(struct templ templ, unsigned long type,
		     unsigned long *number)
{
	const struct ck_attribute *attribute = templ_find(templ, type);

	if (attribute == NULL) {
		return CKR_OK;
	}
	if (attribute->value_len != sizeof(*number)) {
		return CKR_ATTRIBUTE_VALUE_INVALID;
	}
	memcpy(number, attribute->value, sizeof(*number));
	return CKR_OK;
}
