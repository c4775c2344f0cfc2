/* SPDX-License-Identifier: MIT */
/* Reading templates, which come from the calling program. */
#ifndef OPENVBS_HOST_PKCS11_TEMPL_H
#define OPENVBS_HOST_PKCS11_TEMPL_H

#include <stdbool.h>

#include "host/libvbs/der.h"
#include "host/pkcs11/cryptoki.h"

struct templ {
	const struct ck_attribute *attribute;
	unsigned long count;
};

/* CKR_ARGUMENTS_BAD: pointers that cannot be. */
ck_rv_t templ_check(struct templ templ);

/* NULL: it is not there. */
const struct ck_attribute *templ_find(struct templ templ, unsigned long type);

/* Whether it is there; length 0 otherwise. */
bool templ_bytes(struct templ templ, unsigned long type,
		 struct der_bytes *bytes);

/*
 * A flag or a number, which stays as it is where the template has none;
 * CKR_ATTRIBUTE_VALUE_INVALID: it is none.
 */
ck_rv_t templ_flag(struct templ templ, unsigned long type, bool *flag);
ck_rv_t templ_number(struct templ templ, unsigned long type,
		     unsigned long *number);

#endif
