/* SPDX-License-Identifier: MIT */
/*
 * Objects as PKCS#11 sees them. A handle is made of what the keyring or vbsd
 * calls the object, so it stays the same in a process and needs no table:
 *
 *	63                                   4   3    2    0
 *	[ number                              ][slot][ kind ]
 */
#ifndef OPENVBS_HOST_PKCS11_OBJECT_H
#define OPENVBS_HOST_PKCS11_OBJECT_H

#include "host/pkcs11/record.h"
#include "host/pkcs11/session.h"

enum object_kind {
	OBJECT_KEY = 1,	     /* private or secret, in the keyring */
	OBJECT_PUBLIC = 2,   /* the public half of one */
	OBJECT_STORED = 3,   /* a record that vbsd keeps */
	OBJECT_LOCAL = 4,    /* a record in this process */
	OBJECT_WRAPPING = 5, /* the vault's key, to which imports are wrapped */
	OBJECT_WRAPPING_PUBLIC = 6,
};

#define OBJECT_WRAPPING_LABEL "OpenVBS wrapping key"

struct object {
	ck_object_handle_t handle;
	enum object_kind kind;
	unsigned slot;
	uint64_t number;
	ck_object_class_t class;
	bool session; /* CKA_TOKEN false */
	/* Of keys: those in the keyring, and from records alike. */
	struct keyring_object key;
	/* Of certificates and data. */
	struct record record;
};

/* CK_INVALID_HANDLE: a number too large for a handle. */
ck_object_handle_t object_handle(unsigned slot, enum object_kind kind,
				 uint64_t number);

/* The public half's handle, of the key's. */
ck_object_handle_t object_public_of(ck_object_handle_t key);

/*
 * Fetches the object afresh. CKR_OBJECT_HANDLE_INVALID: there is none, or it
 * is another slot's.
 */
ck_rv_t object_load(unsigned slot, ck_object_handle_t handle,
		    struct object *object);

/* A view of a key that was fetched already; false: it has none of this kind. */
bool object_from_key(unsigned slot, enum object_kind kind,
		     const struct keyring_object *key, struct object *object);

/* False: the bytes are no record of ours. */
bool object_from_record(unsigned slot, enum object_kind kind, uint64_t number,
			struct object *object);

bool object_is_secret(const struct object *object); /* symmetric */
bool object_is_private_key(const struct object *object);
bool object_is_public_key(const struct object *object);

/* CKA_PRIVATE. */
bool object_is_private(const struct object *object);

#endif
