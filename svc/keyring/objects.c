/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys as things: seen, made, taken in, renamed, deleted. Making takes long
 * and is done without the lock; whether it is welcome is asked before and
 * after.
 */
#include "lib/bytes.h"
#include "svc/keyring/methods.h"
#include "svc/keyring/outside.h"
#include "svc/keyring/pin.h"

static enum status reply_object(struct service_buffer *buffer,
				const struct slot *slot)
{
	struct keyring_object object = slot->key.object;

	object.tries_left = slot->key.pin.tries_left;
	return reply_with(buffer, &object, sizeof(object));
}

enum status method_list(struct service_buffer *buffer)
{
	struct keyring_number behind;
	struct slot *slot;
	enum status status;

	memcpy(&behind, buffer->data, sizeof(behind));
	vault_lock();
	status = access_none();
	slot = vault_next(behind.number);
	while (slot != NULL &&
	       (slot->key.object.type == KEY_TYPE_TOKEN ||
		!access_is_his(buffer, slot->key.object.owner))) {
		slot = vault_next(slot->number);
	}
	if (slot != NULL) {
		status = reply_object(buffer, slot);
	}
	vault_unlock();
	return status;
}

enum status method_show(struct service_buffer *buffer)
{
	struct keyring_number of;
	struct slot *slot;
	enum status status;

	memcpy(&of, buffer->data, sizeof(of));
	vault_lock();
	status = access_none();
	slot = access_key(buffer, of.number);
	if (slot != NULL) {
		status = reply_object(buffer, slot);
	}
	vault_unlock();
	return status;
}

/* --- made and taken in ---------------------------------------------------------- */

static bool pin_fits(const struct keyring_template *template)
{
	bool wanted = (template->policy.flags & KEYRING_FLAG_OWN_PIN) != 0;

	return wanted ? pin_length_is_good(template->pin_bytes)
		      : template->pin_bytes == 0;
}

static bool template_fits(const struct keyring_template *template)
{
	return template->type < KEYRING_TYPE_END &&
	       template->label_bytes <= KEYRING_LABEL_BYTES &&
	       template->id_bytes <= KEYRING_ID_BYTES &&
	       (template->policy.flags & ~KEYRING_FLAGS) == 0 &&
	       (template->policy.uses_per_minute == 0 ||
		vault.time_per_second != 0) &&
	       pin_fits(template);
}

/* Nothing asked for means all that the type has. */
static bool policy_settle(struct keyring_object *object)
{
	struct keyring_policy *policy = &object->policy;
	uint32_t operations = key_operations(object->type);
	uint32_t mechanisms = key_mechanisms(object->type);

	if (policy->operations == 0) {
		policy->operations = operations;
	}
	if (policy->mechanisms == 0) {
		policy->mechanisms = mechanisms;
	}
	return (policy->operations & ~operations) == 0 &&
	       (policy->mechanisms & ~mechanisms) == 0;
}

static void key_describe(struct key *key,
			 const struct keyring_template *template)
{
	struct keyring_object *object = &key->object;

	bytes_zero(key, sizeof(*key));
	object->owner = template->owner;
	object->type = template->type;
	object->bits = template->bits;
	object->policy = template->policy;
	object->label_bytes = template->label_bytes;
	object->id_bytes = template->id_bytes;
	memcpy(object->label, template->label, template->label_bytes);
	memcpy(object->id, template->id, template->id_bytes);
	if (template->pin_bytes != 0) {
		pin_set(&key->pin, template->pin, template->pin_bytes);
	}
}

/* Whether a key of this template is welcome. */
static enum status admit_locked(const struct service_buffer *buffer,
				const struct keyring_template *template)
{
	if (!vault.open) {
		return STATUS_CONFLICT;
	}
	if (!access_is_his(buffer, template->owner)) {
		return STATUS_NOT_FOUND;
	}
	if (!access_token_login(template->owner, template->ticket)) {
		return STATUS_DENIED;
	}
	return vault_has_room() ? STATUS_OK : STATUS_NO_SPACE;
}

static enum status admit(const struct service_buffer *buffer,
			 const struct keyring_template *template)
{
	enum status status;

	if (!template_fits(template)) {
		return STATUS_INVALID;
	}
	vault_lock();
	status = admit_locked(buffer, template);
	vault_unlock();
	return status;
}

static enum status add(struct service_buffer *buffer,
		       const struct keyring_template *template,
		       const struct key *key)
{
	struct slot *slot;
	enum status status;

	vault_lock();
	status = admit_locked(buffer, template);
	if (status == STATUS_OK) {
		slot = vault_add(key);
		outside_event(EVENT_KEY_CREATED, slot->number,
			      key->object.origin);
		status = reply_object(buffer, slot);
	}
	vault_unlock();
	return status;
}

