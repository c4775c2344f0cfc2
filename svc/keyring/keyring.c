/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vault's methods, and the table of all. Called by the runtime.
 */
#include "lib/bytes.h"
#include "svc/keyring/methods.h"
#include "svc/keyring/outside.h"

static enum status keyring_start(const struct service_start *start)
{
	vault_start(start);
	return STATUS_OK;
}

static enum status method_info(struct service_buffer *buffer)
{
	struct keyring_info info = {.anchored = vault.anchored};

	vault_lock();
	info.state = vault.open ? KEYRING_VAULT_OPEN : KEYRING_VAULT_CLOSED;
	info.epoch = vault.epoch;
	memcpy(info.vault, vault.home.vault, sizeof(info.vault));
	memcpy(info.root_id, vault.home.root_id, sizeof(info.root_id));
	memcpy(info.wrapping_key, vault.wrapping_key,
	       sizeof(info.wrapping_key));
	for (uint32_t i = 0; i < KEYRING_OBJECTS_MAX; i++) {
		struct slot *slot = &vault.slot[i];

		info.objects += slot->number != 0;
		info.missing += slot->number != 0 && !slot->loaded;
		use_tell(slot);
	}
	vault_unlock();
	return reply_with(buffer, &info, sizeof(info));
}

static enum status method_create(struct service_buffer *buffer)
{
	enum status status = STATUS_CONFLICT;

	buffer->bytes = 0;
	vault_lock();
	if (!vault.open) {
		vault_create();
		outside_event(EVENT_VAULT_CREATED, vault.epoch, 0);
		status = STATUS_OK;
	}
	vault_unlock();
	return status;
}

static enum status reply_verdict(struct service_buffer *buffer,
				 enum keyring_verdict verdict, uint64_t number)
{
	const struct keyring_verdict_reply reply = {.verdict = verdict};

	if (verdict != KEYRING_VERDICT_GOOD) {
		outside_event(EVENT_BLOB_DENIED, number, verdict);
	}
	return reply_with(buffer, &reply, sizeof(reply));
}

static enum status method_open(struct service_buffer *buffer)
{
	enum keyring_verdict verdict;
	enum status status = STATUS_CONFLICT;

	vault_lock();
	if (!vault.open) {
		verdict = vault_open((const void *)buffer->data, buffer->bytes);
		if (verdict == KEYRING_VERDICT_GOOD) {
			outside_event(EVENT_VAULT_OPENED, vault.epoch, 0);
		}
		status = reply_verdict(buffer, verdict, 0);
	}
	vault_unlock();
	return status;
}

static enum status method_load(struct service_buffer *buffer)
{
	const struct keyring_load *load = (const void *)buffer->data;
	uint64_t number = load->number;
	enum keyring_verdict verdict;
	enum status status = STATUS_CONFLICT;

	vault_lock();
	if (vault.open) {
		verdict = vault_load(number, (const void *)load->blob,
				     buffer->bytes - sizeof(*load));
		status = reply_verdict(buffer, verdict, number);
	}
	vault_unlock();
	return status;
}

static enum status method_save(struct service_buffer *buffer)
{
	struct keyring_blob *blob = (void *)buffer->data;
	enum status status = STATUS_CONFLICT;
	struct keyring_number of;

	memcpy(&of, buffer->data, sizeof(of));
	vault_lock();
	if (vault.open) {
		status = vault_save(of.number, blob);
	}
	vault_unlock();
	buffer->bytes = status == STATUS_OK ? blob->bytes : 0;
	return status;
}

static enum status method_random(struct service_buffer *buffer)
{
	struct keyring_number bytes;

	memcpy(&bytes, buffer->data, sizeof(bytes));
	if (bytes.number > buffer->bytes_max) {
		return STATUS_NO_SPACE;
	}
	rt_random(NULL, bytes.number, buffer->data);
	buffer->bytes = (uint32_t)bytes.number;
	return STATUS_OK;
}

#define BYTES(type)   ((uint32_t)sizeof(struct keyring_##type))
#define MESSAGE_BYTES 4056u

/* number, from whom, least and most bytes of the request, room for the reply */
#define EXACT(number, in, out, handler)                                       \
	{                                                                     \
		KEYRING_##number, RT_FROM_VTL0, in, in, out, method_##handler \
	}
#define DATA(number, in, most, out, handler)                   \
	{                                                      \
		KEYRING_##number, RT_FROM_VTL0, in, most, out, \
			method_##handler                       \
	}

static const struct rt_method methods[] = {
	EXACT(INFO, 0, BYTES(info), info),
	EXACT(CREATE, 0, 0, create),
	DATA(OPEN, BYTES(blob), MESSAGE_BYTES, BYTES(verdict_reply), open),
	DATA(LOAD, BYTES(load), MESSAGE_BYTES, BYTES(verdict_reply), load),
	EXACT(SAVE, BYTES(number), MESSAGE_BYTES, save),
	EXACT(LIST, BYTES(number), BYTES(object), list),
	EXACT(SHOW, BYTES(number), BYTES(object), show),
	EXACT(GENERATE, BYTES(template), BYTES(object), generate),
	DATA(IMPORT, BYTES(import), BYTES(import) + KEYRING_DATA_BYTES,
	     BYTES(object), import),
	EXACT(DELETE, BYTES(use), 0, delete),
	EXACT(RELABEL, BYTES(relabel), 0, relabel),
	DATA(SIGN, BYTES(use), BYTES(use) + KEYRING_DATA_BYTES, 0, sign),
	DATA(ENCRYPT, BYTES(use), BYTES(use) + KEYRING_DATA_BYTES, 0, encrypt),
	DATA(DECRYPT, BYTES(use), BYTES(use) + KEYRING_DATA_BYTES, 0, decrypt),
	EXACT(RANDOM, BYTES(number), 0, random),
	EXACT(TOKEN, BYTES(owner), BYTES(token), token),
	EXACT(TOKEN_INIT, BYTES(pin), 0, token_init),
	EXACT(LOGIN, BYTES(pin), BYTES(ticket), login),
	EXACT(LOGOUT, BYTES(ticket), 0, logout),
	EXACT(PIN_SET, BYTES(pin), 0, pin_set),
};

const struct rt_service rt_service = {
	.method = methods,
	.method_count = sizeof(methods) / sizeof(methods[0]),
	.start = keyring_start,
};
