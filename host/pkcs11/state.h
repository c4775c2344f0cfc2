/* SPDX-License-Identifier: MIT */
/*
 * All that the module remembers, in state.c. Locks, in the order of taking:
 *
 *	session.lock   one function at a time works in a session
 *	module.lock    the rest here, and the sessions' `users` and `closed`;
 *	               never held while the keyring is asked
 *
 * After fork() the child has nothing: no sessions, logins or connections,
 * and is as before C_Initialize.
 */
#ifndef OPENVBS_HOST_PKCS11_STATE_H
#define OPENVBS_HOST_PKCS11_STATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi/keyring_call.h"
#include "host/pkcs11/cryptoki.h"

#define SLOT_USER   0u /* token of the user who called C_Initialize */
#define SLOT_SYSTEM 1u
#define SLOT_COUNT  2u

/* How many requests of this process the keyring works on at a time. */
#define CONNECTION_COUNT 8u

struct connection {
	int socket; /* -1: none */
	bool busy;
	dev_t device; /* programs close descriptors that are not theirs; */
	ino_t inode;  /* by these we know whether this is still ours */
};

struct login {
	bool in;
	ck_user_type_t who;
	uint8_t ticket[KEYRING_TICKET_BYTES]; /* zero: the token has no PIN */
};

/* A session's public object, or its key of the keyring. */
struct local {
	struct local *next;
	ck_session_handle_t session;
	uint64_t number; /* a key's: the keyring's; else the process's */
	unsigned slot;
	bool is_key;
	bool public_gone; /* a key's public half has been destroyed */
	size_t len_bytes; /* of the record */
	uint8_t record[];
};

struct session;

struct module {
	pthread_mutex_t lock;
	pthread_cond_t connection_free;
	_Atomic pid_t process; /* who called C_Initialize; 0: nobody */
	uint32_t user;
	struct login login[SLOT_COUNT];
	struct session *sessions;
	ck_session_handle_t last_session;
	struct local *locals;
	uint64_t last_local;
	struct connection connection[CONNECTION_COUNT];
};

extern struct module module;

void module_lock(void);
void module_unlock(void);

/* CKR_OK, or CKR_CRYPTOKI_NOT_INITIALIZED. */
ck_rv_t module_check(void);

/* Makes fork() keep the promise above; once in a process. */
void module_watch_fork(void);

/* Forgets all, closes connections; the caller has the lock or is alone. */
void module_forget(void);

#endif
