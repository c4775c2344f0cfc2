/* SPDX-License-Identifier: MIT */
/*
 * The event log of both VTLs, kept by the audit service. A record is numbered
 * and chained: the chain value behind record n is
 *
 *	chain(n) = SHA-256(chain(n - 1) || record n),  chain(0) = boot_id || 0
 *
 * with boot_id 16 random bytes followed by 16 zero bytes. A head names the
 * last record and its chain value; it is signed with Ed25519 by a key that
 * VTL1 makes at each boot, over AUDIT_HEAD_CONTEXT and the head's bytes.
 *
 * Records wait in VTL1 until they are read. When AUDIT_RECORDS_MAX wait, new
 * ones are counted and dropped, and the next record that fits is
 * EVENT_LOG_LOST with their number: the chain stays whole, the gap is part of
 * it, and the first of each kind has a place kept for it.
 */
#ifndef OPENVBS_ABI_AUDIT_H
#define OPENVBS_ABI_AUDIT_H

#include <stdint.h>

#include "abi/events.h"

#define AUDIT_HASH_BYTES      32u
#define AUDIT_KEY_BYTES	      32u
#define AUDIT_SIGNATURE_BYTES 64u
#define AUDIT_BOOT_ID_BYTES   16u
#define AUDIT_NONCE_BYTES     32u
#define AUDIT_RECORDS_MAX     4096u
#define AUDIT_HEAD_CONTEXT    "OpenVBS audit head v1" /* without its zero */

/* Who saw it: enum audit_source, or AUDIT_SOURCE_SERVICE + service id. */
enum audit_source {
	AUDIT_SOURCE_HYPERVISOR = 1,
	AUDIT_SOURCE_SECURE_KERNEL = 2,
	AUDIT_SOURCE_SERVICE = 0x100,
};

struct audit_record {
	uint64_t sequence; /* from 1, without gaps */
	uint32_t source;
	uint32_t reserved_zero;
	struct event event;
};

struct audit_head {
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES];
	uint64_t sequence; /* of the last record; 0: none yet */
	uint64_t time;	   /* time-stamp counter */
	uint8_t chain[AUDIT_HASH_BYTES];
	uint8_t nonce[AUDIT_NONCE_BYTES]; /* the reader's, or zero */
};

struct audit_signed_head {
	struct audit_head head;
	uint8_t signature[AUDIT_SIGNATURE_BYTES];
};

/*
 * Methods of SERVICE_AUDIT. From VTL0:
 * KEY   reply: struct audit_key
 * READ  request: struct audit_read; reply: struct audit_batch. Records below
 *       `acknowledged` + 1 are forgotten: the reader has them on disk
 * HEAD  request: AUDIT_NONCE_BYTES; reply: struct audit_signed_head
 * REPORT request: AUDIT_NONCE_BYTES; reply: a signed report, abi/attest.h
 * From the secure kernel only:
 * PUT   request: struct audit_put
 */
enum audit_method {
	AUDIT_METHOD_KEY = 1,
	AUDIT_METHOD_READ = 2,
	AUDIT_METHOD_HEAD = 3,
	AUDIT_METHOD_PUT = 4,
	AUDIT_METHOD_REPORT = 5,
};

struct audit_key {
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES];
	uint8_t public_key[AUDIT_KEY_BYTES]; /* Ed25519 */
	uint64_t anchored; /* 0: nothing outside this boot vouches for it */
};

struct audit_read {
	uint64_t acknowledged; /* highest sequence that is safe */
};

#define AUDIT_BATCH_MAX 60u

struct audit_batch {
	uint64_t lost; /* records dropped so far for want of room */
	uint32_t count;
	uint32_t reserved_zero;
	struct audit_signed_head head; /* behind the last record returned */
	struct audit_record record[AUDIT_BATCH_MAX]; /* count of them */
};

#define AUDIT_PUT_MAX 62u

struct audit_put {
	uint32_t count;
	uint32_t reserved_zero;
	struct {
		uint32_t source;
		uint32_t reserved_zero;
		struct event event;
	} entry[AUDIT_PUT_MAX];
};

_Static_assert(sizeof(struct audit_record) == 64, "layout");
_Static_assert(sizeof(struct audit_head) == 96, "layout");
_Static_assert(sizeof(struct audit_batch) <= 4056, "one message");
_Static_assert(sizeof(struct audit_put) <= 4056, "one message");

#endif
