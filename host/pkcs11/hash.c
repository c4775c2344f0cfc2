/* SPDX-License-Identifier: MIT */
/* Digests of host/pkcs11/hash.h. */
#include "host/pkcs11/hash.h"

#include <string.h>

#include "host/pkcs11/cryptoki.h"

static const struct nettle_hash *algorithm(enum hash_kind kind)
{
	switch (kind) {
	case HASH_SHA1:
		return &nettle_sha1;
	case HASH_SHA256:
		return &nettle_sha256;
	case HASH_SHA384:
		return &nettle_sha384;
	case HASH_SHA512:
		return &nettle_sha512;
	case HASH_NONE:
		break;
	}
	return NULL;
}

size_t hash_bytes(enum hash_kind kind)
{
	const struct nettle_hash *hash = algorithm(kind);

	return hash != NULL ? hash->digest_size : 0;
}

enum hash_kind hash_of(unsigned long mechanism)
{
	switch (mechanism) {
	case CKM_SHA_1:
		return HASH_SHA1;
	case CKM_SHA256:
		return HASH_SHA256;
	case CKM_SHA384:
		return HASH_SHA384;
	case CKM_SHA512:
		return HASH_SHA512;
	default:
		return HASH_NONE;
	}
}

void hash_start(struct hash *hash, enum hash_kind kind)
{
	hash->algorithm = algorithm(kind);
	if (hash->algorithm != NULL) {
		hash->algorithm->init(&hash->context);
	}
}

void hash_add(struct hash *hash, const void *data, size_t len_bytes)
{
	hash->algorithm->update(&hash->context, len_bytes, data);
}

size_t hash_end(struct hash *hash, uint8_t digest[HASH_BYTES_MAX])
{
	hash->algorithm->digest(&hash->context, hash->algorithm->digest_size,
				digest);
	return hash->algorithm->digest_size;
}

size_t hash_info(enum hash_kind kind, uint8_t info[HASH_INFO_BYTES_MAX])
{
	static const uint8_t sha1[] = {0x30, 0x21, 0x30, 0x09, 0x06,
				       0x05, 0x2b, 0x0e, 0x03, 0x02,
				       0x1a, 0x05, 0x00, 0x04, 0x14};
	static const uint8_t sha2[] = {0x30, 0,	   0x30, 0x0d, 0x06, 0x09, 0x60,
				       0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
				       0,    0x05, 0x00, 0x04, 0};
	uint8_t digest_bytes = (uint8_t)hash_bytes(kind);

	if (kind == HASH_NONE) {
		return 0;
	}
	if (kind == HASH_SHA1) {
		memcpy(info, sha1, sizeof(sha1));
		return sizeof(sha1);
	}
	memcpy(info, sha2, sizeof(sha2));
	info[1] = (uint8_t)(sizeof(sha2) - 2 + digest_bytes);
	info[14] = (uint8_t)(kind - HASH_SHA256 + 1); /* the OID's last arc */
	info[18] = digest_bytes;
	return sizeof(sha2);
}
