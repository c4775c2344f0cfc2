/* SPDX-License-Identifier: MIT */
/* The one place where the keyring's numbers become words. */
#include "host/libvbs/keyring_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/status.h"

const char *keyring_words_status(enum status status)
{
	switch (status) {
	case STATUS_CONFLICT:
		return "the vault is closed. Look at `systemctl status "
		       "vbsd.service`; it opens the vault when it starts";
	case STATUS_NOT_FOUND:
		return "there is no such key, or it is another user's. "
		       "`vbsctl key list` shows yours, with --system the "
		       "system's";
	case STATUS_DENIED:
		return "a PIN is missing, wrong or locked, or this token is "
		       "not yours: the system's is for root and the group "
		       "openvbs-keys";
	case STATUS_UNSUPPORTED:
		return "this key cannot do that, or may not by its policy. "
		       "`vbsctl key policy` says what it may do; a policy "
		       "never changes, so make a new key for more";
	case STATUS_BUSY:
		return "more uses within a minute than the key's policy "
		       "allows. Wait a minute";
	case STATUS_INVALID:
		return "the keyring does not take this: a length, a type or "
		       "an encoding is wrong";
	case STATUS_NO_SPACE:
		return "the vault is full. Delete keys that nobody needs";
	case STATUS_INTERRUPTED:
		return "the connection to vbsd broke off. Try again; see "
		       "`systemctl status vbsd.service`";
	case STATUS_CORRUPT:
		return "an answer that is none, or a file that is damaged. "
		       "vbsd and this program may be of different versions";
	case STATUS_CRASHED:
		return "the keyring crashed while working on it and starts "
		       "anew. Try again, and report it";
	default:
		return status_words(status);
	}
}

const char *keyring_words_type(const struct keyring_object *object,
			       char to[KEYRING_WORDS_TYPE_BYTES])
{
	static const char *const name[KEYRING_TYPE_END] = {
		[KEYRING_TYPE_RSA] = "rsa",
		[KEYRING_TYPE_P256] = "p256",
		[KEYRING_TYPE_P384] = "p384",
		[KEYRING_TYPE_ED25519] = "ed25519",
		[KEYRING_TYPE_AES] = "aes",
		[KEYRING_TYPE_HMAC] = "hmac",
	};
	uint32_t type = object->type;
	bool sized = type == KEYRING_TYPE_RSA || type == KEYRING_TYPE_AES ||
		     type == KEYRING_TYPE_HMAC;

	if (type >= KEYRING_TYPE_END || name[type] == NULL) {
		(void)snprintf(to, KEYRING_WORDS_TYPE_BYTES, "type%u",
			       (unsigned)type);
	} else if (sized) {
		(void)snprintf(to, KEYRING_WORDS_TYPE_BYTES, "%s%u", name[type],
			       (unsigned)object->bits);
	} else {
		(void)snprintf(to, KEYRING_WORDS_TYPE_BYTES, "%s", name[type]);
	}
	return to;
}

const char *keyring_words_origin(uint32_t origin)
{
	switch (origin) {
	case KEYRING_GENERATED:
		return "generated";
	case KEYRING_IMPORTED:
		return "imported";
	case KEYRING_UNWRAPPED:
		return "unwrapped";
	default:
		return "unknown";
	}
}

const char *keyring_words_mechanism(uint32_t mechanism)
{
	static const char *const name[KEYRING_MECHANISM_COUNT] = {
		[KEYRING_RSA_PKCS] = "RSA PKCS#1 v1.5",
		[KEYRING_RSA_PSS_SHA256] = "RSA PSS SHA-256",
		[KEYRING_RSA_PSS_SHA384] = "RSA PSS SHA-384",
		[KEYRING_RSA_PSS_SHA512] = "RSA PSS SHA-512",
		[KEYRING_ECDSA] = "ECDSA",
		[KEYRING_EDDSA] = "EdDSA",
		[KEYRING_HMAC_SHA256] = "HMAC SHA-256",
		[KEYRING_HMAC_SHA384] = "HMAC SHA-384",
		[KEYRING_HMAC_SHA512] = "HMAC SHA-512",
		[KEYRING_AES_GCM] = "AES GCM",
	};

	return mechanism < KEYRING_MECHANISM_COUNT ? name[mechanism] : NULL;
}

uint32_t keyring_words_mechanisms(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_RSA:
		return 1u << KEYRING_RSA_PKCS | 1u << KEYRING_RSA_PSS_SHA256 |
		       1u << KEYRING_RSA_PSS_SHA384 |
		       1u << KEYRING_RSA_PSS_SHA512;
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		return 1u << KEYRING_ECDSA;
	case KEYRING_TYPE_ED25519:
		return 1u << KEYRING_EDDSA;
	case KEYRING_TYPE_HMAC:
		return 1u << KEYRING_HMAC_SHA256 | 1u << KEYRING_HMAC_SHA384 |
		       1u << KEYRING_HMAC_SHA512;
	case KEYRING_TYPE_AES:
		return 1u << KEYRING_AES_GCM;
	default:
		return 0;
	}
}

/* --- labels --------------------------------------------------------------- */

static bool continues(uint8_t byte)
{
	return byte >= 0x80 && byte <= 0xbf;
}

/*
 * Bytes of the printable character in front (Unicode 15, table 3-7); 0: none.
 * Format characters, such as those that turn the direction of a line, count
 * as printable.
 */
static size_t character(const uint8_t *at, size_t left)
{
	if (at[0] < 0x80) {
		return at[0] >= 0x20 && at[0] != 0x7f;
	}
	if (at[0] >= 0xc2 && at[0] <= 0xdf) {
		bool control = at[0] == 0xc2 && left > 1 && at[1] < 0xa0;

		return left > 1 && continues(at[1]) && !control ? 2 : 0;
	}
	if (at[0] >= 0xe0 && at[0] <= 0xef) {
		bool good = left > 2 && continues(at[1]) && continues(at[2]) &&
			    !(at[0] == 0xe0 && at[1] < 0xa0) &&
			    !(at[0] == 0xed && at[1] > 0x9f);

		return good ? 3 : 0;
	}
	if (at[0] >= 0xf0 && at[0] <= 0xf4) {
		bool good = left > 3 && continues(at[1]) && continues(at[2]) &&
			    continues(at[3]) &&
			    !(at[0] == 0xf0 && at[1] < 0x90) &&
			    !(at[0] == 0xf4 && at[1] > 0x8f);

		return good ? 4 : 0;
	}
	return 0;
}

const char *keyring_words_label(const struct keyring_object *object,
				char to[KEYRING_WORDS_LABEL_BYTES])
{
	size_t left = object->label_bytes;
	const uint8_t *at = object->label;
	size_t len = 0;

	left = left < KEYRING_LABEL_BYTES ? left : KEYRING_LABEL_BYTES;
	while (left != 0) {
		size_t bytes = character(at, left);

		if (bytes == 0) {
			to[len++] = '?';
			bytes = 1;
		} else {
			memcpy(to + len, at, bytes);
			len += bytes;
		}
		at += bytes;
		left -= bytes;
	}
	to[len] = 0;
	return to;
}
