/* SPDX-License-Identifier: MIT */
/* Private keys of messages, in the form that the keyring imports. */
#ifndef OPENVBS_HOST_SSH_AGENT_PRIVATE_H
#define OPENVBS_HOST_SSH_AGENT_PRIVATE_H

#include "host/ssh-agent/message.h"

/*
 * As PKCS#8; its length, or 0: the numbers cannot be a key's, or it does not
 * fit. The caller wipes `out`.
 */
size_t private_pkcs8(const struct message_add *add, uint8_t *out, size_t room);

#endif
