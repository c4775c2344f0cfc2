/* SPDX-License-Identifier: MIT */
/*
 * The agent's lock (ssh-add -x): while it is locked nobody sees or uses a key.
 * Only a salted hash of the passphrase stays, and each wrong try makes the
 * next one wait longer.
 */
#ifndef OPENVBS_HOST_SSH_AGENT_LOCK_H
#define OPENVBS_HOST_SSH_AGENT_LOCK_H

#include "abi/status.h"
#include "host/libvbs/der.h"

#define LOCK_SALT_BYTES	 16u
#define LOCK_HASH_BYTES	 32u
#define LOCK_WAIT_MS	 100 /* after the first wrong try; then twice */
#define LOCK_WAIT_MAX_MS 10000
#define LOCK_ROUNDS	 50000u /* of PBKDF2 */

struct lock {
	bool locked;
	uint8_t salt[LOCK_SALT_BYTES];
	uint8_t hash[LOCK_HASH_BYTES];
	int64_t wait_ms; /* after the next wrong try */
	int64_t next_ms; /* when the next try is looked at */
};

/* STATUS_CONFLICT: it is locked already. */
enum status lock_lock(struct lock *lock, struct der_bytes passphrase);

/*
 * STATUS_BUSY: too soon after a wrong try, ask again at `next_ms`;
 * STATUS_DENIED: wrong; STATUS_CONFLICT: it is not locked.
 */
enum status lock_unlock(struct lock *lock, struct der_bytes passphrase,
			int64_t now_ms);

#endif
