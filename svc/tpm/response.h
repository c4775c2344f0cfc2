/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a TPM's responses say (Part 3, by section, as in command.h). Every byte
 * may be an attacker's: reading is bounded, and a parser takes only the one
 * form that it expects, whole. What is believed is said with each; all
 * answer STATUS_CORRUPT for anything else, and their results are zero then.
 *
 * A response reads from the caller's bytes, which must stay, and which nobody
 * else may write: copy what VTL0 gives, once.
 */
#ifndef OPENVBS_SVC_TPM_RESPONSE_H
#define OPENVBS_SVC_TPM_RESPONSE_H

#include "svc/tpm/command.h"
#include "svc/tpm/public.h"

struct tpm_response {
	uint32_t code;	 /* TPM_RC_*, 0: success. Anybody's word. */
	uint32_t handle; /* of TPM_HANDLE commands. Anybody's word. */
	struct tpm_get parameters;
	struct tpm_get authorization;
};

/*
 * A TPM's code as a status. STATUS_DENIED: a policy, a PCR or an auth value
 * is not as it must be. STATUS_BUSY: ask again, or later (lockout).
 * STATUS_NOT_FOUND: no such handle. STATUS_NO_SPACE: too many objects or
 * sessions are loaded. STATUS_CONFLICT: there is one already.
 * STATUS_UNSUPPORTED: anything else.
 */
enum status tpm_response_status(uint32_t code);

/*
 * The answer to what tpm_command_plain() sent: nothing in it is authentic.
 * STATUS_CORRUPT: malformed. Else response->code as a status.
 */
enum status tpm_response_plain(const struct tpm_command *command,
			       const uint8_t *bytes, uint32_t len_bytes,
			       struct tpm_response *response);

/* Part 1, 18.6: takes a response apart. For session.c. */
enum status tpm_response_split(uint32_t command_flags, const uint8_t *bytes,
			       uint32_t len_bytes,
			       struct tpm_response *response);

/* Makes a response of which nothing can be read. */
void tpm_response_none(struct tpm_response *response);

/* Commands whose answer is "done". */
enum status tpm_response_done(struct tpm_response *response);

/*
 * TPM2_CreatePrimary, TPM2_ReadPublic (of `handle`): a key of TCG's template,
 * whose Name is computed from what came. Whether it is the right TPM's, only
 * comparing the Name with one known before can tell.
 */
enum status tpm_response_primary(struct tpm_response *response,
				 struct tpm_key *key);
enum status tpm_response_public(struct tpm_response *response, uint32_t handle,
				struct tpm_key *key);

/* TPM2_Create, of this kind behind this policy. */
enum status tpm_response_created(struct tpm_response *response,
				 const struct tpm_create *create,
				 struct tpm_object *object);

/* TPM2_Load: the TPM loaded `object` and nothing else. */
enum status tpm_response_loaded(struct tpm_response *response,
				const struct tpm_object *object,
				struct tpm_entity *entity);

/* TPM2_Unseal, of TPM_HASH_BYTES; to be wiped by the caller, as his bytes. */
enum status tpm_response_unsealed(struct tpm_response *response,
				  uint8_t secret[TPM_HASH_BYTES]);

/*
 * TPM2_CertifyCreation: accepted from a session, it proves that the TPM made
 * `loaded` while `pcrs` had this digest (tpm_policy_pcr_digest()).
 */
struct tpm_origin {
	uint32_t pcrs;
	uint8_t digest[TPM_HASH_BYTES];
};
enum status tpm_response_certified(struct tpm_response *response,
				   const struct tpm_entity *loaded,
				   const struct tpm_object *object,
				   const struct tpm_origin *origin);

/*
 * TPM2_Quote: TPMS_ATTEST as signed, and r and s. Magic, kind, nonce and PCRs
 * are as asked; the signature is the verifier's to check.
 */
#define TPM_QUOTE_BYTES 256u
struct tpm_quote {
	uint32_t pcrs;
	uint8_t nonce[TPM_HASH_BYTES];
	uint32_t attest_bytes;
	uint8_t attest[TPM_QUOTE_BYTES];
	uint8_t signature[2 * TPM_COORDINATE];
	uint8_t pcr_digest[TPM_HASH_BYTES];
};
/* Wants pcrs and nonce set as the command had them; writes the rest. */
enum status tpm_response_quoted(struct tpm_response *response,
				struct tpm_quote *quote);

/* TPM2_PolicyGetDigest. */
enum status tpm_response_digest(struct tpm_response *response,
				uint8_t digest[TPM_HASH_BYTES]);

/* TPM2_PCR_Read of these PCRs, at most 8, lowest first. */
enum status tpm_response_pcrs(struct tpm_response *response, uint32_t pcrs,
			      uint8_t (*values)[TPM_HASH_BYTES],
			      uint32_t values_max);

/* TPM2_NV_ReadPublic of this index; its Name is what `nv` makes it. */
enum status tpm_response_nv_public(struct tpm_response *response,
				   uint32_t index, struct tpm_nv *nv);

/* TPM2_NV_Read of a counter's 8 bytes. */
enum status tpm_response_counter(struct tpm_response *response,
				 uint64_t *value);

#endif
