/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Called by session.c and by whoever talks to a TPM. */
#include "svc/tpm/command.h"

#include "lib/bytes.h"
#include "svc/tpm/crypto.h"

static void begin(struct tpm_command *command, uint32_t code, uint32_t flags)
{
	bytes_zero(command, sizeof(*command));
	command->code = code;
	command->flags = flags;
	command->put.bytes = command->parameter;
	command->put.room = sizeof(command->parameter);
}

static void add(struct tpm_command *command, struct tpm_entity entity)
{
	command->entity[command->entities++] = entity;
}

void tpm_command_start_session(struct tpm_command *command,
			       const struct tpm_key *key, uint32_t type,
			       const uint8_t once[2 * TPM_COORDINATE],
			       const uint8_t nonce[TPM_HASH_BYTES])
{
	struct tpm_put *put = &command->put;
	uint32_t at;

	begin(command, TPM_CC_START_AUTH_SESSION, TPM_HANDLE);
	add(command, key->entity);
	add(command, tpm_entity_of(TPM_RH_NULL)); /* bound to nothing */
	tpm_put_sized(put, nonce, TPM_HASH_BYTES);
	at = tpm_put_open(put);
	tpm_put_sized(put, once, TPM_COORDINATE);
	tpm_put_sized(put, once + TPM_COORDINATE, TPM_COORDINATE);
	tpm_put_close(put, at);
	tpm_put8(put, (uint8_t)type);
	tpm_put16(put, TPM_ALG_AES);
	tpm_put16(put, TPM_AES_BITS);
	tpm_put16(put, TPM_ALG_CFB);
	tpm_put16(put, TPM_ALG_SHA256);
}

/* TPM2B_SENSITIVE_CREATE, TPM2B_PUBLIC, outside info, PCRs: 12.1 and 24.1. */
static void put_template(struct tpm_put *put, const struct tpm_create *create)
{
	uint32_t at = tpm_put_open(put);

	tpm_put_sized(put, NULL, 0); /* auth */
	tpm_put_sized(put, create->secret,
		      create->secret != NULL ? TPM_HASH_BYTES : 0);
	tpm_put_close(put, at);
	at = tpm_put_open(put);
	tpm_public_put(put, create->kind, create->policy);
	tpm_put_sized(put, NULL, 0); /* unique */
	if (create->kind != TPM_KIND_SEALED) {
		tpm_put_sized(put, NULL, 0);
	}
	tpm_put_close(put, at);
	tpm_put_sized(put, NULL, 0);
	tpm_pcrs_put(put, create->pcrs);
}

void tpm_command_create_primary(struct tpm_command *command)
{
	struct tpm_create create = {.kind = TPM_KIND_STORAGE};

	begin(command, TPM_CC_CREATE_PRIMARY,
	      TPM_AUTH | TPM_OPEN | TPM_IN | TPM_OUT | TPM_HANDLE);
	add(command, tpm_entity_of(TPM_RH_OWNER));
	put_template(&command->put, &create);
}

void tpm_command_read_public(struct tpm_command *command,
			     const struct tpm_entity *object)
{
	begin(command, TPM_CC_READ_PUBLIC, TPM_OUT);
	add(command, *object);
}

void tpm_command_create(struct tpm_command *command,
			const struct tpm_key *parent,
			const struct tpm_create *create)
{
	begin(command, TPM_CC_CREATE, TPM_AUTH | TPM_IN | TPM_OUT);
	add(command, parent->entity);
	put_template(&command->put, create);
}

void tpm_command_load(struct tpm_command *command, const struct tpm_key *parent,
		      const struct tpm_object *object)
{
	struct tpm_put *put = &command->put;

	begin(command, TPM_CC_LOAD, TPM_AUTH | TPM_IN | TPM_OUT | TPM_HANDLE);
	add(command, parent->entity);
	put->failed = object->private_bytes > sizeof(object->private_part) ||
		      object->public_bytes > sizeof(object->public_part);
	tpm_put_sized(put, object->private_part, object->private_bytes);
	tpm_put_sized(put, object->public_part, object->public_bytes);
}

