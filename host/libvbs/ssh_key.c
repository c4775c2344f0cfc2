/* SPDX-License-Identifier: MIT */
/* Blob, fingerprint and line of a public key. */
#include "host/libvbs/ssh_key.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "host/libvbs/keyring_words.h"
#include "host/libvbs/ssh_wire.h"

#define POINT_UNCOMPRESSED 0x04 /* SEC 1, 2.3.3 */
#define EXPONENT_BYTES	   8u

const char *ssh_key_name(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_RSA:
		return "ssh-rsa";
	case KEYRING_TYPE_P256:
		return "ecdsa-sha2-nistp256";
	case KEYRING_TYPE_P384:
		return "ecdsa-sha2-nistp384";
	case KEYRING_TYPE_ED25519:
		return "ssh-ed25519";
	default:
		return NULL;
	}
}

const char *ssh_key_curve(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_P256:
		return "nistp256";
	case KEYRING_TYPE_P384:
		return "nistp384";
	default:
		return NULL;
	}
}

static void put_rsa(struct wire_out *wire, const struct keyring_object *object)
{
	uint8_t exponent[EXPONENT_BYTES];

	for (size_t i = 0; i < EXPONENT_BYTES; i++) {
		exponent[i] = (uint8_t)(object->exponent >>
					(8 * (EXPONENT_BYTES - 1 - i)));
	}
	wire_put_mpint(wire, (struct der_bytes){exponent, sizeof(exponent)});
	wire_put_mpint(wire, (struct der_bytes){object->public_key,
						object->public_bytes});
}

static void put_point(struct wire_out *wire,
		      const struct keyring_object *object)
{
	size_t opened;

	wire_put_text(wire, ssh_key_curve(object->type));
	opened = wire_open(wire);
	wire_put_u8(wire, POINT_UNCOMPRESSED);
	wire_put(wire, object->public_key, object->public_bytes);
	wire_close(wire, opened);
}

size_t ssh_public(const struct keyring_object *object,
		  uint8_t out[SSH_PUBLIC_BYTES])
{
	struct wire_out wire = {.out = out, .room = SSH_PUBLIC_BYTES};
	const char *name = ssh_key_name(object->type);

	if (name == NULL || object->public_bytes > KEYRING_PUBLIC_BYTES) {
		return 0;
	}
	wire_put_text(&wire, name);
	if (object->type == KEYRING_TYPE_RSA) {
		put_rsa(&wire, object);
	} else if (object->type == KEYRING_TYPE_ED25519) {
		wire_put_string(&wire,
				(struct der_bytes){object->public_key,
						   object->public_bytes});
	} else {
		put_point(&wire, object);
	}
	return wire.full ? 0 : wire.len_bytes;
}

bool ssh_fingerprint(const struct keyring_object *object,
		     char out[SSH_FINGERPRINT_BYTES])
{
	char base64[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)];
	uint8_t blob[SSH_PUBLIC_BYTES], digest[SHA256_DIGEST_SIZE];
	size_t len_bytes = ssh_public(object, blob);
	struct sha256_ctx sha;

	if (len_bytes == 0) {
		out[0] = 0;
		return false;
	}
	sha256_init(&sha);
	sha256_update(&sha, len_bytes, blob);
	sha256_digest(&sha, sizeof(digest), digest);
	base64_encode_raw(base64, sizeof(digest), digest);
	/* OpenSSH leaves the "=" of the end away. */
	(void)snprintf(out, SSH_FINGERPRINT_BYTES, "SHA256:%.*s",
		       (int)sizeof(base64) - 1, base64);
	return true;
}

bool ssh_line(const struct keyring_object *object, char out[SSH_LINE_BYTES])
{
	char base64[BASE64_ENCODE_RAW_LENGTH(SSH_PUBLIC_BYTES) + 1];
	char label[KEYRING_WORDS_LABEL_BYTES];
	uint8_t blob[SSH_PUBLIC_BYTES];
	size_t len_bytes = ssh_public(object, blob);

	if (len_bytes == 0) {
		out[0] = 0;
		return false;
	}
	base64_encode_raw(base64, len_bytes, blob);
	base64[BASE64_ENCODE_RAW_LENGTH(len_bytes)] = 0;
	keyring_words_label(object, label);
	(void)snprintf(out, SSH_LINE_BYTES, "%s %s%s%s",
		       ssh_key_name(object->type), base64,
		       label[0] != 0 ? " " : "", label);
	return true;
}
