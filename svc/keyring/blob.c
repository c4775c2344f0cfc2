/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ChaCha20-Poly1305: constant time on every processor, where AES without its
 * instructions is not. Called by vault.c.
 */
#include "svc/keyring/blob.h"

#include <nettle/chacha-poly1305.h>
#include <nettle/memops.h>

#include "lib/bytes.h"
#include "svc/keyring/secret.h"
#include "svc/rt/rt.h"

_Static_assert(SECRET_BYTES == CHACHA_POLY1305_KEY_SIZE, "one key");
_Static_assert(KEYRING_NONCE_BYTES == CHACHA_POLY1305_NONCE_SIZE, "nonce");
_Static_assert(KEYRING_TAG_BYTES == CHACHA_POLY1305_DIGEST_SIZE, "tag");

static const uint8_t *body_of(const struct keyring_blob *blob)
{
	return (const uint8_t *)(blob + 1);
}

static uint8_t *body_of_new(struct keyring_blob *blob)
{
	return (uint8_t *)(blob + 1);
}

void blob_home_set(struct blob_home *home,
		   const uint8_t root[SERVICE_ROOT_BYTES])
{
	uint8_t id[SECRET_BYTES];

	memcpy(home->root, root, sizeof(home->root));
	secret_derive(root, "root id", NULL, 0, id);
	memcpy(home->root_id, id, sizeof(home->root_id));
}

/* Keyed, and the head taken in. */
static void begin(const struct blob_home *home, const struct keyring_blob *head,
		  struct chacha_poly1305_ctx *context)
{
	struct {
		uint8_t vault[KEYRING_VAULT_BYTES];
		uint64_t number;
		uint64_t version;
	} of = {.number = head->number, .version = head->version};
	uint8_t key[SECRET_BYTES];

	memcpy(of.vault, head->vault, sizeof(of.vault));
	secret_derive(home->root, "blob", &of, sizeof(of), key);
	chacha_poly1305_set_key(context, key);
	chacha_poly1305_set_nonce(context, head->nonce);
	bytes_wipe(key, sizeof(key));
}

/* All of the associated data, which goes in at once. */
static void take_in(struct chacha_poly1305_ctx *context,
		    const struct keyring_blob *blob, size_t body_bytes)
{
	size_t bytes = sizeof(*blob) + (blob->number == 0 ? body_bytes : 0);

	chacha_poly1305_update(context, bytes, (const uint8_t *)blob);
}

void blob_seal(const struct blob_home *home, const struct keyring_entry *as,
	       const void *body, size_t body_bytes, struct keyring_blob *to)
{
	struct chacha_poly1305_ctx context;

	*to = (struct keyring_blob){
		.magic = KEYRING_BLOB_MAGIC,
		.format = KEYRING_BLOB_FORMAT,
		.bytes = (uint32_t)blob_bytes(body_bytes),
		.number = as->number,
		.version = as->version,
	};
	memcpy(to->root_id, home->root_id, sizeof(to->root_id));
	memcpy(to->vault, home->vault, sizeof(to->vault));
	rt_random(NULL, sizeof(to->nonce), to->nonce);
	begin(home, to, &context);
	if (as->number == 0) {
		memcpy(body_of_new(to), body, body_bytes);
		take_in(&context, to, body_bytes);
	} else {
		take_in(&context, to, body_bytes);
		chacha_poly1305_encrypt(&context, body_bytes, body_of_new(to),
					body);
	}
	chacha_poly1305_digest(&context, KEYRING_TAG_BYTES,
			       body_of_new(to) + body_bytes);
	bytes_wipe(&context, sizeof(context));
}

static enum keyring_verdict decrypt(const struct blob_home *home,
				    const struct keyring_blob *blob,
				    size_t body_bytes, void *body)
{
	struct chacha_poly1305_ctx context;
	uint8_t tag[KEYRING_TAG_BYTES];
	bool good;

	begin(home, blob, &context);
	take_in(&context, blob, body_bytes);
	if (blob->number == 0) {
		memcpy(body, body_of(blob), body_bytes);
	} else {
		chacha_poly1305_decrypt(&context, body_bytes, body,
					body_of(blob));
	}
	chacha_poly1305_digest(&context, sizeof(tag), tag);
	good = memeql_sec(tag, body_of(blob) + body_bytes, sizeof(tag));
	if (!good) {
		bytes_wipe(body, body_bytes);
	}
	bytes_wipe(&context, sizeof(context));
	return good ? KEYRING_VERDICT_GOOD : KEYRING_VERDICT_DAMAGED;
}

enum keyring_verdict blob_open(const struct blob_home *home, bool any_vault,
			       const struct keyring_blob *blob,
			       size_t len_bytes, void *body)
{
	enum keyring_verdict verdict;

	if (len_bytes < blob_bytes(0) || blob->bytes != len_bytes) {
		return KEYRING_VERDICT_TRUNCATED;
	}
	if (blob->magic != KEYRING_BLOB_MAGIC ||
	    blob->format != KEYRING_BLOB_FORMAT) {
		return KEYRING_VERDICT_DAMAGED;
	}
	if (memcmp(blob->root_id, home->root_id, sizeof(blob->root_id)) != 0) {
		return KEYRING_VERDICT_FOREIGN;
	}
	verdict = decrypt(home, blob, len_bytes - blob_bytes(0), body);
	if (verdict == KEYRING_VERDICT_GOOD && !any_vault &&
	    memcmp(blob->vault, home->vault, sizeof(blob->vault)) != 0) {
		bytes_wipe(body, len_bytes - blob_bytes(0));
		return KEYRING_VERDICT_FOREIGN;
	}
	return verdict;
}
