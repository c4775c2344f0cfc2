/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Called by all of svc/tpm and its users. A public area is accepted by
 * writing the one that it must be and comparing.
 */
#include "svc/tpm/public.h"

#include "lib/bytes.h"
#include "svc/tpm/crypto.h"

#define SELECT_BYTES (TPM_PCRS / 8)

struct tpm_entity tpm_entity_of(uint32_t handle)
{
	struct tpm_entity entity = {.handle = handle};
	struct tpm_put put = {.bytes = entity.name, .room = TPM_NAME_BYTES};

	tpm_put32(&put, handle);
	entity.name_bytes = put.used;
	return entity;
}

struct tpm_entity tpm_entity_named(uint32_t handle, const uint8_t *area,
				   size_t area_bytes)
{
	struct tpm_entity entity = {.handle = handle};
	struct tpm_put put = {.bytes = entity.name, .room = TPM_NAME_BYTES};
	uint8_t digest[TPM_HASH_BYTES];

	tpm_hash(area, area_bytes, digest);
	tpm_put16(&put, TPM_ALG_SHA256);
	tpm_put_bytes(&put, digest, sizeof(digest));
	entity.name_bytes = put.used;
	return entity;
}

void tpm_entity_auth(struct tpm_entity *entity, const uint8_t *auth,
		     size_t auth_bytes)
{
	if (auth_bytes > sizeof(entity->auth)) {
		auth_bytes = sizeof(entity->auth);
	}
	while (auth_bytes != 0 && auth[auth_bytes - 1] == 0) {
		auth_bytes--;
	}
	memcpy(entity->auth, auth, auth_bytes);
	entity->auth_bytes = (uint32_t)auth_bytes;
}

static uint32_t attributes_of(enum tpm_kind kind)
{
	uint32_t fixed = TPMA_OBJECT_FIXED_TPM | TPMA_OBJECT_FIXED_PARENT |
			 TPMA_OBJECT_NO_DA;
	uint32_t key =
		TPMA_OBJECT_ORIGIN | TPMA_OBJECT_USER | TPMA_OBJECT_RESTRICTED;

	switch (kind) {
	case TPM_KIND_STORAGE:
		return fixed | key | TPMA_OBJECT_DECRYPT;
	case TPM_KIND_QUOTE:
		return fixed | key | TPMA_OBJECT_SIGN;
	case TPM_KIND_SEALED:
	default:
		return fixed;
	}
}

void tpm_public_put(struct tpm_put *put, enum tpm_kind kind,
		    const uint8_t *policy)
{
	tpm_put16(put,
		  kind == TPM_KIND_SEALED ? TPM_ALG_KEYEDHASH : TPM_ALG_ECC);
	tpm_put16(put, TPM_ALG_SHA256);
	tpm_put32(put, attributes_of(kind));
	tpm_put_sized(put, policy, policy != NULL ? TPM_HASH_BYTES : 0);
	if (kind == TPM_KIND_SEALED) {
		tpm_put16(put, TPM_ALG_NULL); /* no scheme */
		return;
	}
	if (kind == TPM_KIND_STORAGE) {
		tpm_put16(put, TPM_ALG_AES);
		tpm_put16(put, TPM_AES_BITS);
		tpm_put16(put, TPM_ALG_CFB);
		tpm_put16(put, TPM_ALG_NULL); /* no scheme */
	} else {
		tpm_put16(put, TPM_ALG_NULL); /* protects no children */
		tpm_put16(put, TPM_ALG_ECDSA);
		tpm_put16(put, TPM_ALG_SHA256);
	}
	tpm_put16(put, TPM_ECC_P256);
	tpm_put16(put, TPM_ALG_NULL); /* no KDF */
}

enum status tpm_public_check(struct tpm_get area, enum tpm_kind kind,
			     const uint8_t *policy,
			     uint8_t unique[2 * TPM_COORDINATE])
{
	uint8_t expected[TPM_PUBLIC_BYTES];
	struct tpm_put put = {.bytes = expected, .room = sizeof(expected)};
	struct tpm_get head;

	tpm_public_put(&put, kind, policy);
	head = tpm_get_part(&area, put.used);
	if (head.failed || !bytes_equal(head.at, expected, put.used)) {
		return STATUS_CORRUPT;
	}
	tpm_get_exact(&area, unique, TPM_COORDINATE);
	if (kind != TPM_KIND_SEALED) {
		tpm_get_exact(&area, unique + TPM_COORDINATE, TPM_COORDINATE);
	}
	return tpm_get_end(&area);
}

enum status tpm_object_check(const struct tpm_object *object,
			     enum tpm_kind kind, const uint8_t *policy)
{
	uint8_t unique[2 * TPM_COORDINATE];
	struct tpm_get area = {
		.at = object->public_part,
		.left = object->public_bytes,
	};

	if (object->private_bytes > sizeof(object->private_part) ||
	    object->public_bytes > sizeof(object->public_part) ||
	    object->creation_bytes > sizeof(object->creation) ||
	    object->ticket_bytes > sizeof(object->ticket)) {
		return STATUS_CORRUPT;
	}
	return tpm_public_check(area, kind, policy, unique);
}

void tpm_nv_put(struct tpm_put *put, const struct tpm_nv *nv)
{
	tpm_put32(put, nv->index);
	tpm_put16(put, TPM_ALG_SHA256);
	tpm_put32(put, nv->attributes);
	put->failed |= nv->policy_bytes > sizeof(nv->policy);
	tpm_put_sized(put, nv->policy, nv->policy_bytes);
	tpm_put16(put, nv->data_bytes);
}

struct tpm_entity tpm_nv_entity(const struct tpm_nv *nv)
{
	uint8_t area[TPM_PUBLIC_BYTES];
	struct tpm_put put = {.bytes = area, .room = sizeof(area)};

	tpm_nv_put(&put, nv);
	return tpm_entity_named(nv->index, area, put.used);
}

void tpm_pcrs_put(struct tpm_put *put, uint32_t pcrs)
{
	tpm_put32(put, 1); /* one bank */
	tpm_put16(put, TPM_ALG_SHA256);
	tpm_put8(put, SELECT_BYTES);
	for (uint32_t i = 0; i < SELECT_BYTES; i++) {
		tpm_put8(put, (uint8_t)(pcrs >> (8 * i)));
	}
}

void tpm_pcrs_get(struct tpm_get *get, uint32_t pcrs)
{
	uint8_t expected[TPM_HASH_BYTES];
	struct tpm_put put = {.bytes = expected, .room = sizeof(expected)};
	struct tpm_get part;

	tpm_pcrs_put(&put, pcrs);
	part = tpm_get_part(get, put.used);
	get->failed |= part.failed || !bytes_equal(part.at, expected, put.used);
}
