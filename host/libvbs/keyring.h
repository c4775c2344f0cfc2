/* SPDX-License-Identifier: MIT */
/*
 * The keyring, as programs reach it: vbsd's socket, a message each way
 * (SOCK_SEQPACKET, so that borders stay). A request is a method of
 * abi/keyring.h, or one of vbsd's own below, with its structure behind it:
 *
 *	struct keyring_request || bytes -> struct keyring_reply || bytes
 *
 * One connection carries one request at a time, as many as wanted. Not
 * thread-safe: a connection each, or a lock around it. After fork() a child
 * opens its own and only closes what it has inherited.
 */
#ifndef OPENVBS_HOST_LIBVBS_KEYRING_H
#define OPENVBS_HOST_LIBVBS_KEYRING_H

#include <stddef.h>
#include <stdint.h>

#include "abi/keyring_blob.h"
#include "abi/status.h"

/* The environment's OPENVBS_KEYRING names another, unless the program is
   privileged (secure_getenv). */
#define KEYRING_SOCKET "/run/openvbs/keyring.sock"
#define KEYRING_GROUP \
	"openvbs-keys" /* may use the system's token; so may root */

#define KEYRING_MESSAGE_BYTES 4056u /* at most, behind request or reply */

struct keyring_request {
	uint32_t method;
	uint32_t reserved_zero;
};

struct keyring_reply {
	uint32_t status; /* enum status */
	uint32_t reserved_zero;
};

/*
 * Public objects (certificates and the like): bytes that vbsd keeps for
 * somebody, whose form is his own affair. Not protected from VTL0.
 *
 *	PUT     keyring_public[]; number 0: a new one -> keyring_number
 *	GET     keyring_public without bytes: the owner's first behind `number`
 *	        -> keyring_public[]; STATUS_NOT_FOUND: none
 *	REMOVE  keyring_public without bytes
 */
enum keyring_public_method {
	KEYRING_PUBLIC_PUT = 0x1000,
	KEYRING_PUBLIC_GET = 0x1001,
	KEYRING_PUBLIC_REMOVE = 0x1002,
};

#define KEYRING_PUBLIC_MAX 4000u /* bytes of one */

struct keyring_public {
	uint64_t number;
	uint32_t owner; /* a user, or KEYRING_OWNER_SYSTEM */
	uint32_t bytes;
	uint8_t data[];
};

/* The socket's path: KEYRING_SOCKET, or what the environment says. */
const char *keyring_path(void);

/* A connection, or -1 and errno. */
int keyring_connect(const char *path);

struct keyring_call {
	uint32_t method;
	const void *in;
	size_t in_bytes;
	const void *data; /* behind `in`, or NULL */
	size_t data_bytes;
	void *out;
	size_t out_bytes; /* in: room at `out`; out: the reply's */
};

/*
 * One request and its reply. The service's status, or vbsd's; STATUS_CORRUPT:
 * a reply that is none, or too long for `out`. STATUS_INTERRUPTED: the
 * connection is no good any more; whether the request was served is not
 * known. The caller closes it and may open another.
 */
enum status keyring_call(int connection, struct keyring_call *call);

#endif
