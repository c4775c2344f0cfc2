/* SPDX-License-Identifier: MIT */
/*
 * An operation under way in a session, from C_SignInit to C_Sign: its key,
 * and the data so far, hashed here or kept for the keyring.
 */
#ifndef OPENVBS_HOST_PKCS11_OPERATION_H
#define OPENVBS_HOST_PKCS11_OPERATION_H

#include "host/pkcs11/mechanism.h"
#include "host/pkcs11/session.h"

struct operation {
	const struct mechanism *mechanism;
	struct keyring_object key;
	uint32_t keyring;   /* enum keyring_mechanism */
	uint32_t extra;	    /* as that says */
	enum hash_kind pss; /* hash of PSS, done here or not */
	bool updated;	    /* by C_SignUpdate and the like */
	bool has_ticket;    /* by C_Login(CKU_CONTEXT_SPECIFIC) */
	uint8_t ticket[KEYRING_TICKET_BYTES];
	struct hash hash;
	size_t used;
	uint8_t buffer[KEYRING_DATA_BYTES];
};

/*
 * All of C_SignInit and the like; C_DigestInit has no key. Mechanism NULL ends
 * the operation under way (PKCS#11 3.0, 5.11 and others).
 */
ck_rv_t operation_init(ck_session_handle_t handle, enum operation_kind kind,
		       const struct ck_mechanism *mechanism,
		       ck_object_handle_t key);

/*
 * Enters a session (session.h) to bring its operation to an end. `whole`: all
 * data come now, by C_Sign and the like, and an operation that was updated
 * before is ended; else by C_SignFinal. NULL, and why: there is none.
 */
struct session *operation_enter(ck_session_handle_t handle,
				enum operation_kind kind, bool whole,
				ck_rv_t *rv);

/* All of C_SignUpdate, C_VerifyUpdate and C_DigestUpdate. */
ck_rv_t operation_update(ck_session_handle_t handle, enum operation_kind kind,
			 const void *data, unsigned long len);

/* Hands `rv` through, as most operations end with a result. */
ck_rv_t operation_fail(struct session *session, enum operation_kind kind,
		       ck_rv_t rv);
void operation_end(struct session *session, enum operation_kind kind);

/* Further data; CKR_DATA_LEN_RANGE: more than the keyring takes. */
ck_rv_t operation_add(struct operation *operation, const void *data,
		      unsigned long len);

/*
 * All data is there: puts into buffer what is to be signed, a digest with or
 * without its DigestInfo or the data themselves, and checks its length.
 */
ck_rv_t operation_close(struct operation *operation);

/*
 * Asks the keyring with what is in the buffer. `*out_bytes`: in, the room;
 * out, the reply's length.
 */
ck_rv_t operation_use(struct operation *operation, unsigned slot,
		      uint32_t method, void *out, size_t *out_bytes);

/*
 * The rule of all functions that give out bytes (PKCS#11, 5.2): true when
 * `*rv` answers the call, as it only asks for the length or has no room.
 */
bool operation_room(const void *out, unsigned long *out_len, size_t wanted,
		    ck_rv_t *rv);

#endif
