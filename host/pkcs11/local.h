/* SPDX-License-Identifier: MIT */
/*
 * Session objects: they go with the session that has made them, and other
 * processes do not see them. Keys are the keyring's volatile ones, of which
 * the module knows the number; the rest are records (record.h) in memory.
 */
#ifndef OPENVBS_HOST_PKCS11_LOCAL_H
#define OPENVBS_HOST_PKCS11_LOCAL_H

#include "host/pkcs11/session.h"

/* Remembers a record; its number, or 0 when memory is out. */
uint64_t local_add_record(const struct session *session, const uint8_t *record,
			  size_t len_bytes);

/* Remembers a key of the keyring; false when memory is out. */
bool local_add_key(const struct session *session, uint64_t number);

/* Copies the record to `record`, which has `room`; its length, 0: none. */
size_t local_record(unsigned slot, uint64_t number, uint8_t *record,
		    size_t room);

/* Puts another record in its place; CKR_OK, or why not. */
ck_rv_t local_replace(unsigned slot, uint64_t number, const uint8_t *record,
		      size_t len_bytes);

/* The slot's first record behind `after`; 0: none. */
uint64_t local_next_record(unsigned slot, uint64_t after);

/* Whether the key is a session's, and its public half still there. */
bool local_has_key(unsigned slot, uint64_t number);
bool local_public_gone(unsigned slot, uint64_t number);
void local_destroy_public(unsigned slot, uint64_t number);

/* Forgets one; whether it was there. */
bool local_drop(unsigned slot, bool is_key, uint64_t number);

/* Destroys all of a session, keys in the keyring included. */
void local_drop_session(unsigned slot, ck_session_handle_t session);

#endif
