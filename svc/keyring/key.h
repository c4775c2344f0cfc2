/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One key, whole. A copy on a thread's stack is wiped before it goes.
 *
 *	secret	RSA	p || q || d mod p-1 || d mod q-1 || 1/q mod p
 *		EC	the scalar, Ed25519 its seed, AES and HMAC the key
 */
#ifndef OPENVBS_SVC_KEYRING_KEY_H
#define OPENVBS_SVC_KEYRING_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/keyring_call.h"
#include "abi/status.h"

#define KEY_SECRET_BYTES 1280u /* five halves of an RSA-4096 modulus */
#define KEY_TYPE_TOKEN	 100u  /* beside enum keyring_type: PINs alone */

#define PIN_SALT_BYTES	 16u
#define PIN_DIGEST_BYTES 32u

struct pin {
	uint32_t is_set;
	uint32_t tries_left;
	uint8_t salt[PIN_SALT_BYTES];
	uint8_t digest[PIN_DIGEST_BYTES];
};

struct key {
	struct keyring_object object;
	struct pin pin;	   /* its own; a token's: the user's */
	struct pin so_pin; /* a token's */
	uint32_t secret_bytes;
	uint32_t reserved_zero;
	uint8_t secret[KEY_SECRET_BYTES];
};

/* Bytes to sign or encrypt, and room for what comes of them. */
struct key_work {
	uint32_t mechanism; /* enum keyring_mechanism, one the type has */
	uint32_t extra;
	const uint8_t *in;
	size_t in_bytes;
	uint8_t *out;
	size_t out_bytes; /* in: room; out: used */
};

/* What a type can do: KEYRING_MAY_*, and a bit for each mechanism. */
uint32_t key_operations(uint32_t type);
uint32_t key_mechanisms(uint32_t type);

/*
 * Makes a new secret, and the public half, for object.type and object.bits.
 * STATUS_INVALID: no such size.
 */
enum status key_generate(struct key *key);

/*
 * Takes an AES or HMAC key as it is, or a private one as PKCS#8.
 * STATUS_INVALID: not a key of object.type, or of any.
 */
enum status key_import(struct key *key, const uint8_t *bytes, size_t len_bytes);

/* STATUS_INVALID: not the length it takes. STATUS_NO_SPACE. */
enum status key_sign(const struct key *key, struct key_work *work);

/* STATUS_CORRUPT: the tag is wrong (decrypt). */
enum status key_cipher(const struct key *key, bool encrypt,
		       struct key_work *work);

#endif
