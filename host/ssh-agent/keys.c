/* SPDX-License-Identifier: MIT */
/* What is offered, hidden, added and deleted. */
#include "host/ssh-agent/keys.h"

#include <nettle/sha2.h>
#include <string.h>

#include "host/libvbs/keyring_words.h"
#include "host/libvbs/ssh_key.h"
#include "lib/status.h"

#define MARK_WORD_BYTES (sizeof(KEYS_MARK) - 1)

static const uint8_t no_ticket[KEYRING_TICKET_BYTES];

void keys_init(struct keys *keys, uint32_t owner, const char *path)
{
	struct sha256_ctx sha;

	*keys = (struct keys){.vault = VAULT_INIT, .owner = owner};
	memcpy(keys->mark, KEYS_MARK, MARK_WORD_BYTES);
	sha256_init(&sha);
	sha256_update(&sha, strlen(path), (const uint8_t *)path);
	sha256_digest(&sha, KEYS_MARK_BYTES - MARK_WORD_BYTES,
		      keys->mark + MARK_WORD_BYTES);
}

/* --- looking -------------------------------------------------------------- */

static bool is_hidden(const struct keys *keys, uint64_t number)
{
	for (size_t i = 0; i < keys->hidden_count; i++) {
		if (keys->hidden[i] == number) {
			return true;
		}
	}
	return false;
}

struct key_added *keys_added(struct keys *keys, uint64_t number)
{
	for (size_t i = 0; i < keys->added_count; i++) {
		if (keys->added[i].number == number) {
			return &keys->added[i];
		}
	}
	return NULL;
}

static bool has_mark(const struct keyring_object *object, const uint8_t *mark,
		     size_t mark_bytes)
{
	return object->id_bytes >= mark_bytes &&
	       memcmp(object->id, mark, mark_bytes) == 0;
}

/* The mechanism of SSH's signatures is among those of its policy. */
static bool may_sign(const struct keyring_object *object)
{
	uint32_t mechanism = object->type == KEYRING_TYPE_RSA ? KEYRING_RSA_PKCS
			     : object->type == KEYRING_TYPE_ED25519
				     ? KEYRING_EDDSA
				     : KEYRING_ECDSA;

	return ssh_key_name(object->type) != NULL &&
	       (object->policy.operations & KEYRING_MAY_SIGN) != 0 &&
	       (object->policy.mechanisms == 0 ||
		(object->policy.mechanisms & 1u << mechanism) != 0);
}

/* Deletes what an earlier life of this agent has left. */
static bool is_offered(struct keys *keys, const struct keyring_object *object)
{
	if (object->owner != keys->owner || !may_sign(object)) {
		return false;
	}
	if (keys_added(keys, object->number) != NULL) {
		return true;
	}
	if (has_mark(object, keys->mark, sizeof(keys->mark))) {
		(void)(vault_delete(&keys->vault, object->number, no_ticket) ==
		       STATUS_OK);
		return false;
	}
	return !has_mark(object, keys->mark, MARK_WORD_BYTES) &&
	       !is_hidden(keys, object->number);
}

enum status keys_refresh(struct keys *keys)
{
	struct keyring_object *object;
	uint64_t number = 0;
	enum status status = STATUS_OK;

	keys->count = 0;
	while (keys->count < KEYRING_OBJECTS_MAX) {
		object = &keys->object[keys->count];
		status = vault_next(&keys->vault, number, object);
		if (status != STATUS_OK) {
			break;
		}
		number = object->number;
		keys->count += is_offered(keys, object);
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

const struct keyring_object *keys_find(const struct keys *keys,
				       struct der_bytes public_key)
{
	uint8_t blob[SSH_PUBLIC_BYTES];

	for (size_t i = 0; i < keys->count; i++) {
		size_t len_bytes = ssh_public(&keys->object[i], blob);

		if (len_bytes != 0 && len_bytes == public_key.len_bytes &&
		    memcmp(blob, public_key.bytes, len_bytes) == 0) {
			return &keys->object[i];
		}
	}
	return NULL;
}

/* --- removing ------------------------------------------------------------- */

enum status keys_delete(struct keys *keys, uint64_t number)
{
	struct keyring_object object = {.number = number};
	struct key_added *added = keys_added(keys, number);
	enum status status =
		vault_delete(&keys->vault, number, keys_ticket(keys, &object));

	if (status == STATUS_NOT_FOUND) {
		status = STATUS_OK;
	}
	if (status == STATUS_OK && added != NULL) {
		*added = keys->added[--keys->added_count];
	}
	return status;
}

/* Those that are gone from the keyring make room. */
static void hide(struct keys *keys, uint64_t number)
{
	if (keys->hidden_count == KEYRING_OBJECTS_MAX) {
		memmove(keys->hidden, keys->hidden + 1,
			sizeof(keys->hidden) - sizeof(keys->hidden[0]));
		keys->hidden_count--;
	}
	keys->hidden[keys->hidden_count++] = number;
}

static enum status remove_one(struct keys *keys, uint64_t number)
{
	if (keys_added(keys, number) != NULL) {
		return keys_delete(keys, number);
	}
	hide(keys, number);
	return STATUS_OK;
}

enum status keys_remove(struct keys *keys, struct der_bytes public_key)
{
	const struct keyring_object *object;
	enum status status = keys_refresh(keys);

	if (status != STATUS_OK) {
		return status;
	}
	object = keys_find(keys, public_key);
	if (object == NULL) {
		return STATUS_NOT_FOUND;
	}
	while (status == STATUS_OK && object != NULL) {
		status = remove_one(keys, object->number);
		if (status == STATUS_OK) {
			status = keys_refresh(keys);
			object = keys_find(keys, public_key);
		}
	}
	return status;
}

enum status keys_remove_all(struct keys *keys)
{
	enum status status = keys_refresh(keys);

	for (size_t i = 0; status == STATUS_OK && i < keys->count; i++) {
		status = remove_one(keys, keys->object[i].number);
	}
	return status;
}

void keys_expire(struct keys *keys, int64_t now_ms)
{
	for (size_t i = keys->added_count; i > 0; i--) {
		struct key_added *added = &keys->added[i - 1];

		if (added->until_ms == 0 || now_ms < added->until_ms) {
			continue;
		}
		if (keys_delete(keys, added->number) != STATUS_OK) {
			/* Without a record it has our mark only, and goes with
			   the next look. */
			*added = keys->added[--keys->added_count];
		}
	}
}

void keys_close(struct keys *keys)
{
	while (keys->added_count != 0) {
		size_t last = keys->added_count - 1;

		if (keys_delete(keys, keys->added[last].number) != STATUS_OK) {
			keys->added_count = last;
		}
	}
	keys_logout(keys);
	vault_close(&keys->vault);
}
