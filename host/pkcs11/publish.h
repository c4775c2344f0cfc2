/* SPDX-License-Identifier: MIT */
/* Certificates, data and lone public keys: made and changed. */
#ifndef OPENVBS_HOST_PKCS11_PUBLISH_H
#define OPENVBS_HOST_PKCS11_PUBLISH_H

#include "host/pkcs11/object.h"
#include "host/pkcs11/templ.h"

ck_rv_t publish_create(struct session *session, struct templ templ,
		       ck_object_handle_t *handle);

/* Attributes of one that is there, loaded into `object`. */
ck_rv_t publish_change(struct session *session, struct object *object,
		       struct templ templ);

#endif
