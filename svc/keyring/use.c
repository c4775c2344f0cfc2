/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys at work. The policy is asked under the lock, which then gives a copy of
 * the key; the work is done on the copy, by as many threads as come.
 */
#include "lib/bytes.h"
#include "svc/keyring/methods.h"
#include "svc/keyring/outside.h"

#define SECONDS_PER_MINUTE 60u

/* The denial's number, or 0. */
static uint32_t policy_denies(const struct slot *slot,
			      const struct keyring_use *use, uint32_t operation)
{
	const struct keyring_policy *policy = &slot->key.object.policy;

	if ((policy->operations & operation) == 0 ||
	    use->mechanism >= KEYRING_MECHANISM_COUNT ||
	    (policy->mechanisms >> use->mechanism & 1) == 0) {
		return KEYRING_DENIED_POLICY;
	}
	return access_key_login(slot, use->ticket) ? 0 : KEYRING_DENIED_PIN;
}

/*
 * As many at once as a minute has, each earned back after its share of the
 * minute (the generic cell rate algorithm of ITU-T I.371).
 */
static bool rate_allows(struct slot *slot, uint64_t now)
{
	uint32_t most = slot->key.object.policy.uses_per_minute;
	uint64_t share, due;

	if (most == 0) {
		return true;
	}
	share = vault.time_per_second * SECONDS_PER_MINUTE / most;
	due = slot->due_time > now ? slot->due_time : now;
	if (due - now > share * (most - 1)) {
		return false;
	}
	slot->due_time = due + share;
	return true;
}

void use_tell(struct slot *slot)
{
	if (slot->untold != 0) {
		outside_event(EVENT_KEY_USED, slot->number, slot->untold);
		slot->untold = 0;
	}
}

static void account(struct slot *slot, uint64_t now)
{
	bool each = (slot->key.object.policy.flags & KEYRING_FLAG_AUDIT_EACH);

	slot->key.object.uses++;
	slot->untold++;
	if (each || slot->key.object.uses == 1 ||
	    now - slot->told_time >= vault.time_per_second) {
		use_tell(slot);
		slot->told_time = now;
	}
}

static enum status begin_locked(const struct service_buffer *buffer,
				const struct keyring_use *use,
				uint32_t operation, struct key *key)
{
	static const enum status as[] = {
		[KEYRING_DENIED_POLICY] = STATUS_UNSUPPORTED,
		[KEYRING_DENIED_RATE] = STATUS_BUSY,
		[KEYRING_DENIED_PIN] = STATUS_DENIED,
	};
	struct slot *slot = access_key(buffer, use->number);
	uint64_t now = rt_time();
	uint32_t denial;

	if (slot == NULL) {
		return access_none();
	}
	denial = policy_denies(slot, use, operation);
	if (denial == 0 && !rate_allows(slot, now)) {
		denial = KEYRING_DENIED_RATE;
	}
	if (denial != 0) {
		outside_event(EVENT_KEY_DENIED, use->number, denial);
		return as[denial];
	}
	account(slot, now);
	memcpy(key, &slot->key,
	       offsetof(struct key, secret) + slot->key.secret_bytes);
	return STATUS_OK;
}

struct use {
	struct keyring_use head;
	uint8_t data[KEYRING_DATA_BYTES];
};

static enum status work_with(struct service_buffer *buffer, uint32_t operation)
{
	struct use use;
	struct key key;
	struct key_work work = {
		.in = use.data,
		.in_bytes = buffer->bytes - sizeof(use.head),
		.out = buffer->data,
		.out_bytes = buffer->bytes_max,
	};
	enum status status;

	memcpy(&use, buffer->data, buffer->bytes);
	vault_lock();
	status = begin_locked(buffer, &use.head, operation, &key);
	vault_unlock();
	if (status == STATUS_OK) {
		work.mechanism = use.head.mechanism;
		work.extra = use.head.extra;
		status = operation == KEYRING_MAY_SIGN
				 ? key_sign(&key, &work)
				 : key_cipher(&key,
					      operation == KEYRING_MAY_ENCRYPT,
					      &work);
		bytes_wipe(&key, sizeof(key));
	}
	bytes_wipe(&use, sizeof(use));
	buffer->bytes = status == STATUS_OK ? (uint32_t)work.out_bytes : 0;
	return status;
}

enum status method_sign(struct service_buffer *buffer)
{
	return work_with(buffer, KEYRING_MAY_SIGN);
}

enum status method_encrypt(struct service_buffer *buffer)
{
	return work_with(buffer, KEYRING_MAY_ENCRYPT);
}

enum status method_decrypt(struct service_buffer *buffer)
{
	return work_with(buffer, KEYRING_MAY_DECRYPT);
}
