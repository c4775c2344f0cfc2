/* SPDX-License-Identifier: MIT */
/* Who is at the other end of a UNIX socket, by the kernel's word. */
#ifndef OPENVBS_HOST_VBSD_PEER_H
#define OPENVBS_HOST_VBSD_PEER_H

#include <stdbool.h>
#include <sys/types.h>

struct peer {
	uid_t user;
	bool in_group; /* also as a supplementary group */
};

/* False when the kernel does not say. A group that is not there has nobody. */
bool peer_read(int socket, const char *group, struct peer *peer);

#endif
