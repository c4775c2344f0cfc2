/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens, PINs, logins. A wrong PIN has cost a try, and the epoch knows it,
 * before it is answered. A token's record is made when it gets its first PIN.
 */
#include "lib/bytes.h"
#include "svc/keyring/methods.h"
#include "svc/keyring/outside.h"
#include "svc/keyring/pin.h"

enum status method_token(struct service_buffer *buffer)
{
	struct keyring_token token = {.user_tries_left = KEYRING_TRIES,
				      .so_tries_left = KEYRING_TRIES};
	struct keyring_owner of;
	const struct slot *slot;

	memcpy(&of, buffer->data, sizeof(of));
	if (of.reserved_zero != 0) {
		return STATUS_INVALID;
	}
	if (!access_is_his(buffer, of.owner)) {
		return STATUS_NOT_FOUND;
	}
	token.owner = of.owner;
	vault_lock();
	slot = vault_token(of.owner);
	if (slot != NULL) {
		const struct key *key = &slot->key;

		token.user_pin = key->pin.is_set;
		token.so_pin = key->so_pin.is_set;
		if (key->pin.is_set) {
			token.user_tries_left = key->pin.tries_left;
		}
		if (key->so_pin.is_set) {
			token.so_tries_left = key->so_pin.tries_left;
		}
		token.label_bytes = key->object.label_bytes;
		memcpy(token.label, key->object.label, sizeof(token.label));
	}
	for (uint32_t i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		slot = &vault.slot[i];
		token.objects += slot->loaded &&
				 slot->key.object.type != KEY_TYPE_TOKEN &&
				 slot->key.object.owner == of.owner;
	}
	vault_unlock();
	return reply_with(buffer, &token, sizeof(token));
}

/* Compares a PIN of this object's, and counts. */
static bool checked(struct slot *slot, struct pin *pin, const uint8_t *bytes,
		    uint32_t len_bytes)
{
	bool changed;
	bool good = pin_check(pin, bytes, len_bytes, &changed);

	if (changed) {
		vault_change(slot);
	}
	if (!good) {
		outside_event(EVENT_PIN_DENIED, slot->number, pin->tries_left);
	}
	return good;
}

static bool lengths_fit(const struct keyring_pin *request)
{
	return request->pin_bytes <= KEYRING_PIN_BYTES &&
	       request->new_pin_bytes <= KEYRING_PIN_BYTES;
}

/* The object whose PIN a request means; NULL: none. */
static struct slot *object_of(const struct service_buffer *buffer,
			      const struct keyring_pin *request)
{
	if (request->role == KEYRING_ROLE_KEY) {
		struct slot *slot = access_key(buffer, request->number);

		return slot != NULL && slot->key.object.owner == request->owner
			       ? slot
			       : NULL;
	}
	if (request->number != 0 || !access_is_his(buffer, request->owner) ||
	    (request->role != KEYRING_ROLE_USER &&
	     request->role != KEYRING_ROLE_SO)) {
		return NULL;
	}
	return vault_token(request->owner);
}

static struct pin *pin_of(struct slot *slot, uint32_t role)
{
	return role == KEYRING_ROLE_SO ? &slot->key.so_pin : &slot->key.pin;
}

enum status method_login(struct service_buffer *buffer)
{
	struct keyring_ticket ticket;
	struct keyring_pin request;
	enum status status = STATUS_DENIED;
	struct slot *slot;
	struct pin *pin;

	memcpy(&request, buffer->data, sizeof(request));
	if (!lengths_fit(&request) || request.new_pin_bytes != 0) {
		return STATUS_INVALID;
	}
	vault_lock();
	slot = object_of(buffer, &request);
	pin = slot != NULL ? pin_of(slot, request.role) : NULL;
	if (pin == NULL || !pin->is_set) {
		status = access_none();
	} else if (checked(slot, pin, request.pin, request.pin_bytes)) {
		vault_ticket_give(request.role, request.owner,
				  (uint32_t)request.number, &ticket);
		status = reply_with(buffer, &ticket, sizeof(ticket));
	}
	vault_unlock();
	bytes_wipe(&request, sizeof(request));
	return status;
}

enum status method_logout(struct service_buffer *buffer)
{
	struct keyring_ticket ticket;

	memcpy(&ticket, buffer->data, sizeof(ticket));
	buffer->bytes = 0;
	vault_lock();
	vault_ticket_end(ticket.ticket);
	vault_unlock();
	return STATUS_OK;
}

/* The token's record, made if it has none. NULL: no room. */
static struct slot *token_make(uint32_t owner)
{
	struct slot *slot = vault_token(owner);
	struct key key = {
		.object = {.type = KEY_TYPE_TOKEN, .owner = owner},
	};

