/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of all objects, and what goes with it: epoch, index, logins. Called
 * by the methods, between vault_lock() and vault_unlock(), except where said.
 */
#ifndef OPENVBS_SVC_KEYRING_VAULT_H
#define OPENVBS_SVC_KEYRING_VAULT_H

#include <stdbool.h>

#include "svc/keyring/blob.h"
#include "svc/keyring/key.h"
#include "svc/keyring/unwrap.h"
#include "svc/rt/lock.h"

#define VAULT_TICKETS 64u

/* Numbers from here on are of volatile objects, which no index lists. */
#define VAULT_VOLATILE_FIRST UINT32_C(0x80000000)

struct slot {
	uint32_t number; /* 0: free */
	uint32_t version;
	bool loaded;	    /* else the index lists it, and no more */
	uint64_t untold;    /* uses that no event has told */
	uint64_t told_time; /* of the last event */
	uint64_t due_time;  /* when all uses so far have been earned */
	struct key key;
};

/* Who has logged in. */
struct ticket {
	uint8_t bytes[KEYRING_TICKET_BYTES];
	uint32_t role; /* enum keyring_role; 0: free */
	uint32_t owner;
	uint32_t number; /* KEYRING_ROLE_KEY */
};

struct vault {
	/* written at the start */
	struct blob_home home; /* its vault: when it opens */
	uint64_t time_per_second;
	bool anchored;
	uint8_t wrapping_scalar[UNWRAP_SCALAR_BYTES];
	uint8_t wrapping_key[64];

	struct lock lock; /* guards all below */
	bool open;
	uint64_t epoch;
	uint32_t next_number;
	uint32_t next_volatile;
	uint32_t next_ticket;
	struct ticket ticket[VAULT_TICKETS];
	struct slot slot[KEYRING_OBJECTS_MAX];
};

extern struct vault vault; /* state.c */

/* Once, before any method. Unlocked. */
void vault_start(const struct service_start *start);

void vault_lock(void);
void vault_unlock(void);

/* An empty vault of a new name. */
void vault_create(void);

/* Opens one by its index. Not GOOD: nothing has changed. */
enum keyring_verdict vault_open(const struct keyring_blob *blob,
				size_t len_bytes);

/* Takes an object that the index lists. Not GOOD: nothing has changed. */
enum keyring_verdict vault_load(uint64_t number,
				const struct keyring_blob *blob,
				size_t len_bytes);

/* Writes an object's blob, or with number 0 the index. STATUS_NOT_FOUND. */
enum status vault_save(uint64_t number, struct keyring_blob *to);

/* NULL: none. A slot that is not loaded has only its number. */
struct slot *vault_find(uint64_t number);
struct slot *vault_token(uint32_t owner);

/* The loaded object with the smallest number behind this one; NULL: none. */
struct slot *vault_next(uint64_t number);

/* Whether there is a place for one more. */
bool vault_has_room(void);

/*
 * Puts in a key, or a token, with a number of its own: stored ones begin an
 * epoch. NULL: no room.
 */
struct slot *vault_add(const struct key *key);

/* What is to be stored of it has changed. */
void vault_change(struct slot *slot);

/* Wipes it. `begin_epoch` false: the caller changes something else as well. */
void vault_remove(struct slot *slot, bool begin_epoch);

/* A login, in place of the oldest. */
void vault_ticket_give(uint32_t role, uint32_t owner, uint32_t number,
		       struct keyring_ticket *to);

/* Whether these bytes are a login of that kind. */
bool vault_ticket_is(const uint8_t bytes[KEYRING_TICKET_BYTES], uint32_t role,
		     uint32_t owner, uint32_t number);

/* Ends a login by its bytes; or all of a kind. */
void vault_ticket_end(const uint8_t bytes[KEYRING_TICKET_BYTES]);
void vault_tickets_end(uint32_t role, uint32_t owner, uint32_t number);

#endif
