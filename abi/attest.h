/* SPDX-License-Identifier: MIT */
/*
 * VTL1's report for a remote verifier: the reply of AUDIT_METHOD_REPORT. It is
 * a tagged COSE_Sign1 (RFC 9052, 4.2) by the audit service's Ed25519 key, with
 * the protected header {1: -8} (RFC 9053, 2.2) and no other; its payload is a
 * map of claims (RFC 8392, RFC 9711) in this order:
 *
 *	nonce	 10	 the verifier's, AUDIT_NONCE_BYTES
 *	boot	 -65537	 struct audit_key's boot_id
 *	events	 -65538	 sequence of the last record in the event log
 *	chain	 -65539	 its chain value, abi/audit.h
 *	lost	 -65540	 records dropped so far for want of room
 *
 * The encoding is the deterministic one of RFC 8949, 4.2.1: a report has one
 * form. What the same key signs otherwise begins with AUDIT_HEAD_CONTEXT, which
 * is no CBOR array, so that neither passes for the other.
 *
 * The service says what it knows by itself. Configuration, version, facts,
 * policy and its key are in the TPM's event log (abi/measure.h).
 */
#ifndef OPENVBS_ABI_ATTEST_H
#define OPENVBS_ABI_ATTEST_H

#include "abi/audit.h"

#define COSE_SIGN1_TAG	   18u
#define COSE_SIGN1_MEMBERS 4u
#define COSE_PROTECTED	   "\xa1\x01\x27" /* {1: -8}: EdDSA */
#define COSE_CONTEXT	   "Signature1"

#define ATTEST_CLAIMS	    5u
#define ATTEST_CLAIM_NONCE  10
#define ATTEST_CLAIM_BOOT   (-65537) /* from here down private: RFC 8392, 9.1.1 */
#define ATTEST_CLAIM_EVENTS (-65538)
#define ATTEST_CLAIM_CHAIN  (-65539)
#define ATTEST_CLAIM_LOST   (-65540)

/* With numbers of nine bytes. */
#define ATTEST_CLAIMS_BYTES_MAX 125u
#define ATTEST_REPORT_BYTES_MAX 200u

#endif
