/* SPDX-License-Identifier: MIT */
/*
 * Signatures of host keys, as a server makes them in a key exchange:
 * ssh-ed25519, ecdsa-sha2-nistp256/384/521, rsa-sha2-256/512, and
 * certificates of those (whose authority is for the client to judge).
 */
#ifndef OPENVBS_HOST_SSH_AGENT_VERIFY_H
#define OPENVBS_HOST_SSH_AGENT_VERIFY_H

#include "host/libvbs/der.h"

/* Whether `signature` is one of `key` over `data`, all as SSH encodes them. */
bool verify_signature(struct der_bytes key, struct der_bytes signature,
		      struct der_bytes data);

#endif
