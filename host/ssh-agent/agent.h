/* SPDX-License-Identifier: MIT */
/* The agent: a request of a client, and what it gets. */
#ifndef OPENVBS_HOST_SSH_AGENT_AGENT_H
#define OPENVBS_HOST_SSH_AGENT_AGENT_H

#include "host/libvbs/ssh_wire.h"
#include "host/ssh-agent/bind.h"
#include "host/ssh-agent/keys.h"
#include "host/ssh-agent/lock.h"

struct agent {
	struct keys keys;
	struct lock lock;
};

/*
 * Serves a request, without its length in front, and writes the reply, length
 * and all, to an `out` that has MESSAGE_LENGTH_BYTES + MESSAGE_BYTES_MAX.
 * False, and nothing is written: ask again at agent->lock.next_ms.
 */
bool agent_serve(struct agent *agent, struct bindings *bindings,
		 struct der_bytes request, int64_t now_ms,
		 struct wire_out *out);

#endif
