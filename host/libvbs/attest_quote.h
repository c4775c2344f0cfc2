/* SPDX-License-Identifier: MIT */
/*
 * A TPM's quote, its signature and the key behind it (TPM 2.0 Library, Part 2),
 * read from bytes of anybody and checked. One kind of key: P-256, restricted,
 * made by the TPM from a template that never changes, so that a TPM has the
 * same one until its endorsement seed is exchanged.
 */
#ifndef OPENVBS_HOST_LIBVBS_ATTEST_QUOTE_H
#define OPENVBS_HOST_LIBVBS_ATTEST_QUOTE_H

#include "host/libvbs/reader.h"

#define ATTEST_COORDINATE_BYTES 32u /* of P-256 */
#define ATTEST_DIGEST_BYTES	32u /* SHA-256 */

/* The key's TPMT_PUBLIC in front of its point. */
#define ATTEST_AK_FRONT_BYTES 20u
extern const uint8_t attest_ak_front[ATTEST_AK_FRONT_BYTES];

/* PCRs of the SHA-256 bank that we quote, as bits. */
#define ATTEST_PCRS (1u << 0 | 1u << 2 | 1u << 4 | 1u << 7 | 1u << 15)

struct attest_ak {
	uint8_t x[ATTEST_COORDINATE_BYTES];
	uint8_t y[ATTEST_COORDINATE_BYTES];
};

struct attest_quote {
	uint8_t pcr_digest[ATTEST_DIGEST_BYTES];
	struct bytes_view extra; /* what whoever asked has put in */
	uint32_t pcrs;		 /* bits */
};

/* A TPM2B_PUBLIC. False: not made from the template. */
bool attest_ak_read(struct bytes_view bytes, struct attest_ak *ak);

/* A TPMS_ATTEST. False: nothing that a TPM says, or no quote of this form. */
bool attest_quote_read(struct bytes_view bytes, struct attest_quote *quote);

/* Whether the TPMT_SIGNATURE over these bytes is the key's. */
bool attest_quote_signed(struct bytes_view quote, struct bytes_view signature,
			 const struct attest_ak *ak);

/* The key as PEM SubjectPublicKeyInfo, with its zero; and back. */
#define ATTEST_AK_PEM_BYTES 200u
void attest_ak_pem(const struct attest_ak *ak, char to[ATTEST_AK_PEM_BYTES]);
bool attest_ak_from_pem(const char *text, struct attest_ak *ak);

#endif
