/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Responses of a TPM: whatever comes, every parser reads within it and leaves
 * zeros when it refuses; and no bytes are accepted from a session whose key
 * nobody has.
 *
 * Input: the parser's number, whether the response has a handle, the response.
 *
 * Links: svc/tpm lib/bytes.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <string.h>

#include "svc/rt/rt.h"
#include "svc/tpm/session.h"
#include "tests/fuzz/fuzz.h"

#define PARSERS 11u
#define PCRS	5u

union result {
	struct tpm_key key;
	struct tpm_object object;
	struct tpm_entity entity;
	struct tpm_quote quote;
	struct tpm_nv nv;
	uint8_t digest[TPM_HASH_BYTES];
	uint8_t values[8][TPM_HASH_BYTES];
	uint64_t value;
};

void rt_random(void *unused, size_t len_bytes, uint8_t *to)
{
	(void)unused;
	memset(to, 0x5a, len_bytes);
}

static enum status parse(uint32_t parser, struct tpm_response *response,
			 union result *to)
{
	static const struct tpm_object object = {.public_bytes = 8};
	static const struct tpm_create create = {.kind = TPM_KIND_QUOTE};
	static const struct tpm_origin origin = {.pcrs = PCRS};
	struct tpm_entity entity = tpm_entity_of(TPM_HT_TRANSIENT);

	switch (parser) {
	case 0:
		return tpm_response_primary(response, &to->key);
	case 1:
		return tpm_response_public(response, 0, &to->key);
	case 2:
		return tpm_response_created(response, &create, &to->object);
	case 3:
		return tpm_response_loaded(response, &object, &to->entity);
	case 4:
		return tpm_response_unsealed(response, to->digest);
	case 5:
		return tpm_response_certified(response, &entity, &object,
					      &origin);
	case 6:
		return tpm_response_quoted(response, &to->quote);
	case 7:
		return tpm_response_pcrs(response, PCRS, to->values, 8);
	case 8:
		return tpm_response_nv_public(response, 0, &to->nv);
	case 9:
		return tpm_response_counter(response, &to->value);
	default:
		return tpm_response_done(response);
	}
}

/* A session that waits for this answer, with a key that is not in the input. */
static void refuse(const uint8_t *data, size_t len_bytes, uint32_t flags)
{
	struct tpm_session session = {
		.state = TPM_SESSION_WAITING,
		.flags = flags,
		.attributes = TPMA_SESSION_CONTINUE,
		.secret = {.bytes = {1, 2, 3}, .len_bytes = TPM_HASH_BYTES},
	};
	struct tpm_response response;
	uint8_t copy[TPM_RESPONSE_BYTES];

	memcpy(copy, data, len_bytes);
	FUZZ_CHECK(tpm_session_accept(&session, copy, (uint32_t)len_bytes,
				      &response) != STATUS_OK);
	FUZZ_CHECK(tpm_response_done(&response) != STATUS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct tpm_response response;
	union result result = {0}, none = {0};
	uint32_t parser, flags;

	if (len_bytes < 2 || len_bytes - 2 > TPM_RESPONSE_BYTES) {
		return -1;
	}
	parser = data[0] % PARSERS;
	flags = data[1] & (TPM_HANDLE | TPM_OUT);
	data += 2;
	len_bytes -= 2;
	refuse(data, len_bytes, flags);
	if (tpm_response_split(flags, data, (uint32_t)len_bytes, &response) !=
	    STATUS_OK) {
		return 0;
	}
	if (parse(parser, &response, &result) != STATUS_OK) {
		FUZZ_CHECK(memcmp(&result, &none, sizeof(none)) == 0);
	}
	return 0;
}
