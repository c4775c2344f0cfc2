/* SPDX-License-Identifier: MIT */
/*
 * Requests of the local API (host/libvbs/client.h): one line each, read
 * strictly. The bytes come from any local user.
 */
#ifndef OPENVBS_HOST_VBSD_API_H
#define OPENVBS_HOST_VBSD_API_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/audit.h"
#include "abi/status.h"

enum api_call {
	API_VERSION,
	API_STATUS,
	API_POLICY,
	API_HEAD,
	API_REPORT,
	API_FOLLOW,
	API_CALL_COUNT,
};

struct api_request {
	enum api_call call;
	uint8_t nonce[AUDIT_NONCE_BYTES]; /* API_HEAD, API_REPORT */
};

/*
 * STATUS_INVALID: no JSON object, a member that is missing, too many or
 * malformed. STATUS_NOT_FOUND: no such call.
 */
enum status api_parse(const char *line, size_t len_bytes,
		      struct api_request *request);

/* Whether everybody may ask this; else root and group openvbs only. */
bool api_is_public(enum api_call call);

/* {"ok": false, ...} */
json_t *api_refusal(enum status status, const char *words);

#endif
