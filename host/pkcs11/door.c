/* SPDX-License-Identifier: MIT */
/* Connections and requests of host/pkcs11/door.h. */
#include "host/pkcs11/door.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_ours(const struct connection *connection)
{
	struct stat now;

	return connection->socket >= 0 &&
	       fstat(connection->socket, &now) == 0 &&
	       now.st_dev == connection->device &&
	       now.st_ino == connection->inode;
}

static void drop(struct connection *connection)
{
	if (is_ours(connection)) {
		(void)close(connection->socket);
	}
	connection->socket = -1;
}

/* Still ours, and nothing to read: neither an end nor words out of turn. */
static bool is_quiet(const struct connection *connection)
{
	struct pollfd watch = {.fd = connection->socket, .events = POLLIN};

	return is_ours(connection) && poll(&watch, 1, 0) == 0;
}

static bool open_one(struct connection *connection)
{
	struct stat now;
	int socket = keyring_connect(keyring_path());

	if (socket < 0) {
		return false;
	}
	if (fstat(socket, &now) != 0) {
		(void)close(socket);
		return false;
	}
	connection->device = now.st_dev;
	connection->inode = now.st_ino;
	connection->socket = socket;
	return true;
}

/* Prefers one that is open. Waits while all are busy. */
static struct connection *take(void)
{
	struct connection *best = NULL;

	module_lock();
	while (best == NULL) {
		for (size_t i = 0; i < CONNECTION_COUNT; i++) {
			struct connection *one = &module.connection[i];

			if (!one->busy && (best == NULL || best->socket < 0)) {
				best = one;
			}
		}
		if (best == NULL) {
			(void)pthread_cond_wait(&module.connection_free,
						&module.lock);
		}
	}
	best->busy = true;
	module_unlock();
	return best;
}

static void give_back(struct connection *connection)
{
	module_lock();
	connection->busy = false;
	(void)pthread_cond_signal(&module.connection_free);
	module_unlock();
}

static enum status call_once(struct connection *connection,
			     struct keyring_call *call)
{
	enum status status;

	if (!is_quiet(connection)) {
		drop(connection);
		if (!open_one(connection)) {
			return STATUS_INTERRUPTED;
		}
	}
	status = keyring_call(connection->socket, call);
	if (status == STATUS_INTERRUPTED || status == STATUS_CORRUPT) {
		drop(connection);
	}
	return status;
}

enum status door_call(struct keyring_call *call, bool repeatable)
{
	struct connection *connection = take();
	size_t room = call->out_bytes;
	enum status status = call_once(connection, call);

	if (status == STATUS_INTERRUPTED && repeatable) {
		call->out_bytes = room;
		status = call_once(connection, call);
	}
	give_back(connection);
	return status;
}

static enum status exactly(enum status status, size_t got, size_t wanted)
{
	return status == STATUS_OK && got != wanted ? STATUS_CORRUPT : status;
}

enum status door_ask(uint32_t method, const void *in, size_t in_bytes,
		     void *out, size_t out_bytes)
{
	struct keyring_call call = {
		.method = method,
		.in = in,
		.in_bytes = in_bytes,
		.out = out,
		.out_bytes = out_bytes,
	};
	enum status status = door_call(&call, true);

	return exactly(status, call.out_bytes, out_bytes);
}

enum status door_change(struct keyring_call *call)
{
	size_t wanted = call->out_bytes;
	enum status status = door_call(call, false);

	return exactly(status, call->out_bytes, wanted);
}

uint32_t door_owner(unsigned slot)
{
	return slot == SLOT_SYSTEM ? KEYRING_OWNER_SYSTEM : module.user;
}

enum status door_token(unsigned slot, struct keyring_token *token)
{
	struct keyring_owner owner = {.owner = door_owner(slot)};
	enum status status = door_ask(KEYRING_TOKEN, &owner, sizeof(owner),
				      token, sizeof(*token));

	if (status == STATUS_OK && token->label_bytes > KEYRING_LABEL_BYTES) {
		return STATUS_CORRUPT;
	}
	return status;
}

enum status door_info(struct keyring_info *info)
{
	return door_ask(KEYRING_INFO, NULL, 0, info, sizeof(*info));
}

/* What the daemon says is copied into buffers by these lengths. */
static enum status sound(enum status status,
			 const struct keyring_object *object)
{
	if (status == STATUS_OK &&
	    (object->label_bytes > KEYRING_LABEL_BYTES ||
	     object->id_bytes > KEYRING_ID_BYTES ||
	     object->public_bytes > KEYRING_PUBLIC_BYTES)) {
		return STATUS_CORRUPT;
	}
	return status;
}

enum status door_show(uint64_t number, struct keyring_object *object)
{
	struct keyring_number in = {number};
	enum status status = door_ask(KEYRING_SHOW, &in, sizeof(in), object,
				      sizeof(*object));

	return sound(status, object);
}

enum status door_list(uint64_t after, struct keyring_object *object)
{
	struct keyring_number in = {after};
	enum status status = door_ask(KEYRING_LIST, &in, sizeof(in), object,
				      sizeof(*object));

	status = sound(status, object);
	if (status == STATUS_OK && object->number <= after) {
		return STATUS_CORRUPT; /* or the list would have no end */
	}
	return status;
}

void door_close_all(void)
{
	for (size_t i = 0; i < CONNECTION_COUNT; i++) {
		drop(&module.connection[i]);
		module.connection[i].busy = false;
	}
}
