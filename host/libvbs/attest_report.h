/* SPDX-License-Identifier: MIT */
/* VTL1's report (abi/attest.h), read and checked. The bytes come from anybody. */
#ifndef OPENVBS_HOST_LIBVBS_ATTEST_REPORT_H
#define OPENVBS_HOST_LIBVBS_ATTEST_REPORT_H

#include "abi/attest.h"
#include "host/libvbs/reader.h"

struct attest_report {
	uint8_t nonce[AUDIT_NONCE_BYTES];
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES];
	uint64_t events;
	uint8_t chain[AUDIT_HASH_BYTES];
	uint64_t lost;
	struct bytes_view claims; /* as they are in the report */
	uint8_t signature[AUDIT_SIGNATURE_BYTES];
};

/* False unless it has the one form that a report can have. */
bool attest_report_read(struct bytes_view bytes, struct attest_report *report);

/* Whether this Ed25519 key has signed it. */
bool attest_report_signed(const struct attest_report *report,
			  const uint8_t key[AUDIT_KEY_BYTES]);

#endif
