/* SPDX-License-Identifier: MIT */
/*
 * Making keys in the keyring: from a template of PKCS#11 to one of the
 * keyring's, and what is to be done once the key is there.
 */
#ifndef OPENVBS_HOST_PKCS11_NEWKEY_H
#define OPENVBS_HOST_PKCS11_NEWKEY_H

#include "host/pkcs11/object.h"
#include "host/pkcs11/templ.h"

struct newkey {
	struct session *session;
	bool token; /* CKA_TOKEN */
	struct keyring_template wanted;
};

/*
 * Reads all but type and size. CKR_TEMPLATE_INCONSISTENT: it wants what no
 * key here is, such as one that can be extracted.
 */
ck_rv_t newkey_read(struct newkey *newkey, struct session *session,
		    struct templ templ);

/* Where label and identifier are missing, those of the other template. */
ck_rv_t newkey_name(struct newkey *newkey, struct templ templ);

/*
 * Sets the type and what the template lets such keys do. CKA_SIGN and the
 * like only take away; what a type cannot do is left out silently, as
 * programs ask for all there is.
 */
ck_rv_t newkey_type(struct newkey *newkey, uint32_t type, struct templ templ);

/* Have it made, or taken in; `*handle` is the private or secret key. */
ck_rv_t newkey_generate(struct newkey *newkey, ck_object_handle_t *handle);

struct newkey_import {
	const uint8_t *data;
	size_t len_bytes;
	bool wrapped;
	unsigned long key_type; /* CKK_*: what it must turn out to be */
};

ck_rv_t newkey_import(struct newkey *newkey, const struct newkey_import *import,
		      ck_object_handle_t *handle);

/* Wipes the ticket. */
void newkey_end(struct newkey *newkey);

#endif
