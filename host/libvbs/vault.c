/* SPDX-License-Identifier: MIT */
/* Requests over one connection that comes back by itself. */
#include "host/libvbs/vault.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void vault_close(struct vault *vault)
{
	if (vault->connection >= 0) {
		(void)close(vault->connection);
		vault->connection = -1;
	}
}

/* vbsd has ended since the last reply. */
static bool is_stale(int connection)
{
	uint8_t byte;

	return recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
	       errno != EAGAIN;
}

static enum status once(struct vault *vault, struct keyring_call *call)
{
	enum status status;

	vault->error = 0;
	if (vault->connection >= 0 && is_stale(vault->connection)) {
		vault_close(vault);
	}
	if (vault->connection < 0) {
		vault->connection = keyring_connect(keyring_path());
		if (vault->connection < 0) {
			vault->error = errno;
			return STATUS_INTERRUPTED;
		}
	}
	status = keyring_call(vault->connection, call);
	if (status == STATUS_INTERRUPTED || status == STATUS_CORRUPT) {
		vault_close(vault);
	}
	return status;
}

/* A reply shall be exactly as long as its structure. */
static enum status ask(struct vault *vault, struct keyring_call *call)
{
	size_t wanted = call->out_bytes;
	enum status status = once(vault, call);

	if (status == STATUS_OK && call->out_bytes != wanted) {
		return STATUS_CORRUPT;
	}
	return status;
}

enum status vault_info(struct vault *vault, struct keyring_info *info)
{
	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_INFO,
				  .out = info,
				  .out_bytes = sizeof(*info),
			  });
}

enum status vault_token(struct vault *vault, uint32_t owner,
			struct keyring_token *token)
{
	const struct keyring_owner of = {.owner = owner};

	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_TOKEN,
				  .in = &of,
				  .in_bytes = sizeof(of),
				  .out = token,
				  .out_bytes = sizeof(*token),
			  });
}

static enum status look(struct vault *vault, enum keyring_method method,
			uint64_t number, struct keyring_object *object)
{
	const struct keyring_number which = {.number = number};
	enum status status = ask(vault, &(struct keyring_call){
						.method = method,
						.in = &which,
						.in_bytes = sizeof(which),
						.out = object,
						.out_bytes = sizeof(*object),
					});

	if (status == STATUS_OK &&
	    (object->label_bytes > KEYRING_LABEL_BYTES ||
	     object->id_bytes > KEYRING_ID_BYTES ||
	     object->public_bytes > KEYRING_PUBLIC_BYTES)) {
		return STATUS_CORRUPT;
	}
	return status;
}

enum status vault_next(struct vault *vault, uint64_t number,
		       struct keyring_object *object)
{
	enum status status = look(vault, KEYRING_LIST, number, object);

	if (status == STATUS_OK && object->number <= number) {
		return STATUS_CORRUPT; /* else a list could have no end */
	}
	return status;
}

enum status vault_show(struct vault *vault, uint64_t number,
		       struct keyring_object *object)
{
	return look(vault, KEYRING_SHOW, number, object);
}

enum status vault_generate(struct vault *vault,
			   const struct keyring_template *key,
			   struct keyring_object *object)
{
	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_GENERATE,
				  .in = key,
				  .in_bytes = sizeof(*key),
				  .out = object,
				  .out_bytes = sizeof(*object),
			  });
}

enum status vault_import(struct vault *vault,
			 const struct keyring_import *import, const void *data,
			 struct keyring_object *object)
{
	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_IMPORT,
				  .in = import,
				  .in_bytes = sizeof(*import),
				  .data = data,
				  .data_bytes = import->data_bytes,
				  .out = object,
				  .out_bytes = sizeof(*object),
			  });
}

enum status vault_delete(struct vault *vault, uint64_t number,
			 const uint8_t ticket[KEYRING_TICKET_BYTES])
{
	struct keyring_use use = {.number = number};

	memcpy(use.ticket, ticket, sizeof(use.ticket));
	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_DELETE,
				  .in = &use,
				  .in_bytes = sizeof(use),
			  });
}

enum status vault_login(struct vault *vault, const struct keyring_pin *pin,
			uint8_t ticket[KEYRING_TICKET_BYTES])
{
	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_LOGIN,
				  .in = pin,
				  .in_bytes = sizeof(*pin),
				  .out = ticket,
				  .out_bytes = KEYRING_TICKET_BYTES,
			  });
}

enum status vault_logout(struct vault *vault,
			 const uint8_t ticket[KEYRING_TICKET_BYTES])
{
	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_LOGOUT,
				  .in = ticket,
				  .in_bytes = KEYRING_TICKET_BYTES,
			  });
}

enum status vault_pin_set(struct vault *vault, const struct keyring_pin *pin)
{
	return ask(vault, &(struct keyring_call){
				  .method = KEYRING_PIN_SET,
				  .in = pin,
				  .in_bytes = sizeof(*pin),
			  });
}

enum status vault_sign(struct vault *vault, struct vault_sign *sign)
{
	struct keyring_call call = {
		.method = KEYRING_SIGN,
		.in = sign->use,
		.in_bytes = sizeof(*sign->use),
		.data = sign->data,
		.data_bytes = sign->data_bytes,
		.out = sign->out,
		.out_bytes = sign->out_bytes,
	};
	enum status status = once(vault, &call);

	sign->out_bytes = status == STATUS_OK ? call.out_bytes : 0;
	return status;
}
