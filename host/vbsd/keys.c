/* SPDX-License-Identifier: MIT */
/*
 * Relays the keyring's requests. Called by the threads of keyserver.c and by
 * main's loop. Invariant: when a change is answered, the folder has it.
 */
#define _GNU_SOURCE
#include "host/vbsd/keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "abi/keyring_blob.h"
#include "abi/service.h"
#include "host/libvbs/device.h"
#include "host/vbsd/keystore.h"
#include "lib/status.h"

#define STORE_TRIES 16

static const char *verdict_words(uint32_t verdict)
{
	switch (verdict) {
#define VERDICT_WORDS(name, number, words) \
	case number:                       \
		return words;
		KEYRING_VERDICT_LIST(VERDICT_WORDS)
#undef VERDICT_WORDS
	default:
		return "an unknown verdict";
	}
}

void keys_init(struct keys *keys, int device,
	       const struct keys_folders *folders)
{
	*keys = (struct keys){
		.device = device, .folders = *folders, .folder = folders->kept};
	(void)pthread_mutex_init(&keys->lock, NULL);
}

/* vbsd's own question; the reply has the length that is asked for. */
static enum status ask(const struct keys *keys, uint32_t method, const void *in,
		       size_t in_bytes, struct device_call *call)
{
	call->service = SERVICE_KEYRING;
	call->method = method;
	call->caller = KEYRING_CALLER_SYSTEM;
	call->in = in;
	call->in_bytes = in_bytes;
	return device_call(keys->device, call);
}

static enum status ask_info(const struct keys *keys, struct keyring_info *info)
{
	struct device_call call = {.out = info, .out_bytes = sizeof(*info)};
	enum status status = ask(keys, KEYRING_INFO, NULL, 0, &call);

	if (status == STATUS_OK && call.out_bytes != sizeof(*info)) {
		return STATUS_CORRUPT;
	}
	return status;
}

static enum status ask_blob(const struct keys *keys, uint64_t number,
			    struct keystore_blob *blob)
{
	const struct keyring_number of = {.number = number};
	struct device_call call = {.out = blob->as.bytes,
				   .out_bytes = sizeof(blob->as.bytes)};
	enum status status = ask(keys, KEYRING_SAVE, &of, sizeof(of), &call);

	blob->len_bytes = call.out_bytes;
	if (status == STATUS_OK && (call.out_bytes < sizeof(blob->as.blob) ||
				    blob->as.blob.bytes != call.out_bytes ||
				    blob->as.blob.number != number)) {
		return STATUS_CORRUPT;
	}
	return status;
}

/* --- to disk -------------------------------------------------------------------- */

/* The objects that an index lists and the folder has not. */
static enum status store_objects(const struct keys *keys,
				 const struct keystore_blob *index)
{
	const struct keyring_entry *entries;
	enum status status = STATUS_OK;
	struct keystore_blob blob;
	uint32_t count;

	entries = keystore_entries(index, &count);
	if (entries == NULL) {
		return STATUS_CORRUPT;
	}
	for (uint32_t i = 0; status == STATUS_OK && i < count; i++) {
		if (keystore_has(keys->folder, &entries[i])) {
			continue;
		}
		status = ask_blob(keys, entries[i].number, &blob);
		if (status == STATUS_NOT_FOUND) {
			status = STATUS_OK; /* never given back, or deleted */
		} else if (status == STATUS_OK) {
			status = blob.as.blob.version == entries[i].version
					 ? keystore_write(keys->folder, &blob)
					 : STATUS_BUSY; /* changed since */
		}
	}
	return status;
}

/* Under the lock. Others go on changing things meanwhile. */
static enum status store(struct keys *keys)
{
	enum status status = STATUS_BUSY;
	struct keystore_blob index;

	for (int i = 0; i < STORE_TRIES && status == STATUS_BUSY; i++) {
		status = ask_blob(keys, 0, &index);
		if (status == STATUS_OK) {
			status = store_objects(keys, &index);
		}
	}
	if (status == STATUS_OK) {
		status = keystore_write(keys->folder, &index);
	}
	if (status == STATUS_OK) {
		keys->stored = index.as.blob.version;
		keystore_clean(keys->folder, &index);
	} else if (!keys->behind) {
		(void)fprintf(stderr,
			      SD_ERR "keys: what has changed cannot be stored "
				     "in %s (%s, %s); it is lost if VTL1 is\n",
			      keys->folder, status_words(status),
			      strerror(errno));
	}
	keys->behind = status != STATUS_OK;
	return status;
}

/* --- from disk ------------------------------------------------------------------- */

