/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chooses the algorithm by the key's type. Called by keyring.c, which has
 * checked that the mechanism is one of the type's.
 */
#include "svc/keyring/key.h"

#include "lib/bytes.h"
#include "svc/keyring/algorithms.h"
#include "svc/rt/rt.h"

#define BIT(n)	      (1u << (n))
#define HMAC_BITS_MIN 128u
#define HMAC_BITS_MAX 1024u

_Static_assert(KEYRING_MECHANISM_COUNT <= 32, "a bit each");

static const struct {
	uint32_t operations;
	uint32_t mechanisms;
} types[KEYRING_TYPE_END] = {
	[KEYRING_TYPE_RSA] = {KEYRING_MAY_SIGN,
			      BIT(KEYRING_RSA_PKCS) |
				      BIT(KEYRING_RSA_PSS_SHA256) |
				      BIT(KEYRING_RSA_PSS_SHA384) |
				      BIT(KEYRING_RSA_PSS_SHA512)},
	[KEYRING_TYPE_P256] = {KEYRING_MAY_SIGN, BIT(KEYRING_ECDSA)},
	[KEYRING_TYPE_P384] = {KEYRING_MAY_SIGN, BIT(KEYRING_ECDSA)},
	[KEYRING_TYPE_ED25519] = {KEYRING_MAY_SIGN, BIT(KEYRING_EDDSA)},
	[KEYRING_TYPE_AES] = {KEYRING_MAY_ENCRYPT | KEYRING_MAY_DECRYPT,
			      BIT(KEYRING_AES_GCM)},
	[KEYRING_TYPE_HMAC] = {KEYRING_MAY_SIGN,
			       BIT(KEYRING_HMAC_SHA256) |
				       BIT(KEYRING_HMAC_SHA384) |
				       BIT(KEYRING_HMAC_SHA512)},
};

uint32_t key_operations(uint32_t type)
{
	return type < KEYRING_TYPE_END ? types[type].operations : 0;
}

uint32_t key_mechanisms(uint32_t type)
{
	return type < KEYRING_TYPE_END ? types[type].mechanisms : 0;
}

static bool symmetric_size_is_good(const struct keyring_object *object)
{
	if (object->type == KEYRING_TYPE_AES) {
		return object->bits == 128 || object->bits == 192 ||
		       object->bits == 256;
	}
	return object->bits % 8 == 0 && object->bits >= HMAC_BITS_MIN &&
	       object->bits <= HMAC_BITS_MAX;
}

static enum status symmetric_take(struct key *key, const uint8_t *bytes,
				  size_t len_bytes)
{
	key->object.bits = (uint32_t)(8 * len_bytes);
	if (len_bytes > HMAC_BITS_MAX / 8 ||
	    !symmetric_size_is_good(&key->object)) {
		return STATUS_INVALID;
	}
	memcpy(key->secret, bytes, len_bytes);
	key->secret_bytes = (uint32_t)len_bytes;
	return STATUS_OK;
}

static enum status random_take(struct key *key, size_t len_bytes)
{
	uint8_t bytes[HMAC_BITS_MAX / 8];
	enum status status;

	rt_random(NULL, len_bytes, bytes);
	status = key->object.type == KEYRING_TYPE_ED25519
			 ? ed25519_take(key, bytes, len_bytes)
			 : symmetric_take(key, bytes, len_bytes);
	bytes_wipe(bytes, sizeof(bytes));
	return status;
}

enum status key_generate(struct key *key)
{
	switch (key->object.type) {
	case KEYRING_TYPE_RSA:
		return rsa_generate(key);
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		return key->object.bits == 0 ? ec_generate(key)
					     : STATUS_INVALID;
	case KEYRING_TYPE_ED25519:
		return key->object.bits == 0 ? random_take(key, 32)
					     : STATUS_INVALID;
	case KEYRING_TYPE_AES:
	case KEYRING_TYPE_HMAC:
		return symmetric_size_is_good(&key->object)
			       ? random_take(key, key->object.bits / 8)
			       : STATUS_INVALID;
	default:
		return STATUS_INVALID;
	}
}

enum status key_import(struct key *key, const uint8_t *bytes, size_t len_bytes)
{
	if (key->object.type == KEYRING_TYPE_AES ||
	    key->object.type == KEYRING_TYPE_HMAC) {
		return symmetric_take(key, bytes, len_bytes);
	}
	return pkcs8_take(key, bytes, len_bytes);
}

enum status key_sign(const struct key *key, struct key_work *work)
{
	switch (key->object.type) {
	case KEYRING_TYPE_RSA:
		return rsa_sign(key, work);
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		return ec_sign(key, work);
	case KEYRING_TYPE_ED25519:
		return ed25519_sign(key, work);
	case KEYRING_TYPE_HMAC:
		return hmac_sign(key, work);
	default:
		return STATUS_UNSUPPORTED;
	}
}

enum status key_cipher(const struct key *key, bool encrypt,
		       struct key_work *work)
{
	return key->object.type == KEYRING_TYPE_AES
		       ? gcm_work(key, encrypt, work)
		       : STATUS_UNSUPPORTED;
}
