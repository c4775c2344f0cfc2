/* SPDX-License-Identifier: MIT */
/*
 * Reads a request of each client, sends its reply. Requests may carry private
 * keys: each has a buffer of its own, which is wiped when it is served.
 */
#define _GNU_SOURCE
#include "host/ssh-agent/server.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- one client ----------------------------------------------------------- */

static void drop_request(struct client *client)
{
	if (client->in != NULL) {
		explicit_bzero(client->in, client->in_len_bytes);
		free(client->in);
	}
	client->in = NULL;
	client->in_len_bytes = 0;
	client->in_bytes = 0;
	client->head_bytes = 0;
}

static void drop(struct client **place)
{
	struct client *client = *place;

	drop_request(client);
	free(client->out);
	(void)close(client->socket);
	free(client);
	*place = NULL;
}

/* It is complete and waits to be served. */
static bool has_request(const struct client *client)
{
	return client->in != NULL && client->in_bytes == client->in_len_bytes;
}

/* False: it has ended, or sends nonsense. */
static bool receive(struct client *client)
{
	bool head = client->in == NULL;
	uint8_t *to = head ? client->head + client->head_bytes
			   : client->in + client->in_bytes;
	size_t room = head ? sizeof(client->head) - client->head_bytes
			   : client->in_len_bytes - client->in_bytes;
	ssize_t got = recv(client->socket, to, room, MSG_DONTWAIT);
	struct wire_in in;

	if (got <= 0) {
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	}
	if (!head) {
		client->in_bytes += (size_t)got;
		return true;
	}
	client->head_bytes += (size_t)got;
	if (client->head_bytes < sizeof(client->head)) {
		return true;
	}
	in = wire_from((struct der_bytes){client->head, sizeof(client->head)});
	client->in_len_bytes = wire_u32(&in);
	if (client->in_len_bytes == 0 ||
	    client->in_len_bytes > MESSAGE_BYTES_MAX) {
		return false;
	}
	client->in = malloc(client->in_len_bytes);
	return client->in != NULL;
}

/* False: it has ended. */
static bool send_reply(struct client *client)
{
	ssize_t sent = send(client->socket, client->out + client->out_bytes,
			    client->out_len_bytes - client->out_bytes,
			    MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0) {
		return errno == EAGAIN || errno == EINTR;
	}
	client->out_bytes += (size_t)sent;
	if (client->out_bytes == client->out_len_bytes) {
		free(client->out);
		client->out = NULL;
	}
	return true;
}

/* False: no memory for the reply. A request may have to wait. */
static bool serve(struct server *server, struct client *client, int64_t now_ms)
{
	struct wire_out out = {.out = server->reply,
			       .room = sizeof(server->reply)};

	if (!agent_serve(server->agent, &client->bindings,
			 (struct der_bytes){client->in, client->in_len_bytes},
			 now_ms, &out)) {
		return true;
	}
	drop_request(client);
	client->out = malloc(out.len_bytes);
	if (client->out == NULL) {
		return false;
	}
	memcpy(client->out, server->reply, out.len_bytes);
	client->out_len_bytes = out.len_bytes;
	client->out_bytes = 0;
	return true;
}

static void client_turn(struct server *server, struct client **place,
			short events, int64_t now_ms)
{
	struct client *client = *place;
	bool good = true;

	if (client->out == NULL && !has_request(client) &&
	    (events & (POLLIN | POLLHUP | POLLERR)) != 0) {
		good = receive(client);
	} else if ((events & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		good = false;
	}
	if (good && has_request(client)) {
		good = serve(server, client, now_ms);
	}
	if (good && client->out != NULL) {
		good = send_reply(client);
	}
	if (!good) {
		drop(place);
	}
}

/* --- all ------------------------------------------------------------------ */

static bool is_allowed(const struct server *server, int socket)
{
	struct ucred peer;
	socklen_t len_bytes = sizeof(peer);

	return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &len_bytes) ==
		       0 &&
	       len_bytes == sizeof(peer) &&
	       (peer.uid == server->owner || peer.uid == 0);
}

static void accept_client(struct server *server)
{
	int socket = accept4(server->socket, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client **place = NULL;

	if (socket < 0) {
		return;
	}
	for (size_t i = 0; i < SERVER_CLIENTS_MAX && place == NULL; i++) {
		if (server->client[i] == NULL) {
			place = &server->client[i];
		}
	}
	if (place != NULL && is_allowed(server, socket)) {
		*place = calloc(1, sizeof(**place));
	}
	if (place == NULL || *place == NULL) {
		(void)close(socket);
		return;
	}
	(*place)->socket = socket;
}

/* Until an added key's end, and until a try to unlock is looked at. */
static int64_t next_ms(const struct server *server)
{
	const struct keys *keys = &server->agent->keys;
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < keys->added_count; i++) {
		int64_t until = keys->added[i].until_ms;

		next = until != 0 && until < next ? until : next;
	}
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		if (server->client[i] != NULL &&
		    has_request(server->client[i]) &&
		    server->agent->lock.next_ms < next) {
			next = server->agent->lock.next_ms;
		}
	}
	return next;
}

int server_poll(const struct server *server,
		struct pollfd poll[SERVER_POLL_COUNT], int64_t now_ms)
{
	int64_t next = next_ms(server);

	poll[0] = (struct pollfd){.fd = server->socket, .events = POLLIN};
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		const struct client *client = server->client[i];

		poll[i + 1].revents = 0;
		poll[i + 1].fd = client != NULL ? client->socket : -1;
		poll[i + 1].events = client == NULL || has_request(client) ? 0
				     : client->out != NULL ? POLLOUT
							   : POLLIN;
	}
	if (next == INT64_MAX) {
		return -1;
	}
	if (next <= now_ms) {
		return 0;
	}
	return next - now_ms < INT_MAX ? (int)(next - now_ms) : INT_MAX;
}

void server_turn(struct server *server,
		 const struct pollfd poll[SERVER_POLL_COUNT], int64_t now_ms)
{
	keys_expire(&server->agent->keys, now_ms);
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		struct client *client = server->client[i];

		if (client != NULL &&
		    (poll[i + 1].revents != 0 || has_request(client))) {
			client_turn(server, &server->client[i],
				    poll[i + 1].revents, now_ms);
		}
	}
	if ((poll[0].revents & POLLIN) != 0) {
		accept_client(server);
	}
}

void server_close(struct server *server)
{
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		if (server->client[i] != NULL) {
			drop(&server->client[i]);
		}
	}
}
