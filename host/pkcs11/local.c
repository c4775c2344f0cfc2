/* SPDX-License-Identifier: MIT */
/* The list of session objects, under module.lock. */
#include "host/pkcs11/local.h"

#include <stdlib.h>
#include <string.h>

#include "host/pkcs11/door.h"

static struct local *make(const struct session *session, size_t len_bytes)
{
	struct local *local = calloc(1, sizeof(*local) + len_bytes);

	if (local != NULL) {
		local->session = session->handle;
		local->slot = session->slot;
		local->len_bytes = len_bytes;
	}
	return local;
}

static void insert_locked(struct local *local)
{
	local->next = module.locals;
	module.locals = local;
}

uint64_t local_add_record(const struct session *session, const uint8_t *record,
			  size_t len_bytes)
{
	struct local *local = make(session, len_bytes);
	uint64_t number;

	if (local == NULL) {
		return 0;
	}
	memcpy(local->record, record, len_bytes);
	module_lock();
	number = ++module.last_local;
	local->number = number;
	insert_locked(local);
	module_unlock();
	return number;
}

bool local_add_key(const struct session *session, uint64_t number)
{
	struct local *local = make(session, 0);

	if (local == NULL) {
		return false;
	}
	local->number = number;
	local->is_key = true;
	module_lock();
	insert_locked(local);
	module_unlock();
	return true;
}

/* The link that points to it, or to the list's end. */
static struct local **find_locked(unsigned slot, bool is_key, uint64_t number)
{
	struct local **at = &module.locals;

	while (*at != NULL && ((*at)->slot != slot || (*at)->is_key != is_key ||
			       (*at)->number != number)) {
		at = &(*at)->next;
	}
	return at;
}

size_t local_record(unsigned slot, uint64_t number, uint8_t *record,
		    size_t room)
{
	const struct local *local;
	size_t len_bytes = 0;

	module_lock();
	local = *find_locked(slot, false, number);
	if (local != NULL && local->len_bytes <= room) {
		len_bytes = local->len_bytes;
		memcpy(record, local->record, len_bytes);
	}
	module_unlock();
	return len_bytes;
}

ck_rv_t local_replace(unsigned slot, uint64_t number, const uint8_t *record,
		      size_t len_bytes)
{
	struct local *fresh = calloc(1, sizeof(*fresh) + len_bytes);
	struct local **at;
	struct local *old;

	if (fresh == NULL) {
		return CKR_HOST_MEMORY;
	}
	module_lock();
	at = find_locked(slot, false, number);
	old = *at;
	if (old == NULL) {
		module_unlock();
		free(fresh);
		return CKR_OBJECT_HANDLE_INVALID;
	}
	*fresh = *old;
	fresh->len_bytes = len_bytes;
	memcpy(fresh->record, record, len_bytes);
	*at = fresh;
	module_unlock();
	free(old);
	return CKR_OK;
}

uint64_t local_next_record(unsigned slot, uint64_t after)
{
	const struct local *local;
	uint64_t best = 0;

	module_lock();
	for (local = module.locals; local != NULL; local = local->next) {
		if (local->slot == slot && !local->is_key &&
		    local->number > after &&
		    (best == 0 || local->number < best)) {
			best = local->number;
		}
	}
	module_unlock();
	return best;
}

bool local_has_key(unsigned slot, uint64_t number)
{
	bool has;

	module_lock();
	has = *find_locked(slot, true, number) != NULL;
	module_unlock();
	return has;
}

bool local_public_gone(unsigned slot, uint64_t number)
{
	const struct local *local;
	bool gone;

	module_lock();
	local = *find_locked(slot, true, number);
	gone = local != NULL && local->public_gone;
	module_unlock();
	return gone;
}

void local_destroy_public(unsigned slot, uint64_t number)
{
	struct local *local;

	module_lock();
	local = *find_locked(slot, true, number);
	if (local != NULL) {
		local->public_gone = true;
	}
	module_unlock();
}

bool local_drop(unsigned slot, bool is_key, uint64_t number)
{
	struct local **at;
	struct local *local;

	module_lock();
	at = find_locked(slot, is_key, number);
	local = *at;
	if (local != NULL) {
		*at = local->next;
	}
	module_unlock();
	free(local);
	return local != NULL;
}

static struct local *extract(ck_session_handle_t session)
{
	struct local **at = &module.locals;
	struct local *local;

	module_lock();
	while (*at != NULL && (*at)->session != session) {
		at = &(*at)->next;
	}
	local = *at;
	if (local != NULL) {
		*at = local->next;
	}
	module_unlock();
	return local;
}

void local_drop_session(unsigned slot, ck_session_handle_t session)
{
	struct keyring_use use = {0};
	struct keyring_call call = {
		.method = KEYRING_DELETE,
		.in = &use,
		.in_bytes = sizeof(use),
	};
	struct local *local;

	session_ticket(slot, use.ticket);
	while ((local = extract(session)) != NULL) {
		use.number = local->number;
		/* Not there any more, or the keyring is not: no one is to be
		   told, and with VTL1's memory it goes anyway. */
		if (local->is_key && door_change(&call) != STATUS_OK) {
			call.out_bytes = 0;
		}
		free(local);
	}
}
