/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Called by session.c and by whoever talks to a TPM. Invariant: total over any
 * bytes; a refusal leaves zeros.
 */
#include "svc/tpm/response.h"

#include "lib/bytes.h"
#include "svc/tpm/crypto.h"

#define CLOCK_BYTES    17u /* TPMS_CLOCK_INFO, Part 2, 10.11.1 */
#define FIRMWARE_BYTES 8u

static enum status status_of_format_1(uint32_t code)
{
	switch (code & ~TPM_RC_WHERE) {
	case TPM_RC_AUTH_FAIL:
	case TPM_RC_BAD_AUTH:
	case TPM_RC_POLICY_FAIL:
	case TPM_RC_VALUE: /* PolicyPCR: not the digest that was named */
		return STATUS_DENIED;
	case TPM_RC_HANDLE:
		return STATUS_NOT_FOUND;
	case TPM_RC_INTEGRITY:
		return STATUS_CORRUPT;
	default:
		return STATUS_UNSUPPORTED;
	}
}

enum status tpm_response_status(uint32_t code)
{
	if ((code & TPM_RC_FORMAT_1) != 0) {
		return status_of_format_1(code);
	}
	if (code - TPM_RC_REFERENCE < TPM_RC_REFERENCES) {
		return STATUS_NOT_FOUND;
	}
	if (code - TPM_RC_CONTEXT_GAP < TPM_RC_ROOMS) {
		return STATUS_NO_SPACE;
	}
	switch (code) {
	case 0:
		return STATUS_OK;
	case TPM_RC_POLICY:
	case TPM_RC_PCR_CHANGED:
		return STATUS_DENIED;
	case TPM_RC_NV_DEFINED:
		return STATUS_CONFLICT;
	case TPM_RC_YIELDED:
	case TPM_RC_TESTING:
	case TPM_RC_NV_RATE:
	case TPM_RC_LOCKOUT:
	case TPM_RC_RETRY:
		return STATUS_BUSY;
	default:
		return STATUS_UNSUPPORTED;
	}
}

void tpm_response_none(struct tpm_response *response)
{
	*response = (struct tpm_response){
		.parameters = {.failed = true},
		.authorization = {.failed = true},
	};
}

enum status tpm_response_split(uint32_t command_flags, const uint8_t *bytes,
			       uint32_t len_bytes,
			       struct tpm_response *response)
{
	struct tpm_get get = {.at = bytes, .left = len_bytes};
	uint32_t tag, size;

	tpm_response_none(response);
	tag = tpm_get16(&get);
	size = tpm_get32(&get);
	response->code = tpm_get32(&get);
	if (get.failed || size != len_bytes) {
		return STATUS_CORRUPT;
	}
	if (response->code != 0) {
		return tag == TPM_ST_NO_SESSIONS ? tpm_get_end(&get)
						 : STATUS_CORRUPT;
	}
	if ((command_flags & TPM_HANDLE) != 0) {
		response->handle = tpm_get32(&get);
	}
	response->parameters = get;
	if (tag == TPM_ST_SESSIONS) {
		size = tpm_get32(&get);
		response->parameters = tpm_get_part(&get, size);
		response->authorization = get;
	}
	return get.failed || (tag != TPM_ST_SESSIONS &&
			      tag != TPM_ST_NO_SESSIONS)
		       ? STATUS_CORRUPT
		       : STATUS_OK;
}

enum status tpm_response_plain(const struct tpm_command *command,
			       const uint8_t *bytes, uint32_t len_bytes,
			       struct tpm_response *response)
{
	bool with_session = (command->flags & TPM_AUTH) != 0;
	enum status status =
		tpm_response_split(command->flags, bytes, len_bytes, response);

	if (status == STATUS_OK && response->code == 0 &&
	    response->authorization.failed == with_session) {
		status = STATUS_CORRUPT;
	}
	if (status != STATUS_OK) {
		tpm_response_none(response);
		return status;
	}
	return tpm_response_status(response->code);
}

enum status tpm_response_done(struct tpm_response *response)
{
	return tpm_get_end(&response->parameters);
}

/* STATUS_CORRUPT unless the next TPM2B is this Name. */
static enum status name_check(struct tpm_get *get,
			      const struct tpm_entity *entity)
{
	struct tpm_get name = tpm_get_sized(get);

	return name.failed || name.left != entity->name_bytes ||
			       !bytes_equal(name.at, entity->name, name.left)
		       ? STATUS_CORRUPT
		       : STATUS_OK;
}

static void key_of(struct tpm_get area, uint32_t handle, struct tpm_key *key)
{
	key->entity = tpm_entity_named(handle, area.at, area.left);
}

enum status tpm_response_primary(struct tpm_response *response,
				 struct tpm_key *key)
{
	struct tpm_get *get = &response->parameters;
	struct tpm_get area = tpm_get_sized(get);
	enum status status;

