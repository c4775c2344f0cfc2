/* SPDX-License-Identifier: MIT */
/*
 * Hashes outside the keyring, signs inside: RFC 8332 (RSA), 5656 (ECDSA),
 * 8709 (Ed25519, whose message goes in whole).
 */
#define _GNU_SOURCE
#include "host/ssh-agent/sign.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "host/libvbs/keyring_words.h"
#include "host/libvbs/ssh_key.h"
#include "host/ssh-agent/ask.h"

#define QUESTION_BYTES	256
#define SIGNATURE_BYTES 512u
#define PREFIX_BYTES	19u /* of DigestInfo */

/* What the keyring signs. */
struct input {
	const char *name; /* of the signature */
	uint32_t mechanism;
	struct der_bytes data;
	uint8_t digest[PREFIX_BYTES + SHA512_DIGEST_SIZE];
};

static void sha256(struct der_bytes data, uint8_t *out)
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, data.len_bytes, data.bytes);
	sha256_digest(&sha, SHA256_DIGEST_SIZE, out);
}

/* SHA-384 or SHA-512. */
static void sha512(struct der_bytes data, size_t digest_bytes, uint8_t *out)
{
	struct sha512_ctx sha;

	if (digest_bytes == SHA384_DIGEST_SIZE) {
		sha384_init(&sha);
		sha384_update(&sha, data.len_bytes, data.bytes);
		sha384_digest(&sha, digest_bytes, out);
	} else {
		sha512_init(&sha);
		sha512_update(&sha, data.len_bytes, data.bytes);
		sha512_digest(&sha, digest_bytes, out);
	}
}

/* DigestInfo of RFC 8017, 9.2. OpenSSH too takes SHA-256 of both flags. */
static enum status rsa_input(const struct message_sign *sign,
			     struct input *input)
{
	static const uint8_t prefix256[PREFIX_BYTES] = {
		0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
		0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
	static const uint8_t prefix512[PREFIX_BYTES] = {
		0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
		0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40};
	size_t digest_bytes;

	if ((sign->flags & MESSAGE_RSA_SHA256) != 0) {
		input->name = "rsa-sha2-256";
		digest_bytes = SHA256_DIGEST_SIZE;
		memcpy(input->digest, prefix256, PREFIX_BYTES);
		sha256(sign->data, input->digest + PREFIX_BYTES);
	} else if ((sign->flags & MESSAGE_RSA_SHA512) != 0) {
		input->name = "rsa-sha2-512";
		digest_bytes = SHA512_DIGEST_SIZE;
		memcpy(input->digest, prefix512, PREFIX_BYTES);
		sha512(sign->data, digest_bytes, input->digest + PREFIX_BYTES);
	} else {
		return STATUS_UNSUPPORTED;
	}
	input->mechanism = KEYRING_RSA_PKCS;
	input->data =
		(struct der_bytes){input->digest, PREFIX_BYTES + digest_bytes};
	return STATUS_OK;
}

static enum status make_input(const struct keyring_object *object,
			      const struct message_sign *sign,
			      struct input *input)
{
	input->name = ssh_key_name(object->type);
	input->mechanism = KEYRING_ECDSA;
	switch (object->type) {
	case KEYRING_TYPE_RSA:
		return rsa_input(sign, input);
	case KEYRING_TYPE_P256:
		sha256(sign->data, input->digest);
		input->data =
			(struct der_bytes){input->digest, SHA256_DIGEST_SIZE};
		return STATUS_OK;
	case KEYRING_TYPE_P384:
		sha512(sign->data, SHA384_DIGEST_SIZE, input->digest);
		input->data =
			(struct der_bytes){input->digest, SHA384_DIGEST_SIZE};
		return STATUS_OK;
	default:
		input->mechanism = KEYRING_EDDSA;
		input->data = sign->data;
		return sign->data.len_bytes <= KEYRING_DATA_BYTES
			       ? STATUS_OK
			       : STATUS_INVALID;
	}
}

static bool confirmed(struct keys *keys, const struct keyring_object *object)
{
	const struct key_added *added = keys_added(keys, object->number);
	char fingerprint[SSH_FINGERPRINT_BYTES];
	char label[KEYRING_WORDS_LABEL_BYTES], question[QUESTION_BYTES];

	if (added == NULL || !added->confirm) {
		return true;
	}
	(void)ssh_fingerprint(object, fingerprint);
	(void)snprintf(question, sizeof(question),
		       "Allow use of key %s?\nKey fingerprint %s.",
		       keyring_words_label(object, label), fingerprint);
	return ask_confirm(question);
}

static enum status ask_keyring(struct keys *keys,
			       const struct keyring_object *object,
			       const struct input *input,
			       struct vault_sign *sign)
{
	struct keyring_use use = {
		.number = object->number,
		.mechanism = input->mechanism,
	};
	size_t room = sign->out_bytes;
	enum status status;

	sign->use = &use;
	sign->data = input->data.bytes;
	sign->data_bytes = input->data.len_bytes;
	memcpy(use.ticket, keys_ticket(keys, object), sizeof(use.ticket));
	status = vault_sign(&keys->vault, sign);
	if (status == STATUS_DENIED) {
		status = keys_login(keys, object);
		if (status == STATUS_OK) {
			memcpy(use.ticket, keys_ticket(keys, object),
			       sizeof(use.ticket));
			sign->out_bytes = room;
			status = vault_sign(&keys->vault, sign);
		}
	}
	explicit_bzero(&use, sizeof(use));
	return status;
}

/* ECDSA's r || s become two numbers; the others are as they are. */
static void put_signature(const struct input *input, struct der_bytes signature,
			  struct wire_out *out)
{
	size_t half = signature.len_bytes / 2, opened;

	wire_put_text(out, input->name);
	if (input->mechanism != KEYRING_ECDSA) {
		wire_put_string(out, signature);
		return;
	}
	opened = wire_open(out);
	wire_put_mpint(out, (struct der_bytes){signature.bytes, half});
	wire_put_mpint(out, (struct der_bytes){signature.bytes + half, half});
	wire_close(out, opened);
}

enum status sign_message(struct keys *keys, const struct message_sign *sign,
			 struct wire_out *out)
{
	uint8_t signature[SIGNATURE_BYTES];
	struct vault_sign call = {
		.out = signature,
		.out_bytes = sizeof(signature),
	};
	const struct keyring_object *object;
	struct input input;
	enum status status = keys_refresh(keys);

	if (status != STATUS_OK) {
		return status;
	}
	object = keys_find(keys, sign->key);
	if (object == NULL) {
		return STATUS_NOT_FOUND;
	}
	status = make_input(object, sign, &input);
	if (status != STATUS_OK) {
		return status;
	}
	if (!confirmed(keys, object)) {
		return STATUS_DENIED;
	}
	status = ask_keyring(keys, object, &input, &call);
	if (status == STATUS_OK) {
		put_signature(&input,
			      (struct der_bytes){signature, call.out_bytes},
			      out);
	}
	return status;
}
