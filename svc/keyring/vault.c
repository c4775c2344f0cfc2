/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of objects. Invariant: what an index of the present epoch lists is
 * what the table holds, number for number and version for version; the secure
 * kernel knows the epoch before anybody sees a blob of it.
 */
#include "svc/keyring/vault.h"

#include <nettle/memops.h>

#include "lib/bytes.h"
#include "svc/keyring/outside.h"
#include "svc/rt/rt.h"

#define INDEX_BYTES(count) \
	(sizeof(struct keyring_index) + (count) * sizeof(struct keyring_entry))
#define KEY_HEAD_BYTES offsetof(struct key, secret)

/* An index, with its entries. */
struct whole_index {
	struct keyring_index index;
	struct keyring_entry entry[KEYRING_OBJECTS_MAX];
};

void vault_start(const struct service_start *start)
{
	bytes_zero(&vault, sizeof(vault));
	blob_home_set(&vault.home, start->root);
	unwrap_pair(start->root, vault.wrapping_scalar, vault.wrapping_key);
	vault.time_per_second = start->time_per_second;
	vault.anchored = start->root_anchored != 0;
	vault.epoch = start->epoch;
}

void vault_lock(void)
{
	lock_take(&vault.lock);
}

void vault_unlock(void)
{
	lock_release(&vault.lock);
}

static void epoch_begin(void)
{
	if (vault.epoch >= UINT32_MAX) {
		rt_crash(); /* entries have no room for more */
	}
	outside_epoch(vault.epoch + 1);
	vault.epoch++;
}

static void forget_all(void)
{
	bytes_wipe(vault.slot, sizeof(vault.slot));
	bytes_wipe(vault.ticket, sizeof(vault.ticket));
	vault.next_volatile = VAULT_VOLATILE_FIRST;
}

void vault_create(void)
{
	forget_all();
	rt_random(NULL, sizeof(vault.home.vault), vault.home.vault);
	vault.next_number = 1;
	epoch_begin();
	vault.open = true;
}

/* --- stored and given back ---------------------------------------------------- */

static bool index_fits(const struct whole_index *whole, size_t body_bytes)
{
	const struct keyring_index *index = &whole->index;

	return index->count <= KEYRING_OBJECTS_MAX &&
	       body_bytes == INDEX_BYTES(index->count) &&
	       index->next_number <= VAULT_VOLATILE_FIRST;
}

enum keyring_verdict vault_open(const struct keyring_blob *blob,
				size_t len_bytes)
{
	struct whole_index whole;
	enum keyring_verdict verdict;

	if (len_bytes > blob_bytes(sizeof(whole))) {
		return KEYRING_VERDICT_TRUNCATED;
	}
	verdict = blob_open(&vault.home, true, blob, len_bytes, &whole);
	if (verdict != KEYRING_VERDICT_GOOD) {
		return verdict;
	}
	if (blob->number != 0) {
		bytes_wipe(&whole, sizeof(whole));
		return KEYRING_VERDICT_SWAPPED;
	}
	/* The first of a boot is the newest that anybody can tell. */
	if (blob->version != vault.epoch &&
	    !(vault.anchored && vault.epoch == 0)) {
		return KEYRING_VERDICT_ROLLED_BACK;
	}
	if (!index_fits(&whole, len_bytes - blob_bytes(0))) {
		return KEYRING_VERDICT_DAMAGED;
	}
	if (vault.epoch == 0) {
		outside_epoch(blob->version);
		vault.epoch = blob->version;
	}
	forget_all();
	memcpy(vault.home.vault, blob->vault, sizeof(vault.home.vault));
	vault.next_number = (uint32_t)whole.index.next_number;
	for (uint32_t i = 0; i < whole.index.count; i++) {
		vault.slot[i].number = whole.entry[i].number;
		vault.slot[i].version = whole.entry[i].version;
	}
	vault.open = true;
	return KEYRING_VERDICT_GOOD;
}

static enum keyring_verdict verdict_of(const struct slot *slot, uint64_t number,
				       const struct keyring_blob *blob)
{
	if (blob->number != number) {
		return KEYRING_VERDICT_SWAPPED;
	}
	if (slot == NULL || number >= VAULT_VOLATILE_FIRST) {
		return KEYRING_VERDICT_UNKNOWN;
	}
	if (slot->loaded) {
		return KEYRING_VERDICT_PRESENT;
	}
	return blob->version == slot->version ? KEYRING_VERDICT_GOOD
					      : KEYRING_VERDICT_ROLLED_BACK;
}

enum keyring_verdict vault_load(uint64_t number,
				const struct keyring_blob *blob,
				size_t len_bytes)
{
	struct slot *slot = vault_find(number);
	struct key key;
	enum keyring_verdict verdict;
	size_t body_bytes;

	if (len_bytes < blob_bytes(KEY_HEAD_BYTES) ||
	    len_bytes > blob_bytes(sizeof(key))) {
		return KEYRING_VERDICT_TRUNCATED;
	}
	body_bytes = len_bytes - blob_bytes(0);
	bytes_zero(&key, sizeof(key));
	verdict = blob_open(&vault.home, false, blob, len_bytes, &key);
	if (verdict == KEYRING_VERDICT_GOOD) {
		verdict = verdict_of(slot, number, blob);
	}
	if (verdict == KEYRING_VERDICT_GOOD) {
		if (key.secret_bytes != body_bytes - KEY_HEAD_BYTES) {
			rt_crash(); /* we have sealed it so: a bug */
		}
		slot->key = key;
		slot->loaded = true;
	}
	bytes_wipe(&key, sizeof(key));
	return verdict;
}

