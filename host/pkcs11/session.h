/* SPDX-License-Identifier: MIT */
/*
 * Sessions: who is in, what he may do, and his operations under way. Every
 * function with a session handle stands between session_enter() and
 * session_leave().
 */
#ifndef OPENVBS_HOST_PKCS11_SESSION_H
#define OPENVBS_HOST_PKCS11_SESSION_H

#include "host/pkcs11/state.h"

enum operation_kind {
	OPERATION_DIGEST,
	OPERATION_SIGN,
	OPERATION_VERIFY,
	OPERATION_ENCRYPT,
	OPERATION_DECRYPT,
	OPERATION_COUNT,
};

struct operation;

/* What C_FindObjectsInit has found. */
struct find {
	bool active;
	ck_object_handle_t *found;
	size_t count;
	size_t room;
	size_t at;
};

struct session {
	struct session *next;
	ck_session_handle_t handle;
	unsigned slot;
	bool writable;
	bool closed;	/* under module.lock, as */
	unsigned users; /* threads in it or waiting */
	pthread_mutex_t lock;
	struct find find;
	struct operation *operation[OPERATION_COUNT]; /* NULL: none */
};

/* NULL and the reason, or the session, locked. */
struct session *session_enter(ck_session_handle_t handle, ck_rv_t *rv);

/* Hands `rv` through. */
ck_rv_t session_leave(struct session *session, ck_rv_t rv);

/* Forgets what was found. */
void session_end_find(struct session *session);

/* The slot's login; false: nobody is logged in. */
bool session_login(unsigned slot, struct login *login);

/* The ticket to show, zeros without a login. */
void session_ticket(unsigned slot, uint8_t ticket[KEYRING_TICKET_BYTES]);

/* Whether the slot has one, or one that is read-only. */
bool session_exists(unsigned slot, bool read_only);

/*
 * CKR_OK when objects of this kind may be made or changed in this session:
 * objects of the token need a writable one, private ones a login where the
 * token asks for it.
 */
ck_rv_t session_may_write(const struct session *session, bool token,
			  bool private);

/* Whether private objects are out of sight: a PIN is set, nobody logged in. */
bool session_hides_private(unsigned slot);

/* With the sessions' objects; all but the last two lock for themselves. */
void session_close_slot(unsigned slot);
void session_forget_all(void);

#endif