void tpm_command_unseal(struct tpm_command *command,
			const struct tpm_entity *sealed)
{
	begin(command, TPM_CC_UNSEAL, TPM_AUTH | TPM_OUT);
	add(command, *sealed);
}

void tpm_command_certify_creation(struct tpm_command *command,
				  const struct tpm_entity *loaded,
				  const struct tpm_object *object)
{
	uint8_t digest[TPM_HASH_BYTES] = {0};
	struct tpm_put *put = &command->put;

	begin(command, TPM_CC_CERTIFY_CREATION, TPM_AUTH | TPM_IN | TPM_OUT);
	add(command, tpm_entity_of(TPM_RH_NULL));
	add(command, *loaded);
	put->failed = object->creation_bytes > sizeof(object->creation) ||
		      object->ticket_bytes > sizeof(object->ticket);
	if (!put->failed) {
		tpm_hash(object->creation, object->creation_bytes, digest);
	}
	tpm_put_sized(put, NULL, 0); /* no nonce: the session has one */
	tpm_put_sized(put, digest, sizeof(digest));
	tpm_put16(put, TPM_ALG_NULL); /* scheme */
	tpm_put16(put, TPM_ST_CREATION);
	tpm_put32(put, TPM_RH_OWNER);
	tpm_put_sized(put, object->ticket, object->ticket_bytes);
}

void tpm_command_quote(struct tpm_command *command,
		       const struct tpm_entity *key, uint32_t pcrs,
		       const uint8_t nonce[TPM_HASH_BYTES])
{
	begin(command, TPM_CC_QUOTE, TPM_AUTH | TPM_IN | TPM_OUT);
	add(command, *key);
	tpm_put_sized(&command->put, nonce, TPM_HASH_BYTES);
	tpm_put16(&command->put, TPM_ALG_NULL); /* the key's own scheme */
	tpm_pcrs_put(&command->put, pcrs);
}

void tpm_command_flush(struct tpm_command *command, uint32_t handle)
{
	begin(command, TPM_CC_FLUSH_CONTEXT, 0);
	tpm_put32(&command->put, handle);
}

void tpm_command_pcr_read(struct tpm_command *command, uint32_t pcrs)
{
	begin(command, TPM_CC_PCR_READ, 0);
	tpm_pcrs_put(&command->put, pcrs);
}

void tpm_command_pcr_extend(struct tpm_command *command, uint32_t pcr,
			    const uint8_t digest[TPM_HASH_BYTES])
{
	begin(command, TPM_CC_PCR_EXTEND, TPM_AUTH | TPM_OPEN);
	add(command, tpm_entity_of(pcr));
	tpm_put32(&command->put, 1);
	tpm_put16(&command->put, TPM_ALG_SHA256);
	tpm_put_bytes(&command->put, digest, TPM_HASH_BYTES);
}

void tpm_command_policy_pcr(struct tpm_command *command, uint32_t session,
			    uint32_t pcrs, const uint8_t *digest)
{
	begin(command, TPM_CC_POLICY_PCR, TPM_IN);
	add(command, tpm_entity_of(session));
	tpm_put_sized(&command->put, digest,
		      digest != NULL ? TPM_HASH_BYTES : 0);
	tpm_pcrs_put(&command->put, pcrs);
}

void tpm_command_policy_nv(struct tpm_command *command, uint32_t session,
			   const struct tpm_entity *index,
			   const struct tpm_nv_compare *compare)
{
	struct tpm_put *put = &command->put;
	uint32_t at;

	begin(command, TPM_CC_POLICY_NV, TPM_AUTH | TPM_IN);
	add(command, *index);
	add(command, *index);
	add(command, tpm_entity_of(session));
	at = tpm_put_open(put);
	tpm_put64(put, compare->operand);
	tpm_put_close(put, at);
	tpm_put16(put, 0); /* from the first byte on */
	tpm_put16(put, compare->operation);
}

void tpm_command_policy_code(struct tpm_command *command, uint32_t session,
			     uint32_t code)
{
	begin(command, TPM_CC_POLICY_COMMAND_CODE, 0);
	add(command, tpm_entity_of(session));
	tpm_put32(&command->put, code);
}

