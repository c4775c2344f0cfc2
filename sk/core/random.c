/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMAC_DRBG with SHA-512 (NIST SP 800-90A, 10.1.2), seeded once from all
 * sources together, so that the best of them decides. Called for the seeds of
 * services and by their RANDOM.
 *
 * Invariant: the state changes one way after each output: who reads it later
 * learns nothing of what was given out.
 */
#include "sk/core/random.h"

#include "abi/service.h"
#include "lib/bytes.h"
#include "sk/core/machine.h"
#include "sk/core/state.h"

#define SHA512_BYTES	    64u
#define HMAC_BLOCK_BYTES    128u
#define PROCESSOR_WORDS	    16u /* of RDSEED, and of RDRAND */
#define SEED_MATERIAL_MOST  (VTL1_SEED_BYTES + 2 * 8 * PROCESSOR_WORDS + 8)
#define FIRMWARE_SEED_LEAST 32u /* 256 bits, or it does not count */

_Static_assert(RANDOM_STATE_BYTES == SHA512_BYTES, "K and V are digests");

/* HMAC (RFC 2104) of V || tag || material under K. */
struct hmac_text {
	uint8_t pad[HMAC_BLOCK_BYTES];
	uint8_t text[SHA512_BYTES + 1 + SEED_MATERIAL_MOST];
};

static void hmac(const uint8_t key[SHA512_BYTES], struct hmac_text *text,
		 size_t len_bytes, uint8_t out[SHA512_BYTES])
{
	struct {
		uint8_t pad[HMAC_BLOCK_BYTES];
		uint8_t inner[SHA512_BYTES];
	} outer;

	for (unsigned i = 0; i < HMAC_BLOCK_BYTES; i++) {
		uint8_t byte = i < SHA512_BYTES ? key[i] : 0;

		text->pad[i] = byte ^ HMAC_INNER;
		outer.pad[i] = byte ^ HMAC_OUTER;
	}
	machine_sha512(text, HMAC_BLOCK_BYTES + len_bytes, outer.inner);
	machine_sha512(&outer, sizeof(outer), out);
	bytes_wipe(&outer, sizeof(outer));
}

static void value_next(struct random_state *random)
{
	struct hmac_text text;

	memcpy(text.text, random->value, SHA512_BYTES);
	hmac(random->key, &text, SHA512_BYTES, random->value);
	bytes_wipe(&text, sizeof(text));
}

/* HMAC_DRBG_Update (10.1.2.2). */
static void update(struct random_state *random, const uint8_t *material,
		   size_t len_bytes)
{
	struct hmac_text text;
	unsigned rounds = len_bytes == 0 ? 1 : 2;

	for (uint8_t tag = 0; tag < rounds; tag++) {
		memcpy(text.text, random->value, SHA512_BYTES);
		text.text[SHA512_BYTES] = tag;
		if (len_bytes != 0) {
			memcpy(text.text + SHA512_BYTES + 1, material,
			       len_bytes);
		}
		hmac(random->key, &text, SHA512_BYTES + 1 + len_bytes,
		     random->key);
		value_next(random);
	}
	bytes_wipe(&text, sizeof(text));
}

/* Appends what one instruction gives; true if it gave anything. */
static bool gather(bool (*give)(uint64_t *), uint8_t *to, size_t *len_bytes)
{
	bool any = false;
	uint64_t word;

	for (unsigned i = 0; i < PROCESSOR_WORDS; i++) {
		if (give(&word)) {
			memcpy(to + *len_bytes, &word, sizeof(word));
			*len_bytes += sizeof(word);
			any = true;
		}
	}
	return any;
}

enum status random_init(const struct vtl1_boot *boot)
{
	struct random_state *random = &state.random;
	uint8_t material[SEED_MATERIAL_MOST];
	size_t len_bytes = 0;
	uint64_t time = machine_time();
	uint32_t sources = 0;

	if (boot->seed_bytes > sizeof(boot->seed)) {
		return STATUS_INVALID;
	}
	memcpy(material, boot->seed, boot->seed_bytes);
	len_bytes = boot->seed_bytes;
	if (boot->seed_bytes >= FIRMWARE_SEED_LEAST) {
		sources |= RANDOM_FROM_FIRMWARE;
	}
	if (gather(machine_rdseed, material, &len_bytes)) {
		sources |= RANDOM_FROM_RDSEED;
	}
	if (gather(machine_rdrand, material, &len_bytes)) {
		sources |= RANDOM_FROM_RDRAND;
	}
	if (sources == 0) {
		return STATUS_UNSUPPORTED;
	}
	memcpy(material + len_bytes, &time, sizeof(time));
	len_bytes += sizeof(time);
	bytes_zero(random->key, sizeof(random->key));
	memset(random->value, 1, sizeof(random->value));
	update(random, material, len_bytes);
	bytes_wipe(material, sizeof(material));
	random->sources = sources;
	return STATUS_OK;
}

void random_take(void *to, size_t len_bytes)
{
	struct random_state *random = &state.random;

	CHECK(len_bytes <= RANDOM_TAKE_MAX && random->sources != 0);
	lock_take(&random->lock);
	value_next(random);
	memcpy(to, random->value, len_bytes);
	update(random, NULL, 0);
	lock_release(&random->lock);
}
