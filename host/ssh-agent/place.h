/* SPDX-License-Identifier: MIT */
/* Where the agent listens: systemd's socket, or one of its own. */
#ifndef OPENVBS_HOST_SSH_AGENT_PLACE_H
#define OPENVBS_HOST_SSH_AGENT_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#define PLACE_PATH_BYTES 108 /* of struct sockaddr_un, its zero included */

/* The socket that systemd listens on for us, and its path; -1: none. */
int place_inherit(char path[PLACE_PATH_BYTES]);

/* $XDG_RUNTIME_DIR/openvbs-ssh-agent.sock; false: nobody says where. */
bool place_default(char path[PLACE_PATH_BYTES]);

/*
 * Listens at `path`, for its owner alone, in place of a socket that nobody
 * listens at any more; -1 and errno.
 */
int place_listen(const char *path);

#endif
