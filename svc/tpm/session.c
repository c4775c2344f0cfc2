/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Called by services that talk to a TPM. Invariant: HMACs are over what was
 * ferried (the encrypted form), and nothing is decrypted before its HMAC was
 * right.
 */
#include "svc/tpm/session.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

#include "lib/bytes.h"
#include "svc/rt/rt.h"

#define AREA_BYTES 96u

enum status tpm_session_start(struct tpm_session *session, uint32_t type,
			      const struct tpm_key *key,
			      struct tpm_command *command)
{
	uint8_t once[2 * TPM_COORDINATE];
	enum status status;

	bytes_zero(session, sizeof(*session));
	status = tpm_salt(key->point, once, session->key);
	if (status != STATUS_OK) {
		return status;
	}
	rt_random(NULL, sizeof(session->nonce_caller), session->nonce_caller);
	session->type = type;
	session->state = TPM_SESSION_STARTING;
	tpm_command_start_session(command, key, type, once,
				  session->nonce_caller);
	return STATUS_OK;
}

static struct tpm_nonces from_tpm(const struct tpm_session *session)
{
	struct tpm_nonces nonces;

	memcpy(nonces.newer, session->nonce_tpm, sizeof(nonces.newer));
	memcpy(nonces.older, session->nonce_caller, sizeof(nonces.older));
	return nonces;
}

static struct tpm_nonces from_caller(const struct tpm_session *session)
{
	struct tpm_nonces nonces;

	memcpy(nonces.newer, session->nonce_caller, sizeof(nonces.newer));
	memcpy(nonces.older, session->nonce_tpm, sizeof(nonces.older));
	return nonces;
}

enum status tpm_session_started(struct tpm_session *session,
				struct tpm_response *response)
{
	uint32_t type =
		session->type == TPM_SE_POLICY ? TPM_HT_POLICY : TPM_HT_HMAC;
	struct tpm_secret salt = {0};
	struct tpm_nonces nonces;
	enum status status;

	if (session->state != TPM_SESSION_STARTING) {
		return STATUS_CONFLICT;
	}
	tpm_get_exact(&response->parameters, session->nonce_tpm,
		      sizeof(session->nonce_tpm));
	status = tpm_get_end(&response->parameters);
	if (status != STATUS_OK ||
	    (response->handle & TPM_HANDLE_TYPE) != type) {
		return STATUS_CORRUPT;
	}
	nonces = from_tpm(session);
	tpm_secret_add(&salt, session->key, sizeof(session->key));
	tpm_kdfa(&salt, "ATH", &nonces, session->key);
	bytes_wipe(&salt, sizeof(salt));
	session->handle = response->handle;
	session->state = TPM_SESSION_READY;
	return STATUS_OK;
}

/* Part 1, 18.7: cpHash, over the command as it will be ferried. */
static void hash_command(const struct tpm_command *command,
			 uint8_t digest[TPM_HASH_BYTES])
{
	uint8_t code[sizeof(uint32_t)];
	struct tpm_put put = {.bytes = code, .room = sizeof(code)};
	struct sha256_ctx hash;

	tpm_put32(&put, command->code);
	sha256_init(&hash);
	sha256_update(&hash, sizeof(code), code);
	for (uint32_t i = 0; i < command->entities; i++) {
		sha256_update(&hash, command->entity[i].name_bytes,
			      command->entity[i].name);
	}
	sha256_update(&hash, command->put.used, command->parameter);
	sha256_digest(&hash, TPM_HASH_BYTES, digest);
}

/* Part 1, 18.8: rpHash, of a success. */
static void hash_response(uint32_t command_code,
			  const struct tpm_get *parameters,
			  uint8_t digest[TPM_HASH_BYTES])
{
	uint8_t codes[2 * sizeof(uint32_t)];
	struct tpm_put put = {.bytes = codes, .room = sizeof(codes)};
	struct sha256_ctx hash;

	tpm_put32(&put, 0);
	tpm_put32(&put, command_code);
	sha256_init(&hash);
	sha256_update(&hash, sizeof(codes), codes);
	sha256_update(&hash, parameters->left, parameters->at);
	sha256_digest(&hash, TPM_HASH_BYTES, digest);
}

/* What both sides compute their HMAC over, byte for byte: no padding. */
struct signed_part {
	uint8_t digest[TPM_HASH_BYTES];
	struct tpm_nonces nonces;
	uint8_t attributes;
};

_Static_assert(sizeof(struct signed_part) == 3 * TPM_HASH_BYTES + 1,
	       "no padding");

/* Part 1, 19.6.5. A policy session proves no auth value. */
static void authenticate(const struct tpm_session *session,
			 const struct signed_part *part,
			 uint8_t mac[TPM_HASH_BYTES])
{
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac,
			    session->type == TPM_SE_POLICY
				    ? sizeof(session->key)
				    : session->secret.len_bytes,
			    session->secret.bytes);
	hmac_sha256_update(&hmac, sizeof(*part), (const uint8_t *)part);
	hmac_sha256_digest(&hmac, TPM_HASH_BYTES, mac);
	bytes_wipe(&hmac, sizeof(hmac));
}

/* All that can be encrypted; a session that does nothing else must audit. */
static uint32_t attributes_for(const struct tpm_command *command)
{
	uint32_t attributes = TPMA_SESSION_CONTINUE;

	if ((command->flags & TPM_IN) != 0) {
		attributes |= TPMA_SESSION_DECRYPT;
	}
	if ((command->flags & TPM_OUT) != 0) {
		attributes |= TPMA_SESSION_ENCRYPT;
	}
	if ((command->flags & (TPM_IN | TPM_OUT | TPM_AUTH)) == 0) {
		attributes |= TPMA_SESSION_AUDIT;
	}
	return attributes;
}

