/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A session with a TPM through untrusted hands (Part 1, 19 and 21): salted to
 * a storage key, so that only the TPM that has the key can answer; every nonce
 * used once; all that Part 3 lets be encrypted is.
 *
 *	NONE --start--> STARTING --started--> READY --wrap--> WAITING
 *	                                        ^               |
 *	                                        +----accept-----+
 *
 * A response that is refused changes nothing: the true one may still come. An
 * error code is taken from anybody, and makes the session READY again; if
 * the TPM had answered otherwise, later commands fail.
 */
#ifndef OPENVBS_SVC_TPM_SESSION_H
#define OPENVBS_SVC_TPM_SESSION_H

#include "svc/tpm/command.h"
#include "svc/tpm/crypto.h"
#include "svc/tpm/response.h"

enum tpm_session_state {
	TPM_SESSION_NONE,
	TPM_SESSION_STARTING,
	TPM_SESSION_READY,
	TPM_SESSION_WAITING,
};

struct tpm_session {
	enum tpm_session_state state;
	uint32_t type; /* TPM_SE_* */
	uint32_t handle;
	uint8_t key[TPM_HASH_BYTES]; /* the salt while STARTING */
	uint8_t nonce_caller[TPM_HASH_BYTES];
	uint8_t nonce_tpm[TPM_HASH_BYTES];
	/* of the command that waits for its answer */
	uint32_t code;
	uint32_t flags;
	uint32_t attributes;
	struct tpm_secret secret; /* key, auth of the authorized entity */
};

/*
 * Part 3, 11.1: draws salt and nonce, and builds TPM2_StartAuthSession to be
 * sent plain. TPM_SE_POLICY sessions authorize by policy, TPM_SE_HMAC ones by
 * auth values. Security rests on the caller knowing key->entity.name.
 * STATUS_INVALID: the key is no point of the curve.
 */
enum status tpm_session_start(struct tpm_session *session, uint32_t type,
			      const struct tpm_key *key,
			      struct tpm_command *command);

/*
 * Takes the answer (tpm_response_plain()) and derives the session key.
 * STATUS_CONFLICT: not STARTING. STATUS_CORRUPT: malformed.
 */
enum status tpm_session_started(struct tpm_session *session,
				struct tpm_response *response);

/*
 * The command as bytes, authorized and encrypted by this session. `to_bytes`:
 * room, then used. STATUS_CONFLICT: not READY. STATUS_INVALID, STATUS_NO_SPACE
 * as of tpm_command_plain(); the session stays READY.
 */
enum status tpm_session_wrap(struct tpm_session *session,
			     struct tpm_command *command, uint8_t *to,
			     uint32_t *to_bytes);

/*
 * The answer to what was wrapped: checks HMAC (in constant time), nonces and
 * attributes, then decrypts the first parameter in place. `bytes` is the
 * caller's own copy and stays until `response` has been read.
 * STATUS_CONFLICT: nothing was asked. STATUS_CORRUPT: not from this TPM, not
 * for this command, or not whole. Else response->code as a status.
 */
enum status tpm_session_accept(struct tpm_session *session, uint8_t *bytes,
			       uint32_t len_bytes,
			       struct tpm_response *response);

/* Forgets all; the TPM's half ends by tpm_command_flush(). */
void tpm_session_wipe(struct tpm_session *session);

#endif
