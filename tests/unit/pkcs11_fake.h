/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keyring's client door as a test has it: a user's token with two keys
 * and a PIN, and the records that were put; no system's token. It stands in
 * for host/libvbs/keyring.c and goes wrong as the test says.
 */
#ifndef OPENVBS_TESTS_UNIT_PKCS11_FAKE_H
#define OPENVBS_TESTS_UNIT_PKCS11_FAKE_H

#include "host/libvbs/keyring.h"

#define FAKE_EC_KEY   7u
#define FAKE_HMAC_KEY 9u
#define FAKE_PIN      "1234"

struct pkcs11_fake {
	struct keyring_token token;
	uint32_t key_flags; /* KEYRING_FLAG_*, of the EC key */
	unsigned connects;
	unsigned calls[32];   /* by method of abi/keyring.h */
	unsigned interrupts;  /* how many requests meet a dead connection */
	uint32_t label_bytes; /* of the EC key, true or not */
	uint8_t ticket[KEYRING_TICKET_BYTES]; /* shown last */
	uint8_t signed_data[KEYRING_DATA_BYTES];
	size_t signed_bytes;
	uint64_t record_number; /* 0: none */
	size_t record_bytes;
	uint8_t record[KEYRING_PUBLIC_MAX];
};

extern struct pkcs11_fake pkcs11_fake;

void pkcs11_fake_reset(void);

#endif
