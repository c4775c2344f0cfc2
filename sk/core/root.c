/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root secret. Called at the start of VTL1 and of each service. The secret
 * of a service is SHA-512(root || service's number), cut: the input has one
 * length, so that none is the beginning of another.
 */
#include "sk/core/root.h"

#include "lib/bytes.h"
#include "sk/core/machine.h"
#include "sk/core/random.h"
#include "sk/core/state.h"

#define SHA512_BYTES 64u

void root_init(void)
{
	random_take(state.root.secret, sizeof(state.root.secret));
	state.root.verdict = ROOT_VERDICT_NONE;
}

/* One caller at a time: the root service has one thread, and no VTL0 else. */
enum status root_set(const uint8_t secret[SERVICE_ROOT_BYTES], uint64_t verdict)
{
	if (verdict >= ROOT_VERDICT_NONE) {
		return STATUS_INVALID;
	}
	if (state.root.verdict != ROOT_VERDICT_NONE ||
	    atomic_load(&state.launched)) {
		return STATUS_CONFLICT;
	}
	if (root_is_anchored((enum root_verdict)verdict)) {
		memcpy(state.root.secret, secret, sizeof(state.root.secret));
	}
	state.root.verdict = (enum root_verdict)verdict;
	return STATUS_OK;
}

void root_derive(enum service_id service, uint8_t secret[SERVICE_ROOT_BYTES])
{
	struct {
		uint8_t root[SERVICE_ROOT_BYTES];
		uint64_t service;
	} input = {.service = service};
	uint8_t digest[SHA512_BYTES];

	memcpy(input.root, state.root.secret, sizeof(input.root));
	machine_sha512(&input, sizeof(input), digest);
	memcpy(secret, digest, SERVICE_ROOT_BYTES);
	bytes_wipe(&input, sizeof(input));
	bytes_wipe(digest, sizeof(digest));
}
