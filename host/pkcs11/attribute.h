/* SPDX-License-Identifier: MIT */
/* What an object answers when it is asked for an attribute. */
#ifndef OPENVBS_HOST_PKCS11_ATTRIBUTE_H
#define OPENVBS_HOST_PKCS11_ATTRIBUTE_H

#include "host/pkcs11/material.h"
#include "host/pkcs11/object.h"

enum attribute_answer {
	ATTRIBUTE_VALUE,
	ATTRIBUTE_SENSITIVE, /* it has one, which nobody outside sees */
	ATTRIBUTE_NONE,	     /* objects of this class have none */
};

/* `bytes` points into the object, or to the room here. */
struct attribute_value {
	const void *bytes;
	size_t len_bytes;
	union {
		unsigned long number;
		unsigned char flag;
		unsigned long mechanisms[32];
		uint8_t bytes[MATERIAL_BYTES_MAX];
	} room;
};

enum attribute_answer attribute_get(const struct object *object,
				    unsigned long type,
				    struct attribute_value *value);

/* Whether the object has all of the template's values. */
bool attribute_match(const struct object *object,
		     const struct ck_attribute *templ, unsigned long count);

#endif
