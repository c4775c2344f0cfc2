/* SPDX-License-Identifier: MIT */
/* SO_PEERCRED and SO_PEERGROUPS: as they were when the peer connected. */
#define _GNU_SOURCE
#include "host/vbsd/peer.h"

#include <grp.h>
#include <stddef.h>
#include <sys/socket.h>

#define GROUPS_MAX 1024

static bool is_member(int socket, gid_t wanted)
{
	gid_t groups[GROUPS_MAX];
	socklen_t len_bytes = sizeof(groups);

	if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &len_bytes) !=
	    0) {
		return false; /* none, or in too many to look at */
	}
	for (size_t i = 0; i < len_bytes / sizeof(groups[0]); i++) {
		if (groups[i] == wanted) {
			return true;
		}
	}
	return false;
}

bool peer_read(int socket, const char *group, struct peer *peer)
{
	const struct group *entry = getgrnam(group);
	struct ucred peer_is;
	socklen_t len_bytes = sizeof(peer_is);

	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer_is, &len_bytes) !=
		    0 ||
	    len_bytes != sizeof(peer_is)) {
		return false;
	}
	peer->user = peer_is.uid;
	peer->in_group = entry != NULL && (peer_is.gid == entry->gr_gid ||
					   is_member(socket, entry->gr_gid));
	return true;
}
