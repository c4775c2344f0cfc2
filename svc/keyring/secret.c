/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Called by blob.c, unwrap.c and keyring.c. */
#include "svc/keyring/secret.h"

#include <nettle/hmac.h>

#include "lib/bytes.h"

void secret_derive(const uint8_t root[SERVICE_ROOT_BYTES], const char *purpose,
		   const void *context, size_t context_bytes,
		   uint8_t secret[SECRET_BYTES])
{
	struct hmac_sha256_ctx hmac;
	size_t len_bytes = 0;

	while (purpose[len_bytes] != '\0') {
		len_bytes++;
	}
	hmac_sha256_set_key(&hmac, SERVICE_ROOT_BYTES, root);
	hmac_sha256_update(&hmac, len_bytes + 1, (const uint8_t *)purpose);
	hmac_sha256_update(&hmac, context_bytes, context);
	hmac_sha256_digest(&hmac, SECRET_BYTES, secret);
	bytes_wipe(&hmac, sizeof(hmac));
}
