/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exchange with the TPM, by svc/tpm. VTL0 is the firmware and the loader
 * at this time, and both are believed in one thing: that the storage root key
 * is the TPM's. Sessions salted to that key keep what follows from whoever
 * reads or changes these bytes on their way. Invariant: a secret is taken from
 * the TPM only if the TPM says that it was sealed in this very state, which no
 * software but ours is in.
 */
#include "svc/root/launch.h"

#include "abi/measure.h"
#include "lib/bytes.h"
#include "svc/rt/rt.h"
#include "svc/tpm/crypto.h"
#include "svc/tpm/policy.h"
#include "svc/tpm/session.h"

/* Firmware, its options, what it has started, Secure Boot, our own: TCG PFP. */
#define SEAL_PCRS  (1u << 0 | 1u << 2 | 1u << 4 | 1u << 7 | 1u << MEASURE_PCR)
#define SEAL_COUNT 5u
#define SEAL_OWN   (SEAL_COUNT - 1u) /* of the values, lowest PCR first */

#define BLOB_BYTES (sizeof(struct root_blob) + sizeof(struct tpm_object))

_Static_assert(BLOB_BYTES <= ROOT_BLOB_BYTES_MAX, "VTL0 has room for it");
_Static_assert(SERVICE_ROOT_BYTES == TPM_HASH_BYTES, "one sealed secret");

struct launch {
	ferry_t ferry;
	struct tpm_key srk;
	struct tpm_session hmac;
	struct tpm_session policy_session;
	struct tpm_policy policy;
	struct tpm_origin origin; /* the state that we are in */
	struct tpm_command command;
	struct tpm_response answer;
	uint8_t sent[TPM_COMMAND_BYTES];
	uint8_t got[TPM_RESPONSE_BYTES];
};

/* --- one command ------------------------------------------------------------ */

static enum status carry(struct launch *launch, uint32_t sent_bytes,
			 uint32_t *got_bytes)
{
	*got_bytes = sizeof(launch->got);
	return launch->ferry(launch->sent, sent_bytes, launch->got, got_bytes);
}

static enum status ask_plain(struct launch *launch)
{
	uint32_t bytes = sizeof(launch->sent);
	enum status status =
		tpm_command_plain(&launch->command, launch->sent, &bytes);

	if (status == STATUS_OK) {
		status = carry(launch, bytes, &bytes);
	}
	if (status == STATUS_OK) {
		status = tpm_response_plain(&launch->command, launch->got,
					    bytes, &launch->answer);
	}
	return status;
}

static enum status ask(struct launch *launch, struct tpm_session *session)
{
	uint32_t bytes = sizeof(launch->sent);
	enum status status = tpm_session_wrap(session, &launch->command,
					      launch->sent, &bytes);

	if (status == STATUS_OK) {
		status = carry(launch, bytes, &bytes);
	}
	if (status == STATUS_OK) {
		status = tpm_session_accept(session, launch->got, bytes,
					    &launch->answer);
	}
	return status;
}

static enum status session_start(struct launch *launch,
				 struct tpm_session *session, uint32_t type)
{
	enum status status = tpm_session_start(session, type, &launch->srk,
					       &launch->command);

	if (status == STATUS_OK) {
		status = ask_plain(launch);
	}
	if (status == STATUS_OK) {
		status = tpm_session_started(session, &launch->answer);
	}
	if (status != STATUS_OK) {
		tpm_session_wipe(session);
	}
	return status;
}

/* What cannot be flushed is the next owner's trouble, not ours. */
static void flush(struct launch *launch, uint32_t handle)
{
	tpm_command_flush(&launch->command, handle);
	(void)ask_plain(launch);
}

static void session_end(struct launch *launch, struct tpm_session *session)
{
	if (session->state != TPM_SESSION_NONE) {
		flush(launch, session->handle);
		tpm_session_wipe(session);
	}
}

/* --- before there is a secret ------------------------------------------------- */

static enum status srk_make(struct launch *launch)
{
	enum status status;

	tpm_command_create_primary(&launch->command);
	status = ask_plain(launch);
	if (status == STATUS_OK) {
		status = tpm_response_primary(&launch->answer, &launch->srk);
	}
	return status;
}

static enum status srk_kept(struct launch *launch)
{
	const struct tpm_entity kept = tpm_entity_of(TPM_SRK_PERSISTENT);
	enum status status;

