/* SPDX-License-Identifier: MIT */
/*
 * The way to the keyring: requests over a few connections, several threads
 * at a time. vbsd may have been restarted since the last one.
 */
#ifndef OPENVBS_HOST_PKCS11_DOOR_H
#define OPENVBS_HOST_PKCS11_DOOR_H

#include <stdbool.h>

#include "host/libvbs/keyring.h"
#include "host/pkcs11/state.h"

/*
 * One request. A dead connection is noticed before anything is sent; if it
 * dies under the request, that is repeated once where `repeatable` says that
 * it changes nothing. STATUS_INTERRUPTED: the keyring cannot be reached, or
 * may have served the request.
 */
enum status door_call(struct keyring_call *call, bool repeatable);

/* A reply of exactly this length, else STATUS_CORRUPT. */
enum status door_ask(uint32_t method, const void *in, size_t in_bytes,
		     void *out, size_t out_bytes);

/* Like door_ask(), for what changes something: never repeated. */
enum status door_change(struct keyring_call *call);

enum status door_token(unsigned slot, struct keyring_token *token);
enum status door_info(struct keyring_info *info);
enum status door_show(uint64_t number, struct keyring_object *object);

/* The first object behind `after`; STATUS_NOT_FOUND: none. */
enum status door_list(uint64_t after, struct keyring_object *object);

/* Whose the slot's token is: as the keyring counts owners. */
uint32_t door_owner(unsigned slot);

/* Locked, or with no other thread there. */
void door_close_all(void);

#endif