static enum status give_object(const struct keys *keys,
			       const struct keyring_entry *entry)
{
	struct {
		uint64_t number;
		uint8_t bytes[KEYRING_MESSAGE_BYTES - sizeof(uint64_t)];
	} load = {.number = entry->number};
	struct keyring_verdict_reply reply;
	struct device_call call = {.out = &reply, .out_bytes = sizeof(reply)};
	struct keystore_blob blob;
	enum status status = keystore_read(keys->folder, entry->number,
					   entry->version, &blob);

	if (status != STATUS_OK || blob.len_bytes > sizeof(load.bytes)) {
		(void)fprintf(stderr,
			      SD_ERR "keys: object %u: its file is missing or "
				     "cannot be read\n",
			      entry->number);
		return STATUS_OK;
	}
	memcpy(load.bytes, blob.as.bytes, blob.len_bytes);
	status = ask(keys, KEYRING_LOAD, &load,
		     sizeof(load.number) + blob.len_bytes, &call);
	if (status == STATUS_OK && reply.verdict != KEYRING_VERDICT_GOOD) {
		(void)fprintf(stderr, SD_ERR "keys: object %u is refused: %s\n",
			      entry->number, verdict_words(reply.verdict));
	}
	return status == STATUS_INVALID ? STATUS_OK : status;
}

static enum status give_objects(const struct keys *keys,
				const struct keystore_blob *index)
{
	uint32_t count = 0;
	const struct keyring_entry *entries = keystore_entries(index, &count);
	enum status status = STATUS_OK;

	for (uint32_t i = 0; status == STATUS_OK && i < count; i++) {
		status = give_object(keys, &entries[i]);
	}
	return status;
}

/* An empty vault; what is stored of another one is kept aside. */
static enum status begin_anew(struct keys *keys, const char *why)
{
	struct device_call call = {0};

	if (why != NULL) {
		(void)fprintf(stderr,
			      SD_WARNING
			      "keys: the stored vault is refused: %s; it is "
			      "kept in %s/lost, and an empty one begins\n",
			      why, keys->folder);
		keys->refused = keystore_set_aside(keys->folder) != STATUS_OK;
		if (keys->refused) {
			return STATUS_NO_SPACE;
		}
	}
	return ask(keys, KEYRING_CREATE, NULL, 0, &call);
}

static enum status give(struct keys *keys)
{
	struct keyring_verdict_reply reply = {0};
	struct device_call call = {.out = &reply, .out_bytes = sizeof(reply)};
	struct keystore_blob index;
	enum status status = keystore_read(keys->folder, 0, 0, &index);

	if (status == STATUS_NOT_FOUND) {
		return begin_anew(keys, NULL);
	}
	if (status != STATUS_OK) {
		return errno == EFBIG
			       ? begin_anew(keys, "the index is too long")
			       : status;
	}
	status =
		ask(keys, KEYRING_OPEN, index.as.bytes, index.len_bytes, &call);
	if (status == STATUS_INVALID) {
		return begin_anew(keys, "the index is too short");
	}
	if (status != STATUS_OK) {
		return status;
	}
	return reply.verdict == KEYRING_VERDICT_GOOD
		       ? give_objects(keys, &index)
		       : begin_anew(keys, verdict_words(reply.verdict));
}

static enum status open_locked(struct keys *keys)
{
	struct keyring_info info;
	enum status status = ask_info(keys, &info);

	if (status == STATUS_OK && info.state == KEYRING_VAULT_CLOSED) {
		/* Without the root, the vault under it waits for a better day. */
		keys->folder = info.anchored != 0 ? keys->folders.kept
						  : keys->folders.of_boot;
		status = give(keys);
	}
	if (status != STATUS_OK) {
		return status;
	}
	keys->refused = false;
	return store(keys);
}

enum status keys_open(struct keys *keys)
{
	enum status status;

	(void)pthread_mutex_lock(&keys->lock);
	status = open_locked(keys);
	(void)pthread_mutex_unlock(&keys->lock);
	if (status != STATUS_OK) {
		(void)fprintf(stderr,
			      SD_ERR "keys: the vault is not open: %s\n",
			      status_words(status));
	}
	return status;
}

void keys_turn(struct keys *keys)
{
	struct keyring_info info;

	if (ask_info(keys, &info) != STATUS_OK) {
		return; /* status tells which services run */
	}
	if (info.state == KEYRING_VAULT_CLOSED) {
		(void)keys_open(keys);
	} else if (keys->behind) {
		(void)pthread_mutex_lock(&keys->lock);
		(void)store(keys);
		(void)pthread_mutex_unlock(&keys->lock);
	}
}

bool keys_vault_lost(struct keys *keys)
{
	bool lost;

	(void)pthread_mutex_lock(&keys->lock);
	lost = keys->refused || keystore_has_lost(keys->folders.kept);
	(void)pthread_mutex_unlock(&keys->lock);
	return lost;
}

/* --- requests -------------------------------------------------------------------- */

/* What a client may ask of the service, and whether it can change the vault. */
static const struct {
	bool offered;
	bool changes;
} methods[] = {
	[KEYRING_INFO] = {true, false},
	[KEYRING_LIST] = {true, false},
	[KEYRING_SHOW] = {true, false},
	[KEYRING_GENERATE] = {true, true},
	[KEYRING_IMPORT] = {true, true},
	[KEYRING_DELETE] = {true, true},
	[KEYRING_RELABEL] = {true, true},
	[KEYRING_SIGN] = {true, false},
	[KEYRING_ENCRYPT] = {true, false},
	[KEYRING_DECRYPT] = {true, false},
	[KEYRING_RANDOM] = {true, false},
	[KEYRING_TOKEN] = {true, false},
	[KEYRING_TOKEN_INIT] = {true, true},
	[KEYRING_LOGIN] = {true, true}, /* tries left */
	[KEYRING_LOGOUT] = {true, false},
	[KEYRING_PIN_SET] = {true, true},
};

