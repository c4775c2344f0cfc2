/* SPDX-License-Identifier: MIT */
/* Types of keys by the words that --type takes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/vbsctl/key.h"

#define HMAC	      "hmac" /* and its bits */
#define HMAC_BITS_MIN 128u
#define HMAC_BITS_MAX 1024u

struct type_row {
	const char *word;
	uint32_t type;
	uint32_t bits;
};

static const struct type_row types[] = {
	{"p256", KEYRING_TYPE_P256, 0},
	{"p384", KEYRING_TYPE_P384, 0},
	{"ed25519", KEYRING_TYPE_ED25519, 0},
	{"rsa2048", KEYRING_TYPE_RSA, 2048},
	{"rsa3072", KEYRING_TYPE_RSA, 3072},
	{"rsa4096", KEYRING_TYPE_RSA, 4096},
	{"aes128", KEYRING_TYPE_AES, 128},
	{"aes192", KEYRING_TYPE_AES, 192},
	{"aes256", KEYRING_TYPE_AES, 256},
};

/* Of any length in whole bytes. */
static bool read_hmac(const char *word, uint32_t *bits)
{
	const char *digits = word + strlen(HMAC);
	unsigned long number;
	char *end;

	if (strncmp(word, HMAC, strlen(HMAC)) != 0 || *digits < '1' ||
	    *digits > '9') {
		return false;
	}
	errno = 0;
	number = strtoul(digits, &end, 10);
	*bits = (uint32_t)number;
	return errno == 0 && *end == 0 && number >= HMAC_BITS_MIN &&
	       number <= HMAC_BITS_MAX && number % 8 == 0;
}

static void complain(const char *word)
{
	(void)fprintf(stderr, "vbsctl: no type is called %s; there are", word);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		(void)fprintf(stderr, " %s", types[i].word);
	}
	(void)fprintf(stderr,
		      "\nand, in steps of 8, " HMAC "%u to " HMAC "%u\n",
		      HMAC_BITS_MIN, HMAC_BITS_MAX);
}

bool key_type_read(const char *word, uint32_t *type, uint32_t *bits)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].word, word) == 0) {
			*type = types[i].type;
			*bits = types[i].bits;
			return true;
		}
	}
	if (read_hmac(word, bits)) {
		*type = KEYRING_TYPE_HMAC;
		return true;
	}
	complain(word);
	return false;
}

bool key_type_read_raw(const char *word, uint32_t *type, uint32_t *bits)
{
	*type = KEYRING_TYPE_ANY;
	*bits = 0;
	if (word == NULL) {
		return true;
	}
	if (!key_type_read(word, type, bits)) {
		return false;
	}
	if (*type != KEYRING_TYPE_AES && *type != KEYRING_TYPE_HMAC) {
		(void)fprintf(stderr,
			      "vbsctl: a file with a private key says its type "
			      "itself; --type is for aes and\nhmac keys\n");
		return false;
	}
	return true;
}