static void index_save(struct keyring_blob *to)
{
	const struct keyring_entry as = {.version = (uint32_t)vault.epoch};
	struct whole_index whole = {
		.index = {.next_number = vault.next_number},
	};

	for (uint32_t i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		const struct slot *slot = &vault.slot[i];

		if (slot->number != 0 && slot->number < VAULT_VOLATILE_FIRST) {
			whole.entry[whole.index.count++] =
				(struct keyring_entry){slot->number,
						       slot->version};
		}
	}
	blob_seal(&vault.home, &as, &whole, INDEX_BYTES(whole.index.count), to);
}

enum status vault_save(uint64_t number, struct keyring_blob *to)
{
	const struct slot *slot = vault_find(number);
	struct keyring_entry as;

	if (number == 0) {
		index_save(to);
		return STATUS_OK;
	}
	if (slot == NULL || !slot->loaded || number >= VAULT_VOLATILE_FIRST) {
		return STATUS_NOT_FOUND;
	}
	as = (struct keyring_entry){slot->number, slot->version};
	blob_seal(&vault.home, &as, &slot->key,
		  KEY_HEAD_BYTES + slot->key.secret_bytes, to);
	return STATUS_OK;
}

/* --- objects -------------------------------------------------------------------- */

struct slot *vault_find(uint64_t number)
{
	for (uint32_t i = 0; number != 0 && i < KEYRING_OBJECTS_MAX; i++) {
		if (vault.slot[i].number == number) {
			return &vault.slot[i];
		}
	}
	return NULL;
}

struct slot *vault_token(uint32_t owner)
{
	for (uint32_t i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		struct slot *slot = &vault.slot[i];

		if (slot->loaded && slot->key.object.type == KEY_TYPE_TOKEN &&
		    slot->key.object.owner == owner) {
			return slot;
		}
	}
	return NULL;
}

struct slot *vault_next(uint64_t number)
{
	struct slot *found = NULL;

	for (uint32_t i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		struct slot *slot = &vault.slot[i];

		if (slot->loaded && slot->number > number &&
		    (found == NULL || slot->number < found->number)) {
			found = slot;
		}
	}
	return found;
}

static struct slot *free_slot(void)
{
	for (uint32_t i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		if (vault.slot[i].number == 0) {
			return &vault.slot[i];
		}
	}
	return NULL;
}

bool vault_has_room(void)
{
	return free_slot() != NULL &&
	       vault.next_number < VAULT_VOLATILE_FIRST &&
	       vault.next_volatile >= VAULT_VOLATILE_FIRST;
}

struct slot *vault_add(const struct key *key)
{
	bool is_volatile =
		(key->object.policy.flags & KEYRING_FLAG_VOLATILE) != 0;
	struct slot *slot = free_slot();

	if (!vault_has_room()) {
		return NULL;
	}
	slot->key = *key;
	slot->loaded = true;
	if (is_volatile) {
		slot->number = vault.next_volatile++;
	} else {
		slot->number = vault.next_number++;
	}
	slot->key.object.number = slot->number;
	vault_change(slot);
	return slot;
}

void vault_change(struct slot *slot)
{
	if (slot->number < VAULT_VOLATILE_FIRST) {
		epoch_begin();
		slot->version = (uint32_t)vault.epoch;
		slot->key.object.version = vault.epoch;
	}
}

void vault_remove(struct slot *slot, bool begin_epoch)
{
	if (begin_epoch && slot->number < VAULT_VOLATILE_FIRST) {
		epoch_begin();
	}
	vault_tickets_end(KEYRING_ROLE_KEY, slot->key.object.owner,
			  slot->number);
	bytes_wipe(slot, sizeof(*slot));
}

/* --- logins --------------------------------------------------------------------- */

void vault_ticket_give(uint32_t role, uint32_t owner, uint32_t number,
		       struct keyring_ticket *to)
{
	struct ticket *ticket =
		&vault.ticket[vault.next_ticket++ % VAULT_TICKETS];

	ticket->role = role;
	ticket->owner = owner;
	ticket->number = number;
	rt_random(NULL, sizeof(ticket->bytes), ticket->bytes);
	memcpy(to->ticket, ticket->bytes, sizeof(to->ticket));
}

bool vault_ticket_is(const uint8_t bytes[KEYRING_TICKET_BYTES], uint32_t role,
		     uint32_t owner, uint32_t number)
{
	bool is = false;

	for (uint32_t i = 0; i < VAULT_TICKETS; i++) {
		const struct ticket *ticket = &vault.ticket[i];

		is |= memeql_sec(ticket->bytes, bytes, KEYRING_TICKET_BYTES) &&
		      ticket->role == role && ticket->owner == owner &&
		      ticket->number == number;
	}
	return is;
}

void vault_ticket_end(const uint8_t bytes[KEYRING_TICKET_BYTES])
{
	for (uint32_t i = 0; i < VAULT_TICKETS; i++) {
		struct ticket *ticket = &vault.ticket[i];

		if (memeql_sec(ticket->bytes, bytes, KEYRING_TICKET_BYTES)) {
			bytes_wipe(ticket, sizeof(*ticket));
		}
	}
}

void vault_tickets_end(uint32_t role, uint32_t owner, uint32_t number)
{
	for (uint32_t i = 0; i < VAULT_TICKETS; i++) {
		struct ticket *ticket = &vault.ticket[i];

		if (ticket->role == role && ticket->owner == owner &&
		    ticket->number == number) {
			bytes_wipe(ticket, sizeof(*ticket));
		}
	}
}
