/* SPDX-License-Identifier: MIT */
/* Lock and unlock, by PBKDF2 with HMAC SHA-256. */
#define _GNU_SOURCE
#include "host/ssh-agent/lock.h"

#include <nettle/memops.h>
#include <nettle/pbkdf2.h>
#include <string.h>
#include <sys/random.h>

static void hash(const struct lock *lock, struct der_bytes passphrase,
		 uint8_t out[LOCK_HASH_BYTES])
{
	pbkdf2_hmac_sha256(passphrase.len_bytes, passphrase.bytes, LOCK_ROUNDS,
			   LOCK_SALT_BYTES, lock->salt, LOCK_HASH_BYTES, out);
}

enum status lock_lock(struct lock *lock, struct der_bytes passphrase)
{
	if (lock->locked) {
		return STATUS_CONFLICT;
	}
	if (getrandom(lock->salt, LOCK_SALT_BYTES, 0) != LOCK_SALT_BYTES) {
		return STATUS_NO_MEMORY;
	}
	hash(lock, passphrase, lock->hash);
	lock->locked = true;
	lock->wait_ms = LOCK_WAIT_MS;
	lock->next_ms = 0;
	return STATUS_OK;
}

enum status lock_unlock(struct lock *lock, struct der_bytes passphrase,
			int64_t now_ms)
{
	uint8_t tried[LOCK_HASH_BYTES];
	bool same;

	if (!lock->locked) {
		return STATUS_CONFLICT;
	}
	if (now_ms < lock->next_ms) {
		return STATUS_BUSY;
	}
	hash(lock, passphrase, tried);
	same = memeql_sec(tried, lock->hash, LOCK_HASH_BYTES) != 0;
	explicit_bzero(tried, sizeof(tried));
	if (!same) {
		lock->next_ms = now_ms + lock->wait_ms;
		lock->wait_ms = lock->wait_ms * 2 < LOCK_WAIT_MAX_MS
					? lock->wait_ms * 2
					: LOCK_WAIT_MAX_MS;
		return STATUS_DENIED;
	}
	explicit_bzero(lock, sizeof(*lock));
	return STATUS_OK;
}
