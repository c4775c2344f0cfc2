/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which secret is behind a public key that the keyring has made, if the seed
 * is known that it was started with: the service's own generator and algorithms
 * on a PC. For tests that look for keys which exist in VTL1 alone.
 *
 *	foretell SEED TYPE PUBLIC	in hex, but for enum keyring_type
 *
 * Prints the scalar, or Ed25519's seed. Status 1: none of the first streams of
 * this seed makes such a key.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/service.h"
#include "svc/keyring/key.h"
#include "svc/rt/rt.h"
#include "svc/rt/state.h"

#define STREAMS_MOST 256u

static size_t read_hex(const char *hex, uint8_t *to, size_t bytes_max)
{
	size_t bytes = 0;
	int used;

	while (bytes < bytes_max &&
	       sscanf(hex, "%2hhx%n", &to[bytes], &used) == 1) {
		hex += used;
		bytes++;
	}
	return *hex == '\0' ? bytes : 0;
}

/* Makes a key by the next stream, and others by those that it needs. */
static bool makes(uint32_t type, const uint8_t *public_key, size_t len_bytes,
		  struct key *key)
{
	*key = (struct key){.object.type = type};
	return key_generate(key) == STATUS_OK &&
	       key->object.public_bytes == len_bytes &&
	       memcmp(key->object.public_key, public_key, len_bytes) == 0;
}

static bool foretell(uint32_t type, const uint8_t *public_key, size_t len_bytes,
		     struct key *key)
{
	for (unsigned i = 0; i < STREAMS_MOST; i++) {
		struct drbg before = rt_state.drbg, skipped;

		if (makes(type, public_key, len_bytes, key)) {
			return true;
		}
		rt_state.drbg = before;
		drbg_split(&rt_state.drbg, &skipped);
	}
	return false;
}

int main(int argc, char **argv)
{
	uint8_t seed[SERVICE_SEED_BYTES], public_key[KEYRING_PUBLIC_BYTES];
	size_t public_bytes;
	struct key key;

	if (argc != 4 ||
	    read_hex(argv[1], seed, sizeof(seed)) != sizeof(seed)) {
		(void)fprintf(stderr, "usage: foretell SEED TYPE PUBLIC\n");
		return EXIT_FAILURE;
	}
	public_bytes = read_hex(argv[3], public_key, sizeof(public_key));
	drbg_seed(&rt_state.drbg, seed, sizeof(seed));
	if (!foretell((uint32_t)strtoul(argv[2], NULL, 10), public_key,
		      public_bytes, &key)) {
		return EXIT_FAILURE;
	}
	for (uint32_t i = 0; i < key.secret_bytes; i++) {
		printf("%02x", key.secret[i]);
	}
	printf("\n");
	return EXIT_SUCCESS;
}
