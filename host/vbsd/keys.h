/* SPDX-License-Identifier: MIT */
/*
 * The keyring's requests, between clients and VTL1: who asks goes into the
 * message, and what has changed goes to disk before the answer goes out. From
 * any thread.
 */
#ifndef OPENVBS_HOST_VBSD_KEYS_H
#define OPENVBS_HOST_VBSD_KEYS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"
#include "host/libvbs/keyring.h"

/* Vaults (host/vbsd/keystore.h): under a root that outlives the boot, or not. */
struct keys_folders {
	const char *kept;
	const char *of_boot;
};

struct keys {
	int device;
	struct keys_folders folders;
	const char *folder;   /* that of the open vault */
	pthread_mutex_t lock; /* around changes, and the folder */
	uint64_t stored;      /* the epoch that the folder has */
	bool behind;	      /* what has changed could not be stored */
	bool refused;	      /* a vault that could not be set aside either */
};

void keys_init(struct keys *keys, int device,
	       const struct keys_folders *folders);

/*
 * Opens the vault in VTL1 with what is stored, if it is not open, and stores
 * what it has. Complains on stderr. Again whenever VTL1 has lost it.
 */
enum status keys_open(struct keys *keys);

/* Once a second or so: opens what has closed, stores what could not be. */
void keys_turn(struct keys *keys);

/*
 * Whether a vault that was to be kept could not be opened: it is set aside, or
 * still in its place, and nobody has decided on it yet.
 */
bool keys_vault_lost(struct keys *keys);

struct keys_exchange {
	uint32_t user;
	bool system; /* he may use the system's token */
	size_t in_bytes, out_bytes;
	union {
		struct keyring_request head;
		uint8_t bytes[sizeof(struct keyring_request) +
			      KEYRING_MESSAGE_BYTES];
	} in;
	union {
		struct keyring_reply head;
		uint8_t bytes[sizeof(struct keyring_reply) +
			      KEYRING_MESSAGE_BYTES];
	} out;
};

/* Answers one request. */
void keys_serve(struct keys *keys, struct keys_exchange *exchange);

#endif
