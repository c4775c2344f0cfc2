/* SPDX-License-Identifier: MIT */
/* Tickets of PINs that the person has typed. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "host/libvbs/keyring_words.h"
#include "host/ssh-agent/ask.h"
#include "host/ssh-agent/keys.h"

#define QUESTION_BYTES 128

static const uint8_t no_ticket[KEYRING_TICKET_BYTES];

/* The key whose own PIN counts, or 0 for the token. */
static uint64_t asks_for(const struct keyring_object *object)
{
	return object != NULL && (object->policy.flags &
				  KEYRING_FLAG_OWN_PIN) != 0
		       ? object->number
		       : 0;
}

static struct key_ticket *find(struct keys *keys, uint64_t number)
{
	for (size_t i = 0; i < keys->ticket_count; i++) {
		if (keys->ticket[i].number == number) {
			return &keys->ticket[i];
		}
	}
	return NULL;
}

const uint8_t *keys_ticket(const struct keys *keys,
			   const struct keyring_object *object)
{
	uint64_t number = asks_for(object);

	for (size_t i = 0; i < keys->ticket_count; i++) {
		if (keys->ticket[i].number == number) {
			return keys->ticket[i].ticket;
		}
	}
	return no_ticket;
}

/* Where its ticket goes: its old place, a new one, or the oldest. */
static struct key_ticket *place(struct keys *keys, uint64_t number)
{
	struct key_ticket *found = find(keys, number);

	if (found == NULL && keys->ticket_count < KEYS_TICKETS_MAX) {
		found = &keys->ticket[keys->ticket_count++];
	} else if (found == NULL) {
		memmove(keys->ticket, keys->ticket + 1,
			sizeof(keys->ticket) - sizeof(keys->ticket[0]));
		found = &keys->ticket[KEYS_TICKETS_MAX - 1];
	}
	found->number = number;
	return found;
}

enum status keys_login(struct keys *keys, const struct keyring_object *object)
{
	char question[QUESTION_BYTES], label[KEYRING_WORDS_LABEL_BYTES];
	struct keyring_pin pin = {
		.number = asks_for(object),
		.owner = keys->owner,
		.role = asks_for(object) != 0 ? KEYRING_ROLE_KEY
					      : KEYRING_ROLE_USER,
	};
	uint8_t ticket[KEYRING_TICKET_BYTES];
	struct keyring_token token = {0};
	enum status status = STATUS_OK;

	if (pin.number == 0) {
		status = vault_token(&keys->vault, keys->owner, &token);
		if (status != STATUS_OK || token.user_pin == 0) {
			return status != STATUS_OK ? status : STATUS_DENIED;
		}
		(void)snprintf(question, sizeof(question),
			       "PIN of your OpenVBS token:");
	} else {
		(void)snprintf(question, sizeof(question),
			       "PIN of the key %llu %s:",
			       (unsigned long long)object->number,
			       keyring_words_label(object, label));
	}
	pin.pin_bytes =
		(uint32_t)ask_pin(question, (char *)pin.pin, sizeof(pin.pin));
	status = pin.pin_bytes == 0 ? STATUS_DENIED
				    : vault_login(&keys->vault, &pin, ticket);
	explicit_bzero(&pin, sizeof(pin));
	if (status == STATUS_OK) {
		memcpy(place(keys, asks_for(object))->ticket, ticket,
		       sizeof(ticket));
		explicit_bzero(ticket, sizeof(ticket));
	}
	return status;
}

void keys_logout(struct keys *keys)
{
	for (size_t i = 0; i < keys->ticket_count; i++) {
		(void)(vault_logout(&keys->vault, keys->ticket[i].ticket) ==
		       STATUS_OK);
	}
	explicit_bzero(keys->ticket, sizeof(keys->ticket));
	keys->ticket_count = 0;
}
