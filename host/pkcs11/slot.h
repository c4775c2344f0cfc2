/* SPDX-License-Identifier: MIT */
/* Slots and their tokens. */
#ifndef OPENVBS_HOST_PKCS11_SLOT_H
#define OPENVBS_HOST_PKCS11_SLOT_H

#include "host/pkcs11/state.h"

/* CKR_OK: there is such a slot, with its token. */
ck_rv_t slot_check(ck_slot_id_t slot);

/* Text into a member that is filled with blanks and has no zero. */
void slot_text(unsigned char *to, size_t room, const void *text,
	       size_t len_bytes);

#endif
