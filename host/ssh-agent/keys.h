/* SPDX-License-Identifier: MIT */
/*
 * The keys that the agent offers: those of one token that SSH can use and
 * that may sign. Two kinds:
 *
 *	kept   in the keyring already. `ssh-add -d` hides it from this agent,
 *	       until that restarts, and deletes nothing.
 *	added  by ssh-add: a volatile object of the keyring, with constraints.
 *	       `ssh-add -d`, its lifetime and the agent's end delete it.
 *
 * An added key carries its agent's mark in its id. So an agent offers no key
 * that another has added, whose constraints it does not know, and deletes
 * what it left behind itself, if it was killed.
 */
#ifndef OPENVBS_HOST_SSH_AGENT_KEYS_H
#define OPENVBS_HOST_SSH_AGENT_KEYS_H

#include "host/libvbs/der.h"
#include "host/libvbs/vault.h"

#define KEYS_ADDED_MAX	 128u
#define KEYS_MARK_BYTES	 26u /* KEYS_MARK, and 16 of a hash of the path */
#define KEYS_MARK	 "ssh-agent:"
#define KEYS_TICKETS_MAX 16u

struct key_added {
	uint64_t number;
	int64_t until_ms; /* 0: no end */
	bool confirm;
};

/* A login that the person's PIN has opened. */
struct key_ticket {
	uint64_t number; /* 0: the token */
	uint8_t ticket[KEYRING_TICKET_BYTES];
};

struct keys {
	struct vault vault;
	uint32_t owner;
	uint8_t mark[KEYS_MARK_BYTES];
	struct keyring_object object[KEYRING_OBJECTS_MAX]; /* offered */
	size_t count;
	uint64_t hidden[KEYRING_OBJECTS_MAX];
	size_t hidden_count;
	struct key_added added[KEYS_ADDED_MAX];
	size_t added_count;
	struct key_ticket ticket[KEYS_TICKETS_MAX];
	size_t ticket_count;
};

/* `path`: the agent's socket. */
void keys_init(struct keys *keys, uint32_t owner, const char *path);

/* Looks at the keyring: what is offered now is in `object`. */
enum status keys_refresh(struct keys *keys);

/* An offered key by its public half as SSH encodes it; NULL. */
const struct keyring_object *keys_find(const struct keys *keys,
				       struct der_bytes public_key);

/* What is known of an added key; NULL: a kept one. */
struct key_added *keys_added(struct keys *keys, uint64_t number);

/* Hides or deletes: one; every one that is offered. */
enum status keys_remove(struct keys *keys, struct der_bytes public_key);
enum status keys_remove_all(struct keys *keys);

/* Deletes what has lived long enough. */
void keys_expire(struct keys *keys, int64_t now_ms);

/* Deletes an added key and forgets it. */
enum status keys_delete(struct keys *keys, uint64_t number);

/* At the agent's end: deletes what was added, ends every login. */
void keys_close(struct keys *keys);

/* --- PINs (login.c) ------------------------------------------------------- */

/* The ticket for a key, or for number 0 the token; zeros: none. */
const uint8_t *keys_ticket(const struct keys *keys,
			   const struct keyring_object *object);

/*
 * After STATUS_DENIED: asks the person for the PIN that is missing, for a key
 * or (NULL) the token, and logs in. Others than STATUS_OK: no use to go on.
 */
enum status keys_login(struct keys *keys, const struct keyring_object *object);

/* Ends every login. */
void keys_logout(struct keys *keys);

#endif
