/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Called by keyring's methods under the vault's lock. */
#include "svc/keyring/pin.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>

#include "lib/bytes.h"
#include "svc/rt/rt.h"

_Static_assert(PIN_DIGEST_BYTES == SHA256_DIGEST_SIZE, "digest");

static void digest_of(const struct pin *pin, const uint8_t *bytes,
		      uint32_t len_bytes, uint8_t digest[PIN_DIGEST_BYTES])
{
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, sizeof(pin->salt), pin->salt);
	hmac_sha256_update(&hmac, len_bytes, bytes);
	hmac_sha256_digest(&hmac, PIN_DIGEST_BYTES, digest);
	bytes_wipe(&hmac, sizeof(hmac));
}

bool pin_length_is_good(uint32_t len_bytes)
{
	return len_bytes >= PIN_BYTES_LEAST && len_bytes <= KEYRING_PIN_BYTES;
}

void pin_set(struct pin *pin, const uint8_t *bytes, uint32_t len_bytes)
{
	rt_random(NULL, sizeof(pin->salt), pin->salt);
	digest_of(pin, bytes, len_bytes, pin->digest);
	pin->is_set = 1;
	pin->tries_left = KEYRING_TRIES;
}

void pin_clear(struct pin *pin)
{
	bytes_wipe(pin, sizeof(*pin));
}

bool pin_check(struct pin *pin, const uint8_t *bytes, uint32_t len_bytes,
	       bool *changed)
{
	uint8_t digest[PIN_DIGEST_BYTES];
	uint32_t before = pin->tries_left;
	bool good;

	*changed = false;
	if (!pin->is_set || pin->tries_left == 0 ||
	    !pin_length_is_good(len_bytes)) {
		return false;
	}
	digest_of(pin, bytes, len_bytes, digest);
	good = memeql_sec(digest, pin->digest, sizeof(digest));
	pin->tries_left = good ? KEYRING_TRIES : before - 1;
	*changed = pin->tries_left != before;
	return good;
}
