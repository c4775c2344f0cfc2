/* SPDX-License-Identifier: MIT */
/*
 * Requests of the ssh agent protocol (RFC 9987; OpenSSH's PROTOCOL.agent),
 * decoded strictly: a request is understood to its last byte or not at all.
 */
#ifndef OPENVBS_HOST_SSH_AGENT_MESSAGE_H
#define OPENVBS_HOST_SSH_AGENT_MESSAGE_H

#include "abi/status.h"
#include "host/libvbs/der.h"

#define MESSAGE_BYTES_MAX    (256u * 1024) /* without length, as OpenSSH's */
#define MESSAGE_LENGTH_BYTES 4u		   /* in front of each */

enum message_number {
	AGENT_FAILURE = 5,
	AGENT_SUCCESS = 6,
	AGENT_LIST = 11,
	AGENT_LIST_REPLY = 12,
	AGENT_SIGN = 13,
	AGENT_SIGN_REPLY = 14,
	AGENT_ADD = 17,
	AGENT_REMOVE = 18,
	AGENT_REMOVE_ALL = 19,
	AGENT_LOCK = 22,
	AGENT_UNLOCK = 23,
	AGENT_ADD_CONSTRAINED = 25,
	AGENT_EXTENSION = 27,
	AGENT_EXTENSION_FAILURE = 28,
	AGENT_EXTENSION_REPLY = 29,
};

/* Flags of AGENT_SIGN. */
#define MESSAGE_RSA_SHA256 0x2u
#define MESSAGE_RSA_SHA512 0x4u

struct message_sign {
	struct der_bytes key; /* public */
	struct der_bytes data;
	uint32_t flags;
};

/* Numbers are without zeros in front. */
struct message_rsa {
	struct der_bytes n, e, d, qinv, p, q;
};

struct message_ec {
	struct der_bytes point; /* 0x04 || x || y, of the curve's length */
	struct der_bytes scalar;
};

#define MESSAGE_ED25519_BYTES 32u

struct message_ed25519 {
	struct der_bytes key;  /* public */
	struct der_bytes seed; /* MESSAGE_ED25519_BYTES, as is `key` */
};

struct message_add {
	uint32_t type; /* enum keyring_type */
	union {
		struct message_rsa rsa;
		struct message_ec ec;
		struct message_ed25519 ed25519;
	};
	struct der_bytes comment;
	uint32_t lifetime_s; /* 0: for ever */
	bool confirm;
};

/* session-bind@openssh.com */
struct message_bind {
	struct der_bytes host_key, session, signature;
	bool forwarding;
};

enum message_extension {
	MESSAGE_QUERY,
	MESSAGE_BIND,
	MESSAGE_EXTENSION_OTHER,
};

#define MESSAGE_BIND_NAME "session-bind@openssh.com"

struct message {
	uint8_t number;			  /* enum message_number */
	enum message_extension extension; /* with AGENT_EXTENSION */
	union {
		struct message_sign sign;
		struct message_add add;
		struct message_bind bind;
		struct der_bytes key;	     /* AGENT_REMOVE */
		struct der_bytes passphrase; /* AGENT_LOCK, AGENT_UNLOCK */
	};
};

/*
 * Reads a request without its length. The message points into the bytes.
 * STATUS_INVALID: malformed; STATUS_UNSUPPORTED: a request, key type or
 * constraint that is not ours. With either, `number` is the request's, or 0.
 */
enum status message_read(struct der_bytes bytes, struct message *message);

#endif