static void expect(struct tpm_session *session,
		   const struct tpm_command *command)
{
	const struct tpm_entity *first = &command->entity[0];

	session->code = command->code;
	session->flags = command->flags;
	session->attributes = attributes_for(command);
	session->secret.len_bytes = 0;
	tpm_secret_add(&session->secret, session->key, sizeof(session->key));
	if ((command->flags & TPM_AUTH) != 0) {
		tpm_secret_add(&session->secret, first->auth,
			       first->auth_bytes);
	}
}

static void encrypt_first(const struct tpm_session *session,
			  struct tpm_command *command,
			  const struct tpm_nonces *nonces)
{
	struct tpm_get get = {
		.at = command->parameter,
		.left = command->put.used,
	};
	uint32_t len_bytes = tpm_get16(&get);

	tpm_encrypt(&session->secret, nonces,
		    command->parameter + sizeof(uint16_t), len_bytes);
}

enum status tpm_session_wrap(struct tpm_session *session,
			     struct tpm_command *command, uint8_t *to,
			     uint32_t *to_bytes)
{
	uint8_t bytes[AREA_BYTES], mac[TPM_HASH_BYTES];
	struct tpm_put area = {.bytes = bytes, .room = sizeof(bytes)};
	struct signed_part part;
	enum status status;

	if (session->state != TPM_SESSION_READY) {
		return STATUS_CONFLICT;
	}
	if (command->put
		    .failed) { /* it may be cut anywhere: never encrypt it */
		bytes_wipe(command->parameter, sizeof(command->parameter));
		return STATUS_INVALID;
	}
	rt_random(NULL, sizeof(session->nonce_caller), session->nonce_caller);
	expect(session, command);
	part.nonces = from_caller(session);
	part.attributes = (uint8_t)session->attributes;
	if ((command->flags & TPM_IN) != 0) {
		encrypt_first(session, command, &part.nonces);
	}
	hash_command(command, part.digest);
	authenticate(session, &part, mac);
	tpm_put32(&area, session->handle);
	tpm_put_sized(&area, part.nonces.newer, sizeof(part.nonces.newer));
	tpm_put8(&area, part.attributes);
	tpm_put_sized(&area, mac, sizeof(mac));
	status = tpm_command_write(command, &area, to, to_bytes);
	if (status == STATUS_OK) {
		session->state = TPM_SESSION_WAITING;
	}
	return status;
}

static bool attributes_are_right(const struct tpm_session *session,
				 uint32_t attributes)
{
	if ((session->attributes & TPMA_SESSION_AUDIT) != 0) {
		attributes &= ~TPMA_SESSION_EXCLUSIVE;
	}
	return attributes == session->attributes;
}

/* The area behind the parameters; takes the TPM's new nonce if it is right. */
static enum status verify(struct tpm_session *session,
			  const struct tpm_response *response)
{
	struct signed_part part = {.nonces = from_tpm(session)};
	uint8_t mac[TPM_HASH_BYTES], theirs[TPM_HASH_BYTES];
	struct tpm_get area = response->authorization;

	tpm_get_exact(&area, part.nonces.newer, sizeof(part.nonces.newer));
	part.attributes = tpm_get8(&area);
	tpm_get_exact(&area, theirs, sizeof(theirs));
	if (tpm_get_end(&area) != STATUS_OK ||
	    !attributes_are_right(session, part.attributes)) {
		return STATUS_CORRUPT;
	}
	hash_response(session->code, &response->parameters, part.digest);
	authenticate(session, &part, mac);
	if (!memeql_sec(mac, theirs, sizeof(mac))) {
		return STATUS_CORRUPT;
	}
	memcpy(session->nonce_tpm, part.nonces.newer,
	       sizeof(session->nonce_tpm));
	return STATUS_OK;
}

static enum status decrypt_first(const struct tpm_session *session,
				 uint8_t *bytes,
				 const struct tpm_response *response)
{
	/* A reader reads only; these are the caller's bytes. */
	struct tpm_nonces nonces = from_tpm(session);
	struct tpm_get get = response->parameters;
	struct tpm_get first = tpm_get_sized(&get);

	if (get.failed) {
		return STATUS_CORRUPT;
	}
	tpm_decrypt(&session->secret, &nonces, bytes + (first.at - bytes),
		    first.left);
	return STATUS_OK;
}

enum status tpm_session_accept(struct tpm_session *session, uint8_t *bytes,
			       uint32_t len_bytes,
			       struct tpm_response *response)
{
	enum status status;

	if (session->state != TPM_SESSION_WAITING) {
		return STATUS_CONFLICT;
	}
	status = tpm_response_split(session->flags, bytes, len_bytes, response);
	if (status == STATUS_OK && response->code == 0) {
		status = verify(session, response);
	}
	if (status != STATUS_OK) {
		tpm_response_none(response);
		return status;
	}
	session->state = TPM_SESSION_READY;
	if (response->code == 0 && (session->flags & TPM_OUT) != 0) {
		status = decrypt_first(session, bytes, response);
	}
	bytes_wipe(&session->secret, sizeof(session->secret));
	return status != STATUS_OK ? status
				   : tpm_response_status(response->code);
}

void tpm_session_wipe(struct tpm_session *session)
{
	bytes_wipe(session, sizeof(*session));
}
