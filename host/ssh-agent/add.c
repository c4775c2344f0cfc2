/* SPDX-License-Identifier: MIT */
/* From a message to an object of the keyring. */
#define _GNU_SOURCE
#include "host/ssh-agent/add.h"

#include <nettle/sha2.h>
#include <string.h>

#include "host/ssh-agent/private.h"

#define MARK_HASH_BYTES 16u
#define MS_PER_S	1000

/* As struct keyring_object has it. */
static struct der_bytes public_half(const struct message_add *add)
{
	switch (add->type) {
	case KEYRING_TYPE_RSA:
		return add->rsa.n;
	case KEYRING_TYPE_ED25519:
		return add->ed25519.key;
	default:
		return (struct der_bytes){add->ec.point.bytes + 1,
					  add->ec.point.len_bytes - 1};
	}
}

static bool is_of(const struct keyring_object *object,
		  const struct message_add *add)
{
	struct der_bytes half = public_half(add);

	return object->type == add->type &&
	       object->public_bytes == half.len_bytes &&
	       memcmp(object->public_key, half.bytes, half.len_bytes) == 0;
}

/* A label has room for the beginning of a long comment, up to a character. */
static uint32_t label(struct der_bytes comment, uint8_t to[KEYRING_LABEL_BYTES])
{
	size_t len_bytes = comment.len_bytes;

	if (len_bytes > KEYRING_LABEL_BYTES) {
		len_bytes = KEYRING_LABEL_BYTES;
		while (len_bytes != 0 &&
		       (comment.bytes[len_bytes] & 0xc0) == 0x80) {
			len_bytes--;
		}
	}
	memcpy(to, comment.bytes, len_bytes);
	return (uint32_t)len_bytes;
}

static struct keyring_import request(const struct keys *keys,
				     const struct message_add *add)
{
	struct keyring_import import = {.template = {
						.owner = keys->owner,
						.type = KEYRING_TYPE_ANY,
					}};
	struct keyring_template *key = &import.template;
	struct der_bytes half = public_half(add);
	struct sha256_ctx sha;

	key->policy.operations = KEYRING_MAY_SIGN;
	key->policy.flags = KEYRING_FLAG_VOLATILE;
	if (add->type == KEYRING_TYPE_RSA) {
		key->policy.mechanisms = 1u << KEYRING_RSA_PKCS;
	}
	key->label_bytes = label(add->comment, key->label);
	memcpy(key->id, keys->mark, KEYS_MARK_BYTES);
	sha256_init(&sha);
	sha256_update(&sha, half.len_bytes, half.bytes);
	sha256_digest(&sha, MARK_HASH_BYTES, key->id + KEYS_MARK_BYTES);
	key->id_bytes = KEYS_MARK_BYTES + MARK_HASH_BYTES;
	return import;
}

static enum status import_key(struct keys *keys, const struct message_add *add,
			      struct keyring_object *object)
{
	struct keyring_import import = request(keys, add);
	uint8_t data[KEYRING_DATA_BYTES];
	enum status status = STATUS_INVALID;

	import.data_bytes = (uint32_t)private_pkcs8(add, data, sizeof(data));
	if (import.data_bytes != 0) {
		memcpy(import.template.ticket, keys_ticket(keys, NULL),
		       KEYRING_TICKET_BYTES);
		status = vault_import(&keys->vault, &import, data, object);
	}
	if (status == STATUS_DENIED && keys_login(keys, NULL) == STATUS_OK) {
		memcpy(import.template.ticket, keys_ticket(keys, NULL),
		       KEYRING_TICKET_BYTES);
		status = vault_import(&keys->vault, &import, data, object);
	}
	explicit_bzero(data, sizeof(data));
	return status;
}

/* Of the same public half, added before. */
static enum status delete_older(struct keys *keys,
				const struct message_add *add, uint64_t newest)
{
	enum status status = keys_refresh(keys);

	for (size_t i = 0; status == STATUS_OK && i < keys->count; i++) {
		uint64_t number = keys->object[i].number;

		if (number != newest && is_of(&keys->object[i], add) &&
		    keys_added(keys, number) != NULL) {
			status = keys_delete(keys, number);
		}
	}
	return status;
}

enum status add_key(struct keys *keys, const struct message_add *add,
		    int64_t now_ms)
{
	struct keyring_object object;
	enum status status;

	if (keys->added_count == KEYS_ADDED_MAX) {
		return STATUS_NO_SPACE;
	}
	status = import_key(keys, add, &object);
	if (status != STATUS_OK) {
		return status;
	}
	keys->added[keys->added_count++] = (struct key_added){
		.number = object.number,
		.until_ms =
			add->lifetime_s == 0
				? 0
				: now_ms + (int64_t)add->lifetime_s * MS_PER_S,
		.confirm = add->confirm,
	};
	if (!is_of(&object, add)) {
		status = keys_delete(keys, object.number);
		return status != STATUS_OK ? status : STATUS_CORRUPT;
	}
	return delete_older(keys, add, object.number);
}