	bytes_zero(key, sizeof(*key));
	(void)tpm_get_sized(get); /* creation data */
	(void)tpm_get_sized(get); /* and its digest */
	(void)tpm_get16(get);	  /* ticket: tag, hierarchy, proof */
	(void)tpm_get32(get);
	(void)tpm_get_sized(get);
	if (get->failed) {
		return STATUS_CORRUPT;
	}
	status = tpm_public_check(area, TPM_KIND_STORAGE, NULL, key->point);
	key_of(area, response->handle, key);
	if (status != STATUS_OK || name_check(get, &key->entity) != STATUS_OK ||
	    tpm_get_end(get) != STATUS_OK) {
		bytes_zero(key, sizeof(*key));
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

enum status tpm_response_public(struct tpm_response *response, uint32_t handle,
				struct tpm_key *key)
{
	struct tpm_get *get = &response->parameters;
	struct tpm_get area = tpm_get_sized(get);
	enum status status;

	bytes_zero(key, sizeof(*key));
	if (get->failed) {
		return STATUS_CORRUPT;
	}
	status = tpm_public_check(area, TPM_KIND_STORAGE, NULL, key->point);
	key_of(area, handle, key);
	if (status != STATUS_OK || name_check(get, &key->entity) != STATUS_OK) {
		get->failed = true;
	}
	(void)tpm_get_sized(get); /* qualified name */
	if (tpm_get_end(get) != STATUS_OK) {
		bytes_zero(key, sizeof(*key));
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

enum status tpm_response_created(struct tpm_response *response,
				 const struct tpm_create *create,
				 struct tpm_object *object)
{
	struct tpm_get *get = &response->parameters;
	uint8_t told[TPM_HASH_BYTES], digest[TPM_HASH_BYTES];

	bytes_zero(object, sizeof(*object));
	object->private_bytes = tpm_get_copy(get, object->private_part,
					     sizeof(object->private_part));
	object->public_bytes = tpm_get_copy(get, object->public_part,
					    sizeof(object->public_part));
	object->creation_bytes =
		tpm_get_copy(get, object->creation, sizeof(object->creation));
	tpm_get_exact(get, told, sizeof(told));
	get->failed |= tpm_get16(get) != TPM_ST_CREATION;
	get->failed |= tpm_get32(get) != TPM_RH_OWNER;
	object->ticket_bytes =
		tpm_get_copy(get, object->ticket, sizeof(object->ticket));
	tpm_hash(object->creation, object->creation_bytes, digest);
	if (tpm_get_end(get) != STATUS_OK ||
	    !bytes_equal(told, digest, sizeof(told)) ||
	    tpm_object_check(object, create->kind, create->policy) !=
		    STATUS_OK) {
		bytes_zero(object, sizeof(*object));
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

enum status tpm_response_loaded(struct tpm_response *response,
				const struct tpm_object *object,
				struct tpm_entity *entity)
{
	bytes_zero(entity, sizeof(*entity));
	if (object->public_bytes > sizeof(object->public_part)) {
		return STATUS_CORRUPT;
	}
	*entity = tpm_entity_named(response->handle, object->public_part,
				   object->public_bytes);
	if (name_check(&response->parameters, entity) != STATUS_OK ||
	    tpm_get_end(&response->parameters) != STATUS_OK) {
		bytes_zero(entity, sizeof(*entity));
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

enum status tpm_response_unsealed(struct tpm_response *response,
				  uint8_t secret[TPM_HASH_BYTES])
{
	return tpm_response_digest(response, secret);
}

/* TPMS_ATTEST (Part 2, 10.12.12) up to what is particular to its kind. */
static void attest_head(struct tpm_get *get, uint32_t kind,
			struct tpm_get *nonce)
{
	get->failed |= tpm_get32(get) != TPM_GENERATED;
	get->failed |= tpm_get16(get) != kind;
	(void)tpm_get_sized(get); /* qualified signer */
	*nonce = tpm_get_sized(get);
	(void)tpm_get_part(get, CLOCK_BYTES + FIRMWARE_BYTES);
}

/* TPMS_CREATION_DATA (Part 2, 15.1): PCRs come first. */
static enum status origin_check(const struct tpm_object *object,
				const struct tpm_origin *origin)
{
	struct tpm_get get = {
		.at = object->creation,
		.left = object->creation_bytes,
	};
	uint8_t digest[TPM_HASH_BYTES];

	if (object->creation_bytes > sizeof(object->creation)) {
		return STATUS_CORRUPT;
	}
	tpm_pcrs_get(&get, origin->pcrs);
	tpm_get_exact(&get, digest, sizeof(digest));
	return get.failed || !bytes_equal(digest, origin->digest,
					  sizeof(digest))
		       ? STATUS_CORRUPT
		       : STATUS_OK;
}

enum status tpm_response_certified(struct tpm_response *response,
				   const struct tpm_entity *loaded,
				   const struct tpm_object *object,
				   const struct tpm_origin *origin)
{
	struct tpm_get attest = tpm_get_sized(&response->parameters), nonce;
	uint8_t told[TPM_HASH_BYTES], digest[TPM_HASH_BYTES];
	enum status status = origin_check(object, origin);

	if (status != STATUS_OK) {
		return status;
	}
	attest_head(&attest, TPM_ST_ATTEST_CREATION, &nonce);
	if (name_check(&attest, loaded) != STATUS_OK) {
		return STATUS_CORRUPT;
	}
	tpm_get_exact(&attest, told, sizeof(told));
	tpm_hash(object->creation, object->creation_bytes, digest);
	if (tpm_get_end(&attest) != STATUS_OK ||
	    !bytes_equal(told, digest, sizeof(told)) ||
	    tpm_get16(&response->parameters) != TPM_ALG_NULL) {
		return STATUS_CORRUPT;
	}
	return tpm_get_end(&response->parameters);
}

/* TPMS_SIGNATURE_ECDSA (Part 2, 11.3.2): a number may come shorter. */
static void number_get(struct tpm_get *get, uint8_t to[TPM_COORDINATE])
{
	struct tpm_get number = tpm_get_sized(get);

	if (number.left > TPM_COORDINATE) {
		get->failed = true;
		return;
	}
	tpm_get_bytes(&number, to + TPM_COORDINATE - number.left, number.left);
}

enum status tpm_response_quoted(struct tpm_response *response,
				struct tpm_quote *quote)
{
	struct tpm_get *get = &response->parameters, attest, nonce;
	struct tpm_quote done = {.pcrs = quote->pcrs};

	memcpy(done.nonce, quote->nonce, sizeof(done.nonce));
	done.attest_bytes = tpm_get_copy(get, done.attest, TPM_QUOTE_BYTES);
	get->failed |= tpm_get16(get) != TPM_ALG_ECDSA;
	get->failed |= tpm_get16(get) != TPM_ALG_SHA256;
	number_get(get, done.signature);
	number_get(get, done.signature + TPM_COORDINATE);
	attest = (struct tpm_get){.at = done.attest, .left = done.attest_bytes};
	attest_head(&attest, TPM_ST_ATTEST_QUOTE, &nonce);
	tpm_pcrs_get(&attest, quote->pcrs);
	tpm_get_exact(&attest, done.pcr_digest, sizeof(done.pcr_digest));
	if (tpm_get_end(get) != STATUS_OK ||
	    tpm_get_end(&attest) != STATUS_OK ||
	    nonce.left != sizeof(quote->nonce) ||
	    !bytes_equal(nonce.at, quote->nonce, sizeof(quote->nonce))) {
		*quote = (struct tpm_quote){0};
		return STATUS_CORRUPT;
	}
	*quote = done;
	return STATUS_OK;
}

enum status tpm_response_digest(struct tpm_response *response,
				uint8_t digest[TPM_HASH_BYTES])
{
	enum status status;

	tpm_get_exact(&response->parameters, digest, TPM_HASH_BYTES);
	status = tpm_get_end(&response->parameters);
	if (status != STATUS_OK) {
		bytes_wipe(digest, TPM_HASH_BYTES);
	}
	return status;
}

enum status tpm_response_pcrs(struct tpm_response *response, uint32_t pcrs,
			      uint8_t (*values)[TPM_HASH_BYTES],
			      uint32_t values_max)
{
	struct tpm_get *get = &response->parameters;
	uint32_t count = 0;

	for (uint32_t rest = pcrs; rest != 0; rest &= rest - 1) {
		count++;
	}
	bytes_zero(values, (size_t)values_max * TPM_HASH_BYTES);
	if (count > values_max) {
		return STATUS_CORRUPT;
	}
	(void)tpm_get32(get); /* how often PCRs have changed */
	tpm_pcrs_get(get, pcrs);
	get->failed |= tpm_get32(get) != count;
	for (uint32_t i = 0; i < count; i++) {
		tpm_get_exact(get, values[i], TPM_HASH_BYTES);
	}
	if (tpm_get_end(get) != STATUS_OK) {
		bytes_zero(values, (size_t)values_max * TPM_HASH_BYTES);
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

enum status tpm_response_nv_public(struct tpm_response *response,
				   uint32_t index, struct tpm_nv *nv)
{
	struct tpm_get *get = &response->parameters;
	struct tpm_get area = tpm_get_sized(get);
	struct tpm_entity entity;

	bytes_zero(nv, sizeof(*nv));
	nv->index = tpm_get32(&area);
	get->failed |= tpm_get16(&area) != TPM_ALG_SHA256;
	nv->attributes = tpm_get32(&area);
	nv->policy_bytes = tpm_get_copy(&area, nv->policy, sizeof(nv->policy));
	nv->data_bytes = tpm_get16(&area);
	entity = tpm_nv_entity(nv);
	if (tpm_get_end(&area) != STATUS_OK || nv->index != index ||
	    name_check(get, &entity) != STATUS_OK ||
	    tpm_get_end(get) != STATUS_OK) {
		bytes_zero(nv, sizeof(*nv));
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}

enum status tpm_response_counter(struct tpm_response *response, uint64_t *value)
{
	struct tpm_get data = tpm_get_sized(&response->parameters);

	*value = tpm_get64(&data);
	if (tpm_get_end(&data) != STATUS_OK ||
	    tpm_get_end(&response->parameters) != STATUS_OK) {
		*value = 0;
		return STATUS_CORRUPT;
	}
	return STATUS_OK;
}
