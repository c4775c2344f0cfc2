/* SPDX-License-Identifier: MIT */
/* A signature by the keyring, as SSH encodes it. */
#ifndef OPENVBS_HOST_SSH_AGENT_SIGN_H
#define OPENVBS_HOST_SSH_AGENT_SIGN_H

#include "host/libvbs/ssh_wire.h"
#include "host/ssh-agent/keys.h"
#include "host/ssh-agent/message.h"

/*
 * Writes the signature's members (name, bytes). Asks the person where the
 * key's constraints or a PIN want it. STATUS_UNSUPPORTED: an RSA signature
 * with SHA-1, which nobody should make any more.
 */
enum status sign_message(struct keys *keys, const struct message_sign *sign,
			 struct wire_out *out);

#endif