	return slot != NULL ? slot : vault_add(&key);
}

/* Who may set it: whoever knows the old one, the SO, or, with none, the owner. */
static bool may_set(struct slot *slot, const struct keyring_pin *request)
{
	struct pin *pin = pin_of(slot, request->role);

	if (request->role == KEYRING_ROLE_USER &&
	    vault_ticket_is(request->ticket, KEYRING_ROLE_SO, request->owner,
			    0)) {
		return true;
	}
	if (pin->is_set) {
		return checked(slot, pin, request->pin, request->pin_bytes);
	}
	/* The SO's first PIN beside a user's would be a way around that. */
	return request->role != KEYRING_ROLE_KEY && !slot->key.so_pin.is_set &&
	       !slot->key.pin.is_set;
}

static enum status pin_set_locked(const struct service_buffer *buffer,
				  const struct keyring_pin *request)
{
	struct slot *slot = object_of(buffer, request);

	if (!vault.open) {
		return STATUS_CONFLICT;
	}
	if (slot == NULL &&
	    (request->role == KEYRING_ROLE_USER ||
	     request->role == KEYRING_ROLE_SO) &&
	    request->number == 0 && access_is_his(buffer, request->owner)) {
		slot = token_make(request->owner);
		if (slot == NULL) {
			return STATUS_NO_SPACE;
		}
	}
	if (slot == NULL) {
		return STATUS_NOT_FOUND;
	}
	if (!may_set(slot, request)) {
		return STATUS_DENIED;
	}
	if (request->new_pin_bytes == 0) {
		pin_clear(pin_of(slot, request->role));
	} else {
		pin_set(pin_of(slot, request->role), request->new_pin,
			request->new_pin_bytes);
	}
	vault_tickets_end(request->role, request->owner,
			  (uint32_t)request->number);
	vault_change(slot);
	outside_event(EVENT_PIN_SET, slot->number, request->role);
	return STATUS_OK;
}

enum status method_pin_set(struct service_buffer *buffer)
{
	struct keyring_pin request;
	enum status status;

	memcpy(&request, buffer->data, sizeof(request));
	buffer->bytes = 0;
	if (!lengths_fit(&request) ||
	    (!pin_length_is_good(request.new_pin_bytes) &&
	     (request.new_pin_bytes != 0 ||
	      request.role != KEYRING_ROLE_USER))) {
		return STATUS_INVALID;
	}
	vault_lock();
	status = pin_set_locked(buffer, &request);
	vault_unlock();
	bytes_wipe(&request, sizeof(request));
	return status;
}

/* All keys of a token; its record stays. */
static void token_clear(uint32_t owner)
{
	for (uint32_t i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		struct slot *slot = &vault.slot[i];

		if (slot->loaded && slot->key.object.owner == owner &&
		    slot->key.object.type != KEY_TYPE_TOKEN) {
			use_tell(slot);
			vault_remove(slot, false);
		}
	}
}

static enum status token_init_locked(const struct service_buffer *buffer,
				     const struct keyring_pin *request)
{
	struct slot *slot;

	if (!vault.open) {
		return STATUS_CONFLICT;
	}
	if (!access_is_his(buffer, request->owner)) {
		return STATUS_NOT_FOUND;
	}
	slot = token_make(request->owner);
	if (slot == NULL) {
		return STATUS_NO_SPACE;
	}
	if (slot->key.so_pin.is_set) {
		if (!checked(slot, &slot->key.so_pin, request->pin,
			     request->pin_bytes)) {
			return STATUS_DENIED;
		}
	} else {
		pin_set(&slot->key.so_pin, request->pin, request->pin_bytes);
	}
	token_clear(request->owner);
	pin_clear(&slot->key.pin);
	slot->key.object.label_bytes = request->new_pin_bytes;
	memcpy(slot->key.object.label, request->new_pin,
	       request->new_pin_bytes);
	vault_tickets_end(KEYRING_ROLE_USER, request->owner, 0);
	vault_tickets_end(KEYRING_ROLE_SO, request->owner, 0);
	vault_change(slot);
	outside_event(EVENT_TOKEN_CLEARED, request->owner, 0);
	return STATUS_OK;
}

enum status method_token_init(struct service_buffer *buffer)
{
	struct keyring_pin request;
	enum status status;

	memcpy(&request, buffer->data, sizeof(request));
	buffer->bytes = 0;
	if (!lengths_fit(&request) || !pin_length_is_good(request.pin_bytes)) {
		return STATUS_INVALID;
	}
	vault_lock();
	status = token_init_locked(buffer, &request);
	vault_unlock();
	bytes_wipe(&request, sizeof(request));
	return status;
}
