/* SPDX-License-Identifier: MIT */
/*
 * The agent's clients: whoever connects is the socket's owner or root, has
 * one request at a time under way, and none larger than MESSAGE_BYTES_MAX.
 * A client may stay as long as it likes: sshd keeps its connection for as
 * long as a session lasts.
 */
#ifndef OPENVBS_HOST_SSH_AGENT_SERVER_H
#define OPENVBS_HOST_SSH_AGENT_SERVER_H

#include <poll.h>
#include <sys/types.h>

#include "host/ssh-agent/agent.h"
#include "host/ssh-agent/message.h"

#define SERVER_CLIENTS_MAX 1024u
#define SERVER_POLL_COUNT  (SERVER_CLIENTS_MAX + 1)

struct client {
	int socket;
	uint8_t head[MESSAGE_LENGTH_BYTES];
	size_t head_bytes; /* received */
	uint8_t *in;	   /* a request of in_len_bytes; NULL: none yet */
	size_t in_len_bytes;
	size_t in_bytes; /* received */
	uint8_t *out;	 /* a reply that is not all sent; NULL */
	size_t out_len_bytes;
	size_t out_bytes; /* sent */
	struct bindings bindings;
};

struct server {
	int socket; /* listens */
	uid_t owner;
	struct agent *agent;
	struct client *client[SERVER_CLIENTS_MAX]; /* NULL: a free place */
	uint8_t reply[MESSAGE_LENGTH_BYTES + MESSAGE_BYTES_MAX];
};

/* What to wait for, and for how long at most; -1: for ever. */
int server_poll(const struct server *server,
		struct pollfd poll[SERVER_POLL_COUNT], int64_t now_ms);

/* One turn after poll(); never waits but for the keyring and the person. */
void server_turn(struct server *server,
		 const struct pollfd poll[SERVER_POLL_COUNT], int64_t now_ms);

/* Drops every client. */
void server_close(struct server *server);

#endif
