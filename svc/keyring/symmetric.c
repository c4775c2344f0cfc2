/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMAC and AES-GCM. nettle chooses AES-NI where the processor has it; without
 * it AES works by tables, whose accesses a neighbour may see (docs/caveats.md).
 */
#include <nettle/aes.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

#include "lib/bytes.h"
#include "svc/keyring/algorithms.h"

static enum status hmac_finish(struct key_work *work, const uint8_t *digest,
			       size_t len_bytes)
{
	memcpy(work->out, digest, len_bytes);
	work->out_bytes = len_bytes;
	return STATUS_OK;
}

enum status hmac_sign(const struct key *key, struct key_work *work)
{
	uint8_t digest[SHA512_DIGEST_SIZE];
	struct hmac_sha256_ctx sha256;
	struct hmac_sha512_ctx sha512;
	size_t bytes = SHA512_DIGEST_SIZE;

	if (work->extra != 0) {
		return STATUS_INVALID;
	}
	if (work->out_bytes < SHA512_DIGEST_SIZE) {
		return STATUS_NO_SPACE;
	}
	if (work->mechanism == KEYRING_HMAC_SHA256) {
		bytes = SHA256_DIGEST_SIZE;
		hmac_sha256_set_key(&sha256, key->secret_bytes, key->secret);
		hmac_sha256_update(&sha256, work->in_bytes, work->in);
		hmac_sha256_digest(&sha256, bytes, digest);
		bytes_wipe(&sha256, sizeof(sha256));
		return hmac_finish(work, digest, bytes);
	}
	if (work->mechanism == KEYRING_HMAC_SHA384) {
		bytes = SHA384_DIGEST_SIZE;
		hmac_sha384_set_key(&sha512, key->secret_bytes, key->secret);
		hmac_sha384_update(&sha512, work->in_bytes, work->in);
		hmac_sha384_digest(&sha512, bytes, digest);
	} else {
		hmac_sha512_set_key(&sha512, key->secret_bytes, key->secret);
		hmac_sha512_update(&sha512, work->in_bytes, work->in);
		hmac_sha512_digest(&sha512, bytes, digest);
	}
	bytes_wipe(&sha512, sizeof(sha512));
	return hmac_finish(work, digest, bytes);
}

struct gcm {
	union {
		struct aes128_ctx aes128;
		struct aes192_ctx aes192;
		struct aes256_ctx aes256;
	} aes;
	nettle_cipher_func *block;
	struct gcm_key key;
	struct gcm_ctx context;
};

static void gcm_begin(struct gcm *gcm, const struct key *key,
		      const uint8_t *nonce)
{
	switch (key->object.bits) {
	case 128:
		aes128_set_encrypt_key(&gcm->aes.aes128, key->secret);
		gcm->block = (nettle_cipher_func *)aes128_encrypt;
		break;
	case 192:
		aes192_set_encrypt_key(&gcm->aes.aes192, key->secret);
		gcm->block = (nettle_cipher_func *)aes192_encrypt;
		break;
	default:
		aes256_set_encrypt_key(&gcm->aes.aes256, key->secret);
		gcm->block = (nettle_cipher_func *)aes256_encrypt;
		break;
	}
	gcm_set_key(&gcm->key, &gcm->aes, gcm->block);
	gcm_set_iv(&gcm->context, &gcm->key, KEYRING_GCM_NONCE_BYTES, nonce);
}

enum status gcm_work(const struct key *key, bool encrypt, struct key_work *work)
{
	size_t tag_bytes = encrypt ? 0 : KEYRING_GCM_TAG_BYTES;
	size_t head_bytes = KEYRING_GCM_NONCE_BYTES + (size_t)work->extra;
	const uint8_t *text = work->in + head_bytes;
	uint8_t tag[KEYRING_GCM_TAG_BYTES];
	enum status status = STATUS_OK;
	struct gcm gcm;
	size_t bytes;

	if (work->in_bytes < head_bytes + tag_bytes) {
		return STATUS_INVALID;
	}
	bytes = work->in_bytes - head_bytes - tag_bytes;
	if (work->out_bytes < bytes + KEYRING_GCM_TAG_BYTES - tag_bytes) {
		return STATUS_NO_SPACE;
	}
	gcm_begin(&gcm, key, work->in);
	gcm_update(&gcm.context, &gcm.key, work->extra,
		   work->in + KEYRING_GCM_NONCE_BYTES);
	if (encrypt) {
		gcm_encrypt(&gcm.context, &gcm.key, &gcm.aes, gcm.block, bytes,
			    work->out, text);
	} else {
		gcm_decrypt(&gcm.context, &gcm.key, &gcm.aes, gcm.block, bytes,
			    work->out, text);
	}
	gcm_digest(&gcm.context, &gcm.key, &gcm.aes, gcm.block, sizeof(tag),
		   tag);
	work->out_bytes = bytes;
	if (encrypt) {
		memcpy(work->out + bytes, tag, sizeof(tag));
		work->out_bytes += sizeof(tag);
	} else if (!memeql_sec(tag, text + bytes, sizeof(tag))) {
		bytes_wipe(work->out, bytes);
		status = STATUS_CORRUPT;
	}
	bytes_wipe(&gcm, sizeof(gcm));
	return status;
}