	tpm_command_read_public(&launch->command, &kept);
	status = ask_plain(launch);
	if (status == STATUS_OK) {
		status = tpm_response_public(&launch->answer, kept.handle,
					     &launch->srk);
	}
	return status;
}

/*
 * The storage root key: made for this once, from a template, so that it is the
 * same each time. Where the owner lets nobody make keys, what he has put at the
 * usual place.
 */
static enum root_verdict srk_find(struct launch *launch)
{
	enum status status = srk_make(launch);

	if (status == STATUS_DENIED) {
		return srk_kept(launch) == STATUS_OK ? ROOT_VERDICT_UNSEALED
						     : ROOT_VERDICT_OWNED;
	}
	return status == STATUS_OK ? ROOT_VERDICT_UNSEALED
				   : ROOT_VERDICT_NO_TPM;
}

/* A PCR that nobody has extended: anybody may say the same there. */
static bool is_fresh(const uint8_t value[TPM_HASH_BYTES])
{
	static const uint8_t zero[TPM_HASH_BYTES];

	return bytes_equal(value, zero, sizeof(zero));
}

/* The state that we are in, by the TPM's authentic word. */
static enum root_verdict state_read(struct launch *launch)
{
	uint8_t values[SEAL_COUNT][TPM_HASH_BYTES];
	struct tpm_origin *origin = &launch->origin;

	tpm_command_pcr_read(&launch->command, SEAL_PCRS);
	if (ask(launch, &launch->hmac) != STATUS_OK ||
	    tpm_response_pcrs(&launch->answer, SEAL_PCRS, values, SEAL_COUNT) !=
		    STATUS_OK) {
		return ROOT_VERDICT_NO_TPM;
	}
	if (!is_fresh(values[SEAL_OWN])) {
		return ROOT_VERDICT_LATE;
	}
	for (unsigned i = 0; i < SEAL_OWN; i++) {
		if (is_fresh(values[i])) {
			return ROOT_VERDICT_UNMEASURED;
		}
	}
	origin->pcrs = SEAL_PCRS;
	tpm_policy_pcr_digest(values, SEAL_COUNT, origin->digest);
	tpm_policy_pcr(&launch->policy, SEAL_PCRS, origin->digest);
	return ROOT_VERDICT_UNSEALED;
}

static enum root_verdict open(struct launch *launch)
{
	enum root_verdict verdict = srk_find(launch);

	if (verdict != ROOT_VERDICT_UNSEALED) {
		return verdict;
	}
	if (session_start(launch, &launch->hmac, TPM_SE_HMAC) != STATUS_OK) {
		return ROOT_VERDICT_NO_TPM;
	}
	return state_read(launch);
}

static void close(struct launch *launch)
{
	session_end(launch, &launch->policy_session);
	session_end(launch, &launch->hmac);
	if ((launch->srk.entity.handle & TPM_HANDLE_TYPE) == TPM_HT_TRANSIENT) {
		flush(launch, launch->srk.entity.handle);
	}
}

/* --- made ----------------------------------------------------------------------- */

static void blob_write(const struct tpm_object *object,
		       struct root_launch *reply)
{
	struct root_blob blob = {
		.magic = ROOT_BLOB_MAGIC,
		.version = ROOT_BLOB_VERSION,
		.bytes = BLOB_BYTES,
	};

	tpm_hash((const uint8_t *)object, sizeof(*object), blob.digest);
	memcpy(reply->blob, &blob, sizeof(blob));
	memcpy(reply->blob + sizeof(blob), object, sizeof(*object));
	reply->blob_bytes = BLOB_BYTES;
}

static enum root_verdict make(struct launch *launch,
			      uint8_t secret[SERVICE_ROOT_BYTES],
			      struct root_launch *reply)
{
	const struct tpm_create create = {
		.kind = TPM_KIND_SEALED,
		.pcrs = SEAL_PCRS,
		.policy = launch->policy.digest,
		.secret = secret,
	};
	struct tpm_object object;

