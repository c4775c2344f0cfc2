/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key derivations of Part 1 and the secret sharing of its Annex C, by
 * nettle and hogweed; SHA-256, AES-128 and P-256 alone. Called by session.c
 * and public.c.
 */
#ifndef OPENVBS_SVC_TPM_CRYPTO_H
#define OPENVBS_SVC_TPM_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"
#include "svc/tpm/format.h"

/* A session key, and the authorization value behind it (Part 1, 19.6.8). */
struct tpm_secret {
	uint8_t bytes[2 * TPM_HASH_BYTES];
	uint32_t len_bytes;
};

struct tpm_nonces {
	uint8_t newer[TPM_HASH_BYTES];
	uint8_t older[TPM_HASH_BYTES];
};

/* Adds at most TPM_HASH_BYTES. */
void tpm_secret_add(struct tpm_secret *secret, const uint8_t *bytes,
		    size_t len_bytes);

/* KDFa, Part 1, 11.4.10.2, for 256 bits. */
void tpm_kdfa(const struct tpm_secret *secret, const char *label,
	      const struct tpm_nonces *nonces, uint8_t to[TPM_HASH_BYTES]);

/*
 * AES-128-CFB with key and IV of KDFa, label "CFB": Part 1, 21.3. In place.
 */
void tpm_encrypt(const struct tpm_secret *secret,
		 const struct tpm_nonces *nonces, uint8_t *bytes,
		 size_t len_bytes);
void tpm_decrypt(const struct tpm_secret *secret,
		 const struct tpm_nonces *nonces, uint8_t *bytes,
		 size_t len_bytes);

/*
 * A salt for a session (Part 1, C.6.1, KDFe of 11.4.10.3): makes a key for
 * this once, whose public point the TPM gets; x and y one after the other.
 * STATUS_INVALID: `key` is no point of P-256.
 */
enum status tpm_salt(const uint8_t key[2 * TPM_COORDINATE],
		     uint8_t once[2 * TPM_COORDINATE],
		     uint8_t salt[TPM_HASH_BYTES]);

void tpm_hash(const uint8_t *bytes, size_t len_bytes,
	      uint8_t digest[TPM_HASH_BYTES]);

#endif