#define METHOD_COUNT (sizeof(methods) / sizeof(methods[0]))

static enum status relay_once(const struct keys *keys,
			      struct keys_exchange *exchange)
{
	struct device_call call = {
		.service = SERVICE_KEYRING,
		.method = exchange->in.head.method,
		.caller = exchange->user |
			  (exchange->system ? KEYRING_CALLER_SYSTEM : 0),
		.in = exchange->in.bytes + sizeof(exchange->in.head),
		.in_bytes = exchange->in_bytes - sizeof(exchange->in.head),
		.out = exchange->out.bytes + sizeof(exchange->out.head),
		.out_bytes = KEYRING_MESSAGE_BYTES,
	};
	enum status status = device_call(keys->device, &call);

	exchange->out_bytes = status == STATUS_OK ? call.out_bytes : 0;
	return status;
}

/*
 * A wrong PIN changes the vault although it is refused. Making a key takes its
 * time, so the lock is taken behind it; whoever has it stores for all.
 */
static enum status relay_change(struct keys *keys,
				struct keys_exchange *exchange)
{
	enum status status = relay_once(keys, exchange);
	enum status stored = STATUS_OK;
	struct keyring_info info;

	(void)pthread_mutex_lock(&keys->lock);
	if (ask_info(keys, &info) == STATUS_OK &&
	    info.state == KEYRING_VAULT_OPEN && info.epoch != keys->stored) {
		stored = store(keys);
	}
	(void)pthread_mutex_unlock(&keys->lock);
	return status == STATUS_OK ? stored : status;
}

static enum status relay(struct keys *keys, struct keys_exchange *exchange)
{
	bool changes = methods[exchange->in.head.method].changes;
	enum status status = STATUS_CONFLICT;

	/* The second time if the vault had closed. */
	for (int i = 0; i < 2 && status == STATUS_CONFLICT; i++) {
		if (i != 0 && keys_open(keys) != STATUS_OK) {
			break;
		}
		status = changes ? relay_change(keys, exchange)
				 : relay_once(keys, exchange);
	}
	return status;
}

static enum status serve_public(struct keys *keys,
				struct keys_exchange *exchange)
{
	const uint8_t *in = exchange->in.bytes + sizeof(exchange->in.head);
	uint8_t *out = exchange->out.bytes + sizeof(exchange->out.head);
	uint32_t method = exchange->in.head.method;
	size_t bytes = exchange->in_bytes - sizeof(exchange->in.head);
	struct keyring_public head;
	uint64_t number;
	enum status status;

	if (bytes < sizeof(head)) {
		return STATUS_INVALID;
	}
	memcpy(&head, in, sizeof(head));
	bytes -= sizeof(head);
	if (head.bytes != bytes || bytes > KEYRING_PUBLIC_MAX ||
	    (method != KEYRING_PUBLIC_PUT && bytes != 0)) {
		return STATUS_INVALID;
	}
	if (head.owner == KEYRING_OWNER_SYSTEM ? !exchange->system
					       : head.owner != exchange->user) {
		return STATUS_NOT_FOUND;
	}
	if (method == KEYRING_PUBLIC_REMOVE) {
		return keystore_public_remove(keys->folder, &head);
	}
	if (method == KEYRING_PUBLIC_PUT) {
		status = keystore_public_put(keys->folder, &head,
					     in + sizeof(head), &number);
		memcpy(out, &number, sizeof(number));
		exchange->out_bytes = sizeof(number);
	} else {
		status = keystore_public_get(keys->folder, &head,
					     out + sizeof(head));
		memcpy(out, &head, sizeof(head));
		exchange->out_bytes = sizeof(head) + head.bytes;
	}
	return status;
}

void keys_serve(struct keys *keys, struct keys_exchange *exchange)
{
	const struct keyring_request *request = &exchange->in.head;
	enum status status = STATUS_INVALID;

	exchange->out_bytes = 0;
	if (exchange->in_bytes < sizeof(*request) ||
	    request->reserved_zero != 0) {
		status = STATUS_INVALID;
	} else if (request->method >= KEYRING_PUBLIC_PUT &&
		   request->method <= KEYRING_PUBLIC_REMOVE) {
		(void)pthread_mutex_lock(&keys->lock);
		status = serve_public(keys, exchange);
		(void)pthread_mutex_unlock(&keys->lock);
	} else if (request->method < METHOD_COUNT &&
		   methods[request->method].offered) {
		status = relay(keys, exchange);
	} else {
		status = STATUS_UNSUPPORTED;
	}
	if (status != STATUS_OK) {
		exchange->out_bytes = 0;
	}
	exchange->out.head = (struct keyring_reply){.status = status};
	exchange->out_bytes += sizeof(exchange->out.head);
}
