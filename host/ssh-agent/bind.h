/* SPDX-License-Identifier: MIT */
/*
 * session-bind@openssh.com: a client proves for which SSH session it speaks.
 * The rules are OpenSSH's (PROTOCOL.agent, 1): a session belongs to one host
 * key, and nothing follows a binding for authentication. No key of ours is
 * bound to a destination, so the bindings decide nothing yet.
 */
#ifndef OPENVBS_HOST_SSH_AGENT_BIND_H
#define OPENVBS_HOST_SSH_AGENT_BIND_H

#include "abi/status.h"
#include "host/ssh-agent/message.h"

#define BIND_MAX	   16u
#define BIND_SESSION_BYTES 128u /* at most */
#define BIND_HASH_BYTES	   32u

struct binding {
	uint8_t session[BIND_HASH_BYTES];
	uint8_t host_key[BIND_HASH_BYTES];
};

/* Of one connection. */
struct bindings {
	struct binding binding[BIND_MAX];
	size_t count;
	bool closed; /* bound for authentication */
};

/*
 * STATUS_DENIED: the signature is wrong; STATUS_CONFLICT: it contradicts an
 * earlier binding; STATUS_NO_SPACE; STATUS_INVALID.
 */
enum status bind_session(struct bindings *bindings,
			 const struct message_bind *bind);

#endif
