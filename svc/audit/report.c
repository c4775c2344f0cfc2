/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims, and a COSE_Sign1 around them. Invariant: everything fits, as each
 * member has its longest form in ATTEST_REPORT_BYTES_MAX.
 */
#include "svc/audit/report.h"

#include <nettle/eddsa.h>

#include "svc/audit/cbor.h"

#define PROTECTED_BYTES (sizeof(COSE_PROTECTED) - 1)
#define CONTEXT_BYTES	(sizeof(COSE_CONTEXT) - 1)

/* RFC 9052, 4.4: heads of array, header, no external data, claims. */
#define SIGNED_BYTES_MAX                                       \
	(1 + 1 + CONTEXT_BYTES + 1 + PROTECTED_BYTES + 1 + 2 + \
	 ATTEST_CLAIMS_BYTES_MAX)

static void put_bytes(struct cbor *to, int64_t claim, const uint8_t *bytes,
		      uint32_t count)
{
	cbor_integer(to, claim);
	cbor_string(to, CBOR_BYTES, bytes, count);
}

static void put_number(struct cbor *to, int64_t claim, uint64_t value)
{
	cbor_integer(to, claim);
	cbor_head(to, CBOR_UNSIGNED, value);
}

static void put_claims(struct cbor *to, const struct audit_log *log,
		       const uint8_t nonce[AUDIT_NONCE_BYTES])
{
	cbor_head(to, CBOR_MAP, ATTEST_CLAIMS);
	put_bytes(to, ATTEST_CLAIM_NONCE, nonce, AUDIT_NONCE_BYTES);
	put_bytes(to, ATTEST_CLAIM_BOOT, log->boot_id, sizeof(log->boot_id));
	put_number(to, ATTEST_CLAIM_EVENTS, log->last);
	put_bytes(to, ATTEST_CLAIM_CHAIN, log->chain_last,
		  sizeof(log->chain_last));
	put_number(to, ATTEST_CLAIM_LOST, log->lost);
}

/* What is signed: Sig_structure. */
static void sign(const struct audit_log *log, const struct cbor *claims,
		 uint8_t signature[AUDIT_SIGNATURE_BYTES])
{
	uint8_t bytes[SIGNED_BYTES_MAX];
	struct cbor to = {.out = bytes, .room = sizeof(bytes)};

	cbor_head(&to, CBOR_ARRAY, COSE_SIGN1_MEMBERS);
	cbor_string(&to, CBOR_TEXT, COSE_CONTEXT, CONTEXT_BYTES);
	cbor_string(&to, CBOR_BYTES, COSE_PROTECTED, PROTECTED_BYTES);
	cbor_head(&to, CBOR_BYTES, 0);
	cbor_string(&to, CBOR_BYTES, claims->out, claims->bytes);
	ed25519_sha512_sign(log->public_key, log->private_key, to.bytes, bytes,
			    signature);
}

uint32_t report_write(const struct audit_log *log,
		      const uint8_t nonce[AUDIT_NONCE_BYTES],
		      uint8_t out[ATTEST_REPORT_BYTES_MAX])
{
	uint8_t bytes[ATTEST_CLAIMS_BYTES_MAX];
	uint8_t signature[AUDIT_SIGNATURE_BYTES];
	struct cbor claims = {.out = bytes, .room = sizeof(bytes)};
	struct cbor to = {.out = out, .room = ATTEST_REPORT_BYTES_MAX};

	put_claims(&claims, log, nonce);
	sign(log, &claims, signature);
	cbor_head(&to, CBOR_TAG, COSE_SIGN1_TAG);
	cbor_head(&to, CBOR_ARRAY, COSE_SIGN1_MEMBERS);
	cbor_string(&to, CBOR_BYTES, COSE_PROTECTED, PROTECTED_BYTES);
	cbor_head(&to, CBOR_MAP, 0);
	cbor_string(&to, CBOR_BYTES, bytes, claims.bytes);
	cbor_string(&to, CBOR_BYTES, signature, sizeof(signature));
	return to.bytes;
}
