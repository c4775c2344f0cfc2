/* SPDX-License-Identifier: MIT */
/*
 * ssh-add FILE: a private key that comes in a message becomes a volatile
 * object of the keyring. It has passed through Linux, and its file remains.
 */
#ifndef OPENVBS_HOST_SSH_AGENT_ADD_H
#define OPENVBS_HOST_SSH_AGENT_ADD_H

#include "host/ssh-agent/keys.h"
#include "host/ssh-agent/message.h"

/*
 * Adds it, instead of one with the same public half that was added before.
 * STATUS_CORRUPT: the public half is not the private one's.
 */
enum status add_key(struct keys *keys, const struct message_add *add,
		    int64_t now_ms);

#endif
