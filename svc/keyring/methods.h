/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The methods (abi/keyring.h), by file: keyring.c the vault, objects.c keys as
 * things, use.c keys at work, login.c PINs and tokens. The runtime has checked
 * lengths by keyring.c's table. A request and its reply share the buffer: a
 * handler copies what it needs before it writes.
 */
#ifndef OPENVBS_SVC_KEYRING_METHODS_H
#define OPENVBS_SVC_KEYRING_METHODS_H

#include "abi/events.h"
#include "svc/keyring/vault.h"
#include "svc/rt/rt.h"

/* objects.c */
enum status method_list(struct service_buffer *buffer);
enum status method_show(struct service_buffer *buffer);
enum status method_generate(struct service_buffer *buffer);
enum status method_import(struct service_buffer *buffer);
enum status method_delete(struct service_buffer *buffer);
enum status method_relabel(struct service_buffer *buffer);

/* use.c */
enum status method_sign(struct service_buffer *buffer);
enum status method_encrypt(struct service_buffer *buffer);
enum status method_decrypt(struct service_buffer *buffer);

/* Tells of uses that no event has told. Under the lock. */
void use_tell(struct slot *slot);

/* login.c */
enum status method_token(struct service_buffer *buffer);
enum status method_token_init(struct service_buffer *buffer);
enum status method_login(struct service_buffer *buffer);
enum status method_logout(struct service_buffer *buffer);
enum status method_pin_set(struct service_buffer *buffer);

/* Whether a caller acts for an owner. */
bool access_is_his(const struct service_buffer *buffer, uint32_t owner);

/*
 * A key of the caller's, under the lock. NULL: there is none; another's is an
 * event besides.
 */
struct slot *access_key(const struct service_buffer *buffer, uint64_t number);

/* Why there is none: STATUS_CONFLICT while the vault is closed. */
enum status access_none(void);

/* Whether the logins that an owner's token, and a key, ask for are shown. */
bool access_token_login(uint32_t owner,
			const uint8_t ticket[KEYRING_TICKET_BYTES]);
bool access_key_login(const struct slot *slot,
		      const uint8_t ticket[KEYRING_TICKET_BYTES]);

/* A structure as the reply. */
enum status reply_with(struct service_buffer *buffer, const void *from,
		       uint32_t len_bytes);

#endif
