/* SPDX-License-Identifier: MIT */
/* Digests of nettle behind one door. */
#ifndef OPENVBS_HOST_PKCS11_HASH_H
#define OPENVBS_HOST_PKCS11_HASH_H

#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

enum hash_kind {
	HASH_NONE,
	HASH_SHA1,
	HASH_SHA256,
	HASH_SHA384,
	HASH_SHA512,
};

#define HASH_BYTES_MAX 64u
/* PKCS#1's DigestInfo (RFC 8017, 9.2): what is before the digest. */
#define HASH_INFO_BYTES_MAX 19u

struct hash {
	const struct nettle_hash *algorithm; /* NULL: HASH_NONE */
	union {
		struct sha1_ctx sha1;
		struct sha256_ctx sha256;
		struct sha512_ctx sha512; /* SHA-384's too */
	} context;
};

/* Bytes of a digest; 0: HASH_NONE. */
size_t hash_bytes(enum hash_kind kind);

/* The kind with CKM_SHA_1, CKM_SHA256, ...; HASH_NONE: none of ours. */
enum hash_kind hash_of(unsigned long mechanism);

void hash_start(struct hash *hash, enum hash_kind kind);
void hash_add(struct hash *hash, const void *data, size_t len_bytes);

/* Writes the digest, answers its length. */
size_t hash_end(struct hash *hash, uint8_t digest[HASH_BYTES_MAX]);

/* DigestInfo up to the digest; its length, 0: HASH_NONE. */
size_t hash_info(enum hash_kind kind, uint8_t info[HASH_INFO_BYTES_MAX]);

#endif
