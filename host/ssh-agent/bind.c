/* SPDX-License-Identifier: MIT */
/* Verifies a binding, remembers hashes of session and host key. */
#include "host/ssh-agent/bind.h"

#include <nettle/sha2.h>
#include <string.h>

#include "host/ssh-agent/verify.h"

static void hash(struct der_bytes bytes, uint8_t out[BIND_HASH_BYTES])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, bytes.len_bytes, bytes.bytes);
	sha256_digest(&sha, BIND_HASH_BYTES, out);
}

enum status bind_session(struct bindings *bindings,
			 const struct message_bind *bind)
{
	struct binding new;

	if (bind->session.len_bytes == 0 ||
	    bind->session.len_bytes > BIND_SESSION_BYTES) {
		return STATUS_INVALID;
	}
	if (!verify_signature(bind->host_key, bind->signature, bind->session)) {
		return STATUS_DENIED;
	}
	if (bindings->closed) {
		return STATUS_CONFLICT;
	}
	hash(bind->session, new.session);
	hash(bind->host_key, new.host_key);
	for (size_t i = 0; i < bindings->count; i++) {
		const struct binding *old = &bindings->binding[i];

		if (memcmp(old->session, new.session, BIND_HASH_BYTES) == 0) {
			return memcmp(old->host_key, new.host_key,
				      BIND_HASH_BYTES) == 0
				       ? STATUS_OK
				       : STATUS_CONFLICT;
		}
	}
	if (bindings->count == BIND_MAX) {
		return STATUS_NO_SPACE;
	}
	bindings->binding[bindings->count++] = new;
	bindings->closed = !bind->forwarding;
	return STATUS_OK;
}
