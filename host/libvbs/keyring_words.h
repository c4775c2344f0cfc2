/* SPDX-License-Identifier: MIT */
/* Words for what the keyring answers and has, for people and JSON. */
#ifndef OPENVBS_HOST_LIBVBS_KEYRING_WORDS_H
#define OPENVBS_HOST_LIBVBS_KEYRING_WORDS_H

#include "abi/keyring.h"
#include "abi/status.h"

/* What is wrong, and what to do next, in one or two sentences. */
const char *keyring_words_status(enum status status);

/* "rsa3072", "p256", "ed25519", "aes256": as `vbsctl key` takes it. */
#define KEYRING_WORDS_TYPE_BYTES 16
const char *keyring_words_type(const struct keyring_object *object,
			       char to[KEYRING_WORDS_TYPE_BYTES]);

/* "generated", "imported", "unwrapped", "unknown" */
const char *keyring_words_origin(uint32_t origin);

/* "RSA PKCS#1 v1.5"; NULL: no mechanism has this number. */
const char *keyring_words_mechanism(uint32_t mechanism);

/* Of all that a type has, a bit each. */
uint32_t keyring_words_mechanisms(uint32_t type);

/*
 * The label as UTF-8, fit for a terminal: what is neither valid nor printable
 * is "?". It may be empty.
 */
#define KEYRING_WORDS_LABEL_BYTES (KEYRING_LABEL_BYTES + 1)
const char *keyring_words_label(const struct keyring_object *object,
				char to[KEYRING_WORDS_LABEL_BYTES]);

#endif
