/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What key.c chooses from by a key's type: rsa.c, ec.c, symmetric.c. */
#ifndef OPENVBS_SVC_KEYRING_ALGORITHMS_H
#define OPENVBS_SVC_KEYRING_ALGORITHMS_H

#include <gmp.h>

#include "svc/keyring/key.h"

struct ecc_curve;

/* The numbers of a private key, from outside; d is not among them. */
struct rsa_numbers {
	mpz_t n, e, p, q, a, b, c; /* a, b: d mod p-1, q-1; c: 1/q mod p */
};

enum status rsa_generate(struct key *key);
/* STATUS_INVALID unless they belong together; primality is not looked at. */
enum status rsa_take(struct key *key, const struct rsa_numbers *numbers);
enum status rsa_sign(const struct key *key, struct key_work *work);

/* The curve of P-256 and P-384; NULL for other types. */
const struct ecc_curve *ec_curve(uint32_t type);
size_t ec_bytes(uint32_t type); /* of a coordinate */

enum status ec_generate(struct key *key);
/* STATUS_INVALID: not from 1 to the group's order - 1. */
enum status ec_take(struct key *key, const uint8_t *scalar, size_t len_bytes);
enum status ec_sign(const struct key *key, struct key_work *work);

enum status ed25519_take(struct key *key, const uint8_t *seed,
			 size_t len_bytes);
enum status ed25519_sign(const struct key *key, struct key_work *work);

enum status hmac_sign(const struct key *key, struct key_work *work);
enum status gcm_work(const struct key *key, bool encrypt,
		     struct key_work *work);

/* PKCS#8, strictly; the rest by the functions above. pkcs8.c */
enum status pkcs8_take(struct key *key, const uint8_t *bytes, size_t len_bytes);

#endif
