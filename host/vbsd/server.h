/* SPDX-License-Identifier: MIT */
/*
 * The clients of the local API. Anybody can connect; so there are bounds on
 * clients, on their lines, on the time they may take and on what waits for
 * them. Nothing here blocks.
 */
#ifndef OPENVBS_HOST_VBSD_SERVER_H
#define OPENVBS_HOST_VBSD_SERVER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/libvbs/client.h"
#include "host/vbsd/answer.h"

#define SERVER_CLIENTS_MAX	   32
#define SERVER_CLIENTS_OF_USER_MAX 8  /* of one that is not root */
#define SERVER_SECONDS		   10 /* from connection to request */
#define SERVER_WAITING_MAX	   (1024u * 1024u)

struct server_client {
	int socket; /* -1: free */
	uid_t user;
	bool may_read_events;
	bool asked;   /* a connection carries one request */
	bool follows; /* and stays */
	int64_t deadline_s;
	char in[CLIENT_REQUEST_BYTES];
	size_t in_bytes;
	char *out; /* malloc; what waits to be sent */
	size_t out_bytes;
};

struct server {
	int socket; /* listens */
	struct answer_source source;
	struct server_client client[SERVER_CLIENTS_MAX];
};

void server_init(struct server *server, int socket);

/* Entries for poll(): the listening socket, then the clients. */
#define SERVER_POLL_COUNT (1 + SERVER_CLIENTS_MAX)
void server_poll(const struct server *server,
		 struct pollfd poll[SERVER_POLL_COUNT]);

/* Serves what poll() has found, at `now_s` of a clock that does not jump. */
void server_turn(struct server *server,
		 const struct pollfd poll[SERVER_POLL_COUNT], int64_t now_s);

/* Sends new records to those who follow. */
void server_push(struct server *server, const struct audit_record *record,
		 size_t count, uint64_t stored_us);

#endif