void tpm_command_policy_digest(struct tpm_command *command, uint32_t session)
{
	begin(command, TPM_CC_POLICY_GET_DIGEST, TPM_OUT);
	add(command, tpm_entity_of(session));
}

void tpm_command_nv_define(struct tpm_command *command,
			   const struct tpm_entity *owner,
			   const struct tpm_nv *nv,
			   const struct tpm_entity *index)
{
	uint32_t at;

	begin(command, TPM_CC_NV_DEFINE_SPACE, TPM_AUTH | TPM_IN);
	add(command, *owner);
	tpm_put_sized(&command->put, index->auth, index->auth_bytes);
	at = tpm_put_open(&command->put);
	tpm_nv_put(&command->put, nv);
	tpm_put_close(&command->put, at);
}

void tpm_command_nv_undefine(struct tpm_command *command,
			     const struct tpm_entity *owner,
			     const struct tpm_entity *index)
{
	begin(command, TPM_CC_NV_UNDEFINE_SPACE, TPM_AUTH);
	add(command, *owner);
	add(command, *index);
}

void tpm_command_nv_read_public(struct tpm_command *command,
				const struct tpm_entity *index)
{
	begin(command, TPM_CC_NV_READ_PUBLIC, TPM_OUT);
	add(command, *index);
}

void tpm_command_nv_increment(struct tpm_command *command,
			      const struct tpm_entity *index)
{
	begin(command, TPM_CC_NV_INCREMENT, TPM_AUTH);
	add(command, *index);
	add(command, *index);
}

void tpm_command_nv_read(struct tpm_command *command,
			 const struct tpm_entity *index, uint32_t bytes)
{
	begin(command, TPM_CC_NV_READ, TPM_AUTH | TPM_OUT);
	add(command, *index);
	add(command, *index);
	tpm_put16(&command->put, bytes);
	tpm_put16(&command->put, 0); /* from the first byte on */
}

enum status tpm_command_write(struct tpm_command *command,
			      const struct tpm_put *area, uint8_t *to,
			      uint32_t *to_bytes)
{
	struct tpm_put out = {.bytes = to, .room = *to_bytes};
	uint32_t bytes = TPM_HEAD_BYTES + command->put.used +
			 command->entities * (uint32_t)sizeof(uint32_t);
	bool good = !command->put.failed;

	if (area->used != 0) {
		bytes += (uint32_t)sizeof(uint32_t) + area->used;
	}
	tpm_put16(&out, area->used != 0 ? TPM_ST_SESSIONS : TPM_ST_NO_SESSIONS);
	tpm_put32(&out, bytes);
	tpm_put32(&out, command->code);
	for (uint32_t i = 0; i < command->entities; i++) {
		tpm_put32(&out, command->entity[i].handle);
	}
	if (area->used != 0) {
		tpm_put32(&out, area->used);
		tpm_put_bytes(&out, area->bytes, area->used);
	}
	tpm_put_bytes(&out, command->parameter, command->put.used);
	bytes_wipe(command->parameter, sizeof(command->parameter));
	command->put.failed = true;
	if (!good) {
		return STATUS_INVALID;
	}
	*to_bytes = out.used;
	return out.failed ? STATUS_NO_SPACE : STATUS_OK;
}

enum status tpm_command_plain(struct tpm_command *command, uint8_t *to,
			      uint32_t *to_bytes)
{
	uint8_t bytes[TPM_HEAD_BYTES];
	struct tpm_put area = {.bytes = bytes, .room = sizeof(bytes)};

	if ((command->flags & TPM_AUTH) != 0) {
		command->put.failed |= (command->flags & TPM_OPEN) == 0;
		tpm_put32(&area, TPM_RS_PASSWORD);
		tpm_put_sized(&area, NULL, 0); /* nonce */
		tpm_put8(&area, TPMA_SESSION_CONTINUE);
		tpm_put_sized(&area, NULL, 0); /* password */
	}
	return tpm_command_write(command, &area, to, to_bytes);
}
