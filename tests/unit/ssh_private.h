/* SPDX-License-Identifier: GPL-2.0-or-later */
/* New private keys as ssh-add sends them, by OpenSSL. */
#ifndef OPENVBS_TESTS_UNIT_SSH_PRIVATE_H
#define OPENVBS_TESTS_UNIT_SSH_PRIVATE_H

#include "host/libvbs/ssh_wire.h"

/* Name and numbers of a new key, without the comment. */
void ssh_private_put(uint32_t type, struct wire_out *wire);

#endif