	rt_random(NULL, SERVICE_ROOT_BYTES, secret);
	tpm_command_create(&launch->command, &launch->srk, &create);
	if (ask(launch, &launch->hmac) != STATUS_OK ||
	    tpm_response_created(&launch->answer, &create, &object) !=
		    STATUS_OK) {
		bytes_wipe(secret, SERVICE_ROOT_BYTES);
		return ROOT_VERDICT_NO_TPM;
	}
	blob_write(&object, reply);
	return ROOT_VERDICT_MADE;
}

/* --- unsealed --------------------------------------------------------------------- */

static bool blob_read(const struct root_blob *blob, uint32_t blob_bytes,
		      struct tpm_object *object)
{
	uint8_t digest[TPM_HASH_BYTES];

	if (blob_bytes != BLOB_BYTES || blob->magic != ROOT_BLOB_MAGIC ||
	    blob->version != ROOT_BLOB_VERSION || blob->bytes != BLOB_BYTES) {
		return false;
	}
	memcpy(object, blob->sealed, sizeof(*object));
	tpm_hash(blob->sealed, sizeof(*object), digest);
	return bytes_equal(digest, blob->digest, sizeof(digest));
}

/* Whether the TPM made it, and in this state. */
static bool is_ours(struct launch *launch, const struct tpm_object *object,
		    const struct tpm_entity *loaded)
{
	tpm_command_certify_creation(&launch->command, loaded, object);
	return ask(launch, &launch->hmac) == STATUS_OK &&
	       tpm_response_certified(&launch->answer, loaded, object,
				      &launch->origin) == STATUS_OK;
}

static enum root_verdict unseal_loaded(struct launch *launch,
				       const struct tpm_entity *loaded,
				       uint8_t secret[SERVICE_ROOT_BYTES])
{
	struct tpm_session *session = &launch->policy_session;
	enum status status = session_start(launch, session, TPM_SE_POLICY);

	if (status == STATUS_OK) {
		tpm_command_policy_pcr(&launch->command, session->handle,
				       SEAL_PCRS, launch->origin.digest);
		status = ask_plain(launch);
	}
	if (status == STATUS_OK) {
		tpm_command_unseal(&launch->command, loaded);
		status = ask(launch, session);
	}
	if (status == STATUS_OK) {
		status = tpm_response_unsealed(&launch->answer, secret);
	}
	if (status == STATUS_DENIED) {
		return ROOT_VERDICT_CHANGED;
	}
	return status == STATUS_OK ? ROOT_VERDICT_UNSEALED
				   : ROOT_VERDICT_NO_TPM;
}

static enum root_verdict unseal(struct launch *launch,
				const struct tpm_object *object,
				uint8_t secret[SERVICE_ROOT_BYTES])
{
	enum root_verdict verdict = ROOT_VERDICT_FOREIGN;
	struct tpm_entity loaded;

	if (tpm_object_check(object, TPM_KIND_SEALED, launch->policy.digest) !=
	    STATUS_OK) {
		return ROOT_VERDICT_CHANGED;
	}
	tpm_command_load(&launch->command, &launch->srk, object);
	if (ask(launch, &launch->hmac) != STATUS_OK) {
		return ROOT_VERDICT_FOREIGN;
	}
	if (tpm_response_loaded(&launch->answer, object, &loaded) !=
	    STATUS_OK) {
		return ROOT_VERDICT_NO_TPM;
	}
	if (is_ours(launch, object, &loaded)) {
		verdict = unseal_loaded(launch, &loaded, secret);
	}
	flush(launch, loaded.handle);
	return verdict;
}

void root_launch(ferry_t ferry, const struct root_blob *blob,
		 uint32_t blob_bytes, uint8_t secret[SERVICE_ROOT_BYTES],
		 struct root_launch *reply)
{
	struct launch launch = {.ferry = ferry};
	struct tpm_object object;
	enum root_verdict verdict;

	bytes_zero(secret, SERVICE_ROOT_BYTES);
	bytes_zero(reply, sizeof(*reply));
	if (blob_bytes != 0 && !blob_read(blob, blob_bytes, &object)) {
		reply->verdict = ROOT_VERDICT_DAMAGED;
		return;
	}
	verdict = open(&launch);
	if (verdict == ROOT_VERDICT_UNSEALED) {
		verdict = blob_bytes == 0 ? make(&launch, secret, reply)
					  : unseal(&launch, &object, secret);
	}
	close(&launch);
	reply->verdict = verdict;
	bytes_wipe(&launch, sizeof(launch));
}
