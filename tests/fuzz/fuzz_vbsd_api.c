/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vbsd's local API: any line is refused or is one known request, and only
 * those that need a nonce have one.
 *
 * Links: host/vbsd/api.c host/libvbs/hex.c
 * Libs: -ljansson
 */
#include <string.h>

#include "host/vbsd/api.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	static const uint8_t none[AUDIT_NONCE_BYTES];
	struct api_request request;
	enum status status = api_parse((const char *)data, len_bytes, &request);

	if (status != STATUS_OK) {
		FUZZ_CHECK(status == STATUS_INVALID ||
			   status == STATUS_NOT_FOUND);
		return 0;
	}
	FUZZ_CHECK(len_bytes >= sizeof("{\"call\":\"head\"}") - 1);
	FUZZ_CHECK(request.call < API_CALL_COUNT);
	FUZZ_CHECK(request.call == API_HEAD ||
		   memcmp(request.nonce, none, sizeof(none)) == 0);
	return 0;
}
