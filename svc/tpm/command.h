/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM commands as bytes (Part 3, by section). tpm_command_X() builds one;
 * tpm_session_wrap() makes bytes of it that only this TPM can answer, or
 * tpm_command_plain() ones that anybody can; what comes back goes to
 * tpm_session_accept() or tpm_response_plain(), and then to tpm_response_X().
 *
 * Builders cannot fail: one that was given too much makes a command that is
 * refused when it becomes bytes. A command becomes bytes once; what it carried
 * is wiped then.
 */
#ifndef OPENVBS_SVC_TPM_COMMAND_H
#define OPENVBS_SVC_TPM_COMMAND_H

#include "svc/tpm/public.h"

#define TPM_ENTITIES	    3u
#define TPM_PARAMETER_BYTES 640u

/* What a command's row in Part 3 says. */
#define TPM_AUTH   1u	 /* its first entity must be authorized */
#define TPM_OPEN   2u	 /* may be so by an empty password */
#define TPM_IN	   4u	 /* the first parameter is a TPM2B: encrypted */
#define TPM_OUT	   8u	 /* that of the response is */
#define TPM_HANDLE 0x10u /* the response has a handle */

struct tpm_command {
	uint32_t code;
	uint32_t flags;
	uint32_t entities;
	struct tpm_entity entity[TPM_ENTITIES];
	struct tpm_put put; /* into parameter */
	uint8_t parameter[TPM_PARAMETER_BYTES];
};

/*
 * 11.1: a session of TPM_SE_* salted to `key`, with the point and the nonce of
 * tpm_session_start(), which calls this.
 */
void tpm_command_start_session(struct tpm_command *command,
			       const struct tpm_key *key, uint32_t type,
			       const uint8_t once[2 * TPM_COORDINATE],
			       const uint8_t nonce[TPM_HASH_BYTES]);

/* 24.1: the storage root key, below the owner hierarchy; owner's auth empty. */
void tpm_command_create_primary(struct tpm_command *command);

/*
 * 12.4: the public area of an object that is loaded or persistent. Plain, its
 * handle is enough (tpm_entity_of()); a session wants its Name.
 */
void tpm_command_read_public(struct tpm_command *command,
			     const struct tpm_entity *object);

/*
 * 12.1: seals `secret` (TPM_KIND_SEALED, with its policy), or makes a
 * TPM_KIND_QUOTE key (no secret, no policy). `pcrs` become part of the
 * creation data, with `parent` authorized by its auth.
 */
struct tpm_create {
	enum tpm_kind kind;
	uint32_t pcrs;
	const uint8_t *policy;
	const uint8_t *secret; /* TPM_HASH_BYTES, or NULL */
};
void tpm_command_create(struct tpm_command *command,
			const struct tpm_key *parent,
			const struct tpm_create *create);

/* 12.2. */
void tpm_command_load(struct tpm_command *command, const struct tpm_key *parent,
		      const struct tpm_object *object);

/* 12.7: authorized by the policy session that wraps it. */
void tpm_command_unseal(struct tpm_command *command,
			const struct tpm_entity *sealed);

/*
 * 18.3, with no signer: asks the TPM whether it made `loaded` as
 * object->creation says. Wrapped in a session, success is its word for it;
 * without it whoever may use the storage key can have sealed this.
 */
void tpm_command_certify_creation(struct tpm_command *command,
				  const struct tpm_entity *loaded,
				  const struct tpm_object *object);

/* 18.4: signs PCRs and 32 bytes of the verifier. */
void tpm_command_quote(struct tpm_command *command,
		       const struct tpm_entity *key, uint32_t pcrs,
		       const uint8_t nonce[TPM_HASH_BYTES]);

/* 28.4: for objects and sessions. */
void tpm_command_flush(struct tpm_command *command, uint32_t handle);

/* 22.4: at most 8 PCRs in one answer. */
void tpm_command_pcr_read(struct tpm_command *command, uint32_t pcrs);

/* 22.2: the SHA-256 bank alone. */
void tpm_command_pcr_extend(struct tpm_command *command, uint32_t pcr,
			    const uint8_t digest[TPM_HASH_BYTES]);

/* 23.7: `digest` over the values it must have, or NULL for those it has. */
void tpm_command_policy_pcr(struct tpm_command *command, uint32_t session,
			    uint32_t pcrs, const uint8_t *digest);

/* 23.9: what the index holds, compared (TPM_EO_*) with `operand`, 8 bytes. */
struct tpm_nv_compare {
	uint64_t operand;
	uint32_t operation;
};
void tpm_command_policy_nv(struct tpm_command *command, uint32_t session,
			   const struct tpm_entity *index,
			   const struct tpm_nv_compare *compare);

/* 23.11: TPM_CC_*. */
void tpm_command_policy_code(struct tpm_command *command, uint32_t session,
			     uint32_t code);

/* 23.18. */
void tpm_command_policy_digest(struct tpm_command *command, uint32_t session);

/*
 * 31.3 and 31.4: by the owner. `index` gives the auth of the new index.
 */
void tpm_command_nv_define(struct tpm_command *command,
			   const struct tpm_entity *owner,
			   const struct tpm_nv *nv,
			   const struct tpm_entity *index);
void tpm_command_nv_undefine(struct tpm_command *command,
			     const struct tpm_entity *owner,
			     const struct tpm_entity *index);

/* 31.6: as tpm_command_read_public(). */
void tpm_command_nv_read_public(struct tpm_command *command,
				const struct tpm_entity *index);

/* 31.8 (of a counter), 31.13: by the index's own auth or policy. */
void tpm_command_nv_increment(struct tpm_command *command,
			      const struct tpm_entity *index);
void tpm_command_nv_read(struct tpm_command *command,
			 const struct tpm_entity *index, uint32_t bytes);

/*
 * Bytes without a session (Part 1, 18): nothing of it is secret, and nothing of
 * the answer is believed. `to_bytes`: room, then used. STATUS_INVALID: given
 * too much, or it must not go so. STATUS_NO_SPACE: `to` is too small.
 */
enum status tpm_command_plain(struct tpm_command *command, uint8_t *to,
			      uint32_t *to_bytes);

/* The same with an authorization area; for session.c. Wipes the command. */
enum status tpm_command_write(struct tpm_command *command,
			      const struct tpm_put *area, uint8_t *to,
			      uint32_t *to_bytes);

#endif