enum status method_generate(struct service_buffer *buffer)
{
	struct keyring_template template;
	struct key key;
	enum status status;

	memcpy(&template, buffer->data, sizeof(template));
	status = admit(buffer, &template);
	if (status != STATUS_OK) {
		return status;
	}
	key_describe(&key, &template);
	key.object.origin = KEYRING_GENERATED;
	status = policy_settle(&key.object) ? key_generate(&key)
					    : STATUS_INVALID;
	if (status == STATUS_OK) {
		status = add(buffer, &template, &key);
	}
	bytes_wipe(&key, sizeof(key));
	bytes_wipe(&template, sizeof(template));
	return status;
}

struct import {
	struct keyring_import head;
	uint8_t data[KEYRING_DATA_BYTES];
};

/* The secret itself, by either way. */
static enum status take(struct key *key, const struct import *import)
{
	uint8_t plain[KEYRING_DATA_BYTES];
	size_t plain_bytes;
	enum status status;

	if (!import->head.wrapped) {
		key->object.origin = KEYRING_IMPORTED;
		return key_import(key, import->data, import->head.data_bytes);
	}
	key->object.origin = KEYRING_UNWRAPPED;
	status = unwrap(vault.wrapping_scalar, import->data,
			import->head.data_bytes, plain, &plain_bytes);
	if (status == STATUS_OK) {
		status = key_import(key, plain, plain_bytes);
	}
	bytes_wipe(plain, sizeof(plain));
	return status;
}

static bool import_fits(const struct keyring_import *head, uint32_t bytes)
{
	return head->wrapped <= 1 && head->template.bits == 0 &&
	       head->data_bytes == bytes - sizeof(*head);
}

enum status method_import(struct service_buffer *buffer)
{
	struct import import;
	struct key key;
	enum status status;

	memcpy(&import, buffer->data, buffer->bytes);
	status = import_fits(&import.head, buffer->bytes)
			 ? admit(buffer, &import.head.template)
			 : STATUS_INVALID;
	if (status == STATUS_OK) {
		key_describe(&key, &import.head.template);
		status = take(&key, &import);
		if (status == STATUS_OK && !policy_settle(&key.object)) {
			status = STATUS_INVALID;
		}
		if (status == STATUS_OK) {
			status = add(buffer, &import.head.template, &key);
		}
		bytes_wipe(&key, sizeof(key));
	}
	bytes_wipe(&import, sizeof(import));
	return status;
}

/* --- changed and deleted ---------------------------------------------------------- */

/* An entry whose blob is lost: the system's keepers may strike it out. */
static struct slot *lost(const struct service_buffer *buffer, uint64_t number)
{
	struct slot *slot = vault_find(number);

	if (slot == NULL || slot->loaded ||
	    !access_is_his(buffer, KEYRING_OWNER_SYSTEM)) {
		return NULL;
	}
	return slot;
}

enum status method_delete(struct service_buffer *buffer)
{
	enum status status = STATUS_OK;
	struct keyring_use use;
	struct slot *slot;

	memcpy(&use, buffer->data, sizeof(use));
	buffer->bytes = 0;
	vault_lock();
	slot = access_key(buffer, use.number);
	if (slot != NULL &&
	    !access_token_login(slot->key.object.owner, use.ticket)) {
		status = STATUS_DENIED;
	}
	slot = slot != NULL ? slot : lost(buffer, use.number);
	if (slot == NULL) {
		status = access_none();
	}
	if (status == STATUS_OK) {
		use_tell(slot);
		vault_remove(slot, true);
		outside_event(EVENT_KEY_DELETED, use.number, 0);
	}
	vault_unlock();
	return status;
}

enum status method_relabel(struct service_buffer *buffer)
{
	enum status status = STATUS_OK;
	struct keyring_relabel to;
	struct slot *slot;

	memcpy(&to, buffer->data, sizeof(to));
	buffer->bytes = 0;
	if (to.label_bytes > KEYRING_LABEL_BYTES ||
	    to.id_bytes > KEYRING_ID_BYTES) {
		return STATUS_INVALID;
	}
	vault_lock();
	slot = access_key(buffer, to.number);
	if (slot == NULL) {
		status = access_none();
	} else if (!access_token_login(slot->key.object.owner, to.ticket)) {
		status = STATUS_DENIED;
	} else {
		slot->key.object.label_bytes = to.label_bytes;
		slot->key.object.id_bytes = to.id_bytes;
		memcpy(slot->key.object.label, to.label, to.label_bytes);
		memcpy(slot->key.object.id, to.id, to.id_bytes);
		vault_change(slot);
	}
	vault_unlock();
	return status;
}
