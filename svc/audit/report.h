/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of abi/attest.h. Called by audit.c alone. */
#ifndef OPENVBS_SVC_AUDIT_REPORT_H
#define OPENVBS_SVC_AUDIT_REPORT_H

#include <stdint.h>

#include "abi/attest.h"
#include "svc/audit/log.h"

/* Signs what the log is now, with the verifier's nonce. Returns its length. */
uint32_t report_write(const struct audit_log *log,
		      const uint8_t nonce[AUDIT_NONCE_BYTES],
		      uint8_t out[ATTEST_REPORT_BYTES_MAX]);

#endif
