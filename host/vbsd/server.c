/* SPDX-License-Identifier: MIT */
/* Accepts, reads one request of each client, sends what waits. */
#define _GNU_SOURCE
#include "host/vbsd/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/libvbs/event.h"
#include "host/vbsd/peer.h"
#include "lib/status.h"

void server_init(struct server *server, int socket)
{
	*server = (struct server){.socket = socket};
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		server->client[i].socket = -1;
	}
}

void server_poll(const struct server *server,
		 struct pollfd poll[SERVER_POLL_COUNT])
{
	poll[0] = (struct pollfd){.fd = server->socket, .events = POLLIN};
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		const struct server_client *client = &server->client[i];

		poll[i + 1] = (struct pollfd){
			.fd = client->socket,
			.events =
				(short)((client->asked ? 0 : POLLIN) |
					(client->out_bytes != 0 ? POLLOUT : 0)),
		};
	}
}

static void drop(struct server_client *client)
{
	(void)close(client->socket);
	free(client->out);
	*client = (struct server_client){.socket = -1};
}

/* --- sending -------------------------------------------------------------- */

/* Queues a document as a line; drops its reference, and a slow client. */
static void queue(struct server_client *client, json_t *document)
{
	char *text = json_dumps(document, JSON_COMPACT);
	size_t len = text != NULL ? strlen(text) : 0;
	char *out = NULL;

	if (text != NULL && len + 1 <= SERVER_WAITING_MAX - client->out_bytes) {
		out = realloc(client->out, client->out_bytes + len + 1);
	}
	if (out == NULL) {
		drop(client);
	} else {
		memcpy(out + client->out_bytes, text, len);
		out[client->out_bytes + len] = '\n';
		client->out = out;
		client->out_bytes += len + 1;
	}
	free(text);
	json_decref(document);
}

static void send_waiting(struct server_client *client)
{
	ssize_t sent = send(client->socket, client->out, client->out_bytes,
			    MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0) {
		if (errno != EAGAIN && errno != EINTR) {
			drop(client);
		}
		return;
	}
	client->out_bytes -= (size_t)sent;
	memmove(client->out, client->out + sent, client->out_bytes);
	if (client->out_bytes == 0 && client->asked && !client->follows) {
		drop(client);
	}
}

/* --- asking --------------------------------------------------------------- */

static void serve(struct server *server, struct server_client *client,
		  size_t len_bytes)
{
	struct api_request request;
	enum status status = api_parse(client->in, len_bytes, &request);

	client->asked = true;
	if (status != STATUS_OK) {
		queue(client,
		      api_refusal(status, status == STATUS_NOT_FOUND
						  ? "no such call"
						  : "malformed request"));
		return;
	}
	if (!api_is_public(request.call) && !client->may_read_events) {
		queue(client, api_refusal(STATUS_DENIED,
					  "events are for root and the group "
					  "openvbs"));
		return;
	}
	client->follows = request.call == API_FOLLOW;
	queue(client, answer(&server->source, &request));
}

static void receive(struct server *server, struct server_client *client)
{
	size_t room = sizeof(client->in) - client->in_bytes;
	ssize_t got = recv(client->socket, client->in + client->in_bytes, room,
			   MSG_DONTWAIT);
	const char *end;

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (got <= 0) {
		drop(client);
		return;
	}
	client->in_bytes += (size_t)got;
	end = memchr(client->in, '\n', client->in_bytes);
	if (end != NULL) {
		serve(server, client, (size_t)(end - client->in));
	} else if (client->in_bytes == sizeof(client->in)) {
		client->asked = true;
		queue(client, api_refusal(STATUS_INVALID, "line too long"));
	}
}

/* --- connecting ----------------------------------------------------------- */

static struct server_client *free_place(struct server *server,
					const struct peer *peer)
{
	struct server_client *place = NULL;
	size_t same = 0;

	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		struct server_client *client = &server->client[i];

		if (client->socket < 0) {
			place = client;
		} else {
			same += client->user == peer->user;
		}
	}
	if (peer->user != 0 && same >= SERVER_CLIENTS_OF_USER_MAX) {
		return NULL;
	}
	return place;
}

static void accept_client(struct server *server, int64_t now_s)
{
	int socket = accept4(server->socket, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct server_client *client;
	struct peer peer;

	if (socket < 0) {
		return;
	}
	if (!peer_read(socket, CLIENT_GROUP, &peer)) {
		(void)close(socket);
		return;
	}
	client = free_place(server, &peer);
	if (client == NULL) {
		(void)close(socket);
		return;
	}
	*client = (struct server_client){
		.socket = socket,
		.user = peer.user,
		.may_read_events = peer.user == 0 || peer.in_group,
		.deadline_s = now_s + SERVER_SECONDS,
	};
}

static void client_turn(struct server *server, struct server_client *client,
			const struct pollfd *poll, int64_t now_s)
{
	if ((poll->revents & POLLIN) != 0 && !client->asked) {
		receive(server, client);
	} else if ((poll->revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
		drop(client);
	}
	if (client->socket >= 0 && client->out_bytes != 0) {
		send_waiting(client);
	}
	if (client->socket >= 0 && !client->follows &&
	    now_s >= client->deadline_s) {
		drop(client);
	}
}

void server_turn(struct server *server,
		 const struct pollfd poll[SERVER_POLL_COUNT], int64_t now_s)
{
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		struct server_client *client = &server->client[i];

		if (client->socket >= 0 && client->socket == poll[i + 1].fd) {
			client_turn(server, client, &poll[i + 1], now_s);
		}
	}
	if ((poll[0].revents & POLLIN) != 0) {
		accept_client(server, now_s);
	}
}

/* --- following ------------------------------------------------------------ */

void server_push(struct server *server, const struct audit_record *record,
		 size_t count, uint64_t stored_us)
{
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		struct server_client *client = &server->client[i];
		json_t *events;

		if (client->socket < 0 || !client->follows) {
			continue;
		}
		events = json_array();
		for (size_t k = 0; k < count; k++) {
			json_array_append_new(
				events, event_json(&record[k], stored_us));
		}
		queue(client,
		      json_pack("{s:b, s:o}", "ok", 1, "events", events));
	}
}
