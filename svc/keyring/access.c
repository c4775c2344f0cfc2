/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may do what with which object. Called by the methods under the vault's
 * lock. The caller is VTL0's word; a PIN is not.
 */
#include "lib/bytes.h"
#include "svc/keyring/methods.h"
#include "svc/keyring/outside.h"

bool access_is_his(const struct service_buffer *buffer, uint32_t owner)
{
	if (owner == KEYRING_OWNER_SYSTEM) {
		return (buffer->caller & KEYRING_CALLER_SYSTEM) != 0;
	}
	return owner == (uint32_t)buffer->caller;
}

struct slot *access_key(const struct service_buffer *buffer, uint64_t number)
{
	struct slot *slot = vault_find(number);

	if (slot == NULL || !slot->loaded ||
	    slot->key.object.type == KEY_TYPE_TOKEN) {
		return NULL;
	}
	if (!access_is_his(buffer, slot->key.object.owner)) {
		outside_event(EVENT_KEY_DENIED, number, KEYRING_DENIED_OWNER);
		return NULL;
	}
	return slot;
}

enum status access_none(void)
{
	return vault.open ? STATUS_NOT_FOUND : STATUS_CONFLICT;
}

bool access_token_login(uint32_t owner,
			const uint8_t ticket[KEYRING_TICKET_BYTES])
{
	const struct slot *token = vault_token(owner);

	return token == NULL || !token->key.pin.is_set ||
	       vault_ticket_is(ticket, KEYRING_ROLE_USER, owner, 0);
}

bool access_key_login(const struct slot *slot,
		      const uint8_t ticket[KEYRING_TICKET_BYTES])
{
	if (slot->key.pin.is_set) {
		return vault_ticket_is(ticket, KEYRING_ROLE_KEY,
				       slot->key.object.owner, slot->number);
	}
	return access_token_login(slot->key.object.owner, ticket);
}

enum status reply_with(struct service_buffer *buffer, const void *from,
		       uint32_t len_bytes)
{
	memcpy(buffer->data, from, len_bytes);
	buffer->bytes = len_bytes;
	return STATUS_OK;
}
