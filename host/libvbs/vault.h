/* SPDX-License-Identifier: MIT */
/*
 * The keyring's methods as functions, for programs that run long: connects
 * when needed, and again after vbsd has restarted. Not thread-safe.
 *
 * Every function answers as the keyring does (abi/keyring.h), and beside that
 * STATUS_INTERRUPTED when nobody answers; `error` then says why there is no
 * connection, if there is none. No request is sent twice.
 */
#ifndef OPENVBS_HOST_LIBVBS_VAULT_H
#define OPENVBS_HOST_LIBVBS_VAULT_H

#include <stdbool.h>

#include "abi/keyring_call.h"
#include "host/libvbs/keyring.h"

struct vault {
	int connection; /* -1: none */
	int error;	/* errno of keyring_connect(), or 0 */
};

#define VAULT_INIT               \
	{                        \
		.connection = -1 \
	}

void vault_close(struct vault *vault);

enum status vault_info(struct vault *vault, struct keyring_info *info);
enum status vault_token(struct vault *vault, uint32_t owner,
			struct keyring_token *token);

/* The first object behind `number` that the caller may see. */
enum status vault_next(struct vault *vault, uint64_t number,
		       struct keyring_object *object);
enum status vault_show(struct vault *vault, uint64_t number,
		       struct keyring_object *object);

enum status vault_generate(struct vault *vault,
			   const struct keyring_template *key,
			   struct keyring_object *object);

/* `import` without its data; `data` is import->data_bytes long. */
enum status vault_import(struct vault *vault,
			 const struct keyring_import *import, const void *data,
			 struct keyring_object *object);
enum status vault_delete(struct vault *vault, uint64_t number,
			 const uint8_t ticket[KEYRING_TICKET_BYTES]);
enum status vault_login(struct vault *vault, const struct keyring_pin *pin,
			uint8_t ticket[KEYRING_TICKET_BYTES]);
enum status vault_logout(struct vault *vault,
			 const uint8_t ticket[KEYRING_TICKET_BYTES]);
enum status vault_pin_set(struct vault *vault, const struct keyring_pin *pin);

/* `out_bytes`: room at `out`, then the signature's length. */
struct vault_sign {
	const struct keyring_use *use; /* without its data */
	const void *data;
	size_t data_bytes;
	uint8_t *out;
	size_t out_bytes;
};

enum status vault_sign(struct vault *vault, struct vault_sign *sign);

#endif
