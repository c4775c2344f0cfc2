/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commands name: hierarchies, PCRs, sessions, keys, sealed objects and NV
 * indices, with the Name by which a TPM and we mean the same one (Part 1, 16):
 * a digest of the public area, or the handle itself. Handles are told by
 * VTL0; Names are what is authenticated.
 */
#ifndef OPENVBS_SVC_TPM_PUBLIC_H
#define OPENVBS_SVC_TPM_PUBLIC_H

#include <stdint.h>

#include "abi/status.h"
#include "svc/tpm/format.h"
#include "svc/tpm/wire.h"

/* auth: the authorization value, zeros at its end left out by the TPM, too. */
struct tpm_entity {
	uint32_t handle;
	uint32_t name_bytes;
	uint32_t auth_bytes;
	uint8_t name[TPM_NAME_BYTES];
	uint8_t auth[TPM_HASH_BYTES];
};

/* One whose Name is its handle: a hierarchy, a PCR, a session. No auth. */
struct tpm_entity tpm_entity_of(uint32_t handle);

/* One with a public area. No auth. */
struct tpm_entity tpm_entity_named(uint32_t handle, const uint8_t *area,
				   size_t area_bytes);

/* An authorization value of at most TPM_HASH_BYTES; more is cut. */
void tpm_entity_auth(struct tpm_entity *entity, const uint8_t *auth,
		     size_t auth_bytes);

/* The three kinds of object that we make or accept (Part 2, 12.2.4). */
enum tpm_kind {
	TPM_KIND_STORAGE, /* TCG's template of an ECC storage root key */
	TPM_KIND_SEALED,  /* data behind a policy, and nothing but that */
	TPM_KIND_QUOTE,	  /* restricted ECDSA P-256 key, by its empty auth */
};

/*
 * Everything of a TPMT_PUBLIC before `unique`; `policy` (a digest) or NULL
 * for none.
 */
void tpm_public_put(struct tpm_put *put, enum tpm_kind kind,
		    const uint8_t *policy);

/*
 * Whether a public area is exactly of this kind with this policy; writes its
 * `unique`: a point for keys (2 * TPM_COORDINATE bytes), a digest (32) else.
 * STATUS_CORRUPT: it is not.
 */
enum status tpm_public_check(struct tpm_get area, enum tpm_kind kind,
			     const uint8_t *policy,
			     uint8_t unique[2 * TPM_COORDINATE]);

struct tpm_key {
	struct tpm_entity entity;
	uint8_t point[2 * TPM_COORDINATE];
};

/*
 * What TPM2_Create made, for VTL0 to keep: the TPM decrypts what is private,
 * the rest is checked whenever it comes back (tpm_object_check()). The ticket
 * is the TPM's own proof of `creation`, Part 2, 10.6.3.
 */
#define TPM_PRIVATE_BYTES  256u
#define TPM_PUBLIC_BYTES   160u
#define TPM_CREATION_BYTES 192u
#define TPM_TICKET_BYTES   64u

struct tpm_object {
	uint32_t private_bytes;
	uint32_t public_bytes;
	uint32_t creation_bytes;
	uint32_t ticket_bytes;
	uint8_t private_part[TPM_PRIVATE_BYTES];
	uint8_t public_part[TPM_PUBLIC_BYTES];
	uint8_t creation[TPM_CREATION_BYTES];
	uint8_t ticket[TPM_TICKET_BYTES];
};

/*
 * STATUS_CORRUPT: lengths are wrong, or it is not of this kind behind this
 * policy. To be asked of every object that VTL0 kept, before it is loaded: a
 * good one may still be another's, see tpm_command_certify_creation().
 */
enum status tpm_object_check(const struct tpm_object *object,
			     enum tpm_kind kind, const uint8_t *policy);

/* An NV index, TPMS_NV_PUBLIC (Part 2, 13.5); its Name changes by WRITTEN. */
struct tpm_nv {
	uint32_t index;
	uint32_t attributes; /* TPMA_NV_* */
	uint32_t policy_bytes;
	uint32_t data_bytes;
	uint8_t policy[TPM_HASH_BYTES];
};

void tpm_nv_put(struct tpm_put *put, const struct tpm_nv *nv);
struct tpm_entity tpm_nv_entity(const struct tpm_nv *nv);

/*
 * PCRs of the SHA-256 bank, bit n for PCR n, as TPML_PCR_SELECTION (Part 2,
 * 10.9.7). Reading fails for any other selection.
 */
void tpm_pcrs_put(struct tpm_put *put, uint32_t pcrs);
void tpm_pcrs_get(struct tpm_get *get, uint32_t pcrs);

#endif
