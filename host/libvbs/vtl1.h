/* SPDX-License-Identifier: MIT */
/* What VTL1 says about itself, read through /dev/vbs. */
#ifndef OPENVBS_HOST_LIBVBS_VTL1_H
#define OPENVBS_HOST_LIBVBS_VTL1_H

#include <stddef.h>
#include <stdint.h>

#include "abi/attest.h"
#include "abi/ioctl.h"
#include "abi/policy.h"
#include "abi/service.h"
#include "abi/status.h"

#define VTL1_SERVICES_MAX 32u

struct vtl1 {
	struct vbs_version version;
	struct sk_status status; /* its strings end */
	size_t service_count;
	struct sk_service service[VTL1_SERVICES_MAX];
	struct policy policy;
};

/* All of it or an error; a reply of another length is STATUS_CORRUPT. */
enum status vtl1_read(int device, struct vtl1 *vtl1);

/* The audit service's key, and its head with the reader's nonce. */
enum status vtl1_audit_key(int device, struct audit_key *key);
enum status vtl1_audit_head(int device, const uint8_t nonce[AUDIT_NONCE_BYTES],
			    struct audit_signed_head *head);

/* A report for a remote verifier, as it is, and its length. */
enum status vtl1_audit_report(int device,
			      const uint8_t nonce[AUDIT_NONCE_BYTES],
			      uint8_t report[ATTEST_REPORT_BYTES_MAX],
			      size_t *len_bytes);

/*
 * Forgets records up to `acknowledged` and fills the batch with what follows.
 * *len_bytes is the reply's length, consistent with its count.
 */
enum status vtl1_audit_read(int device, uint64_t acknowledged,
			    struct audit_batch *batch, size_t *len_bytes);

#endif
