/* SPDX-License-Identifier: MIT */
/*
 * Connections of the keyring. Each is watched with EPOLLONESHOT, so that one
 * thread has it until it is watched again.
 */
#define _GNU_SOURCE
#include "host/vbsd/keyserver.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/vbsd/peer.h"

#define STACK_BYTES (128 * 1024)

static bool watch(const struct keyserver *server, int operation, int socket,
		  void *what)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT,
				    .data.ptr = what};

	return epoll_ctl(server->epoll, operation, socket, &event) == 0;
}

static struct keyserver_client *place_take(struct keyserver *server,
					   const struct peer *peer, int socket)
{
	struct keyserver_client *place = NULL;
	size_t same = 0;

	(void)pthread_mutex_lock(&server->lock);
	for (size_t i = 0; i < KEYSERVER_CLIENTS_MAX; i++) {
		struct keyserver_client *client = &server->client[i];

		if (client->socket < 0) {
			place = client;
		} else {
			same += client->user == peer->user;
		}
	}
	if (peer->user != 0 && same >= KEYSERVER_CLIENTS_OF_USER) {
		place = NULL;
	}
	if (place != NULL) {
		*place = (struct keyserver_client){
			.socket = socket,
			.user = peer->user,
			.system = peer->user == 0 || peer->in_group,
		};
	}
	(void)pthread_mutex_unlock(&server->lock);
	return place;
}

static void drop(struct keyserver *server, struct keyserver_client *client)
{
	(void)pthread_mutex_lock(&server->lock);
	(void)close(client->socket);
	client->socket = -1;
	(void)pthread_mutex_unlock(&server->lock);
}

static void accept_one(struct keyserver *server)
{
	int socket = accept4(server->socket, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct keyserver_client *client;
	struct peer peer;

	if (socket < 0) {
		return;
	}
	client = peer_read(socket, KEYRING_GROUP, &peer)
			 ? place_take(server, &peer, socket)
			 : NULL;
	if (client == NULL) {
		(void)close(socket);
	} else if (!watch(server, EPOLL_CTL_ADD, socket, client)) {
		drop(server, client);
	}
}

/* One request; false when the connection is over. */
static bool exchange_one(struct keyserver *server,
			 const struct keyserver_client *client,
			 struct keys_exchange *exchange)
{
	ssize_t got = recv(client->socket, exchange->in.bytes,
			   sizeof(exchange->in.bytes), MSG_TRUNC);

	if (got < 0) {
		return errno == EAGAIN || errno == EINTR;
	}
	if (got == 0 || (size_t)got > sizeof(exchange->in.bytes)) {
		return false;
	}
	exchange->in_bytes = (size_t)got;
	exchange->user = client->user;
	exchange->system = client->system;
	keys_serve(server->keys, exchange);
	return send(client->socket, exchange->out.bytes, exchange->out_bytes,
		    MSG_NOSIGNAL) == (ssize_t)exchange->out_bytes;
}

static void *serve(void *context)
{
	struct keyserver *server = context;
	struct keys_exchange exchange;
	struct epoll_event event;

	for (;;) {
		struct keyserver_client *client;

		if (epoll_wait(server->epoll, &event, 1, -1) != 1) {
			continue;
		}
		client = event.data.ptr;
		if (client == NULL) {
			accept_one(server);
			(void)watch(server, EPOLL_CTL_MOD, server->socket,
				    NULL);
			continue;
		}
		if (!exchange_one(server, client, &exchange) ||
		    !watch(server, EPOLL_CTL_MOD, client->socket, client)) {
			drop(server, client);
		}
		explicit_bzero(&exchange, sizeof(exchange));
	}
	return NULL;
}

bool keyserver_start(struct keyserver *server, struct keys *keys, int socket)
{
	pthread_attr_t attributes;
	int error = 0;

	*server = (struct keyserver){.keys = keys, .socket = socket};
	(void)pthread_mutex_init(&server->lock, NULL);
	for (size_t i = 0; i < KEYSERVER_CLIENTS_MAX; i++) {
		server->client[i].socket = -1;
	}
	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (server->epoll < 0 || !watch(server, EPOLL_CTL_ADD, socket, NULL)) {
		return false;
	}
	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < KEYSERVER_THREADS && error == 0; i++) {
		pthread_t thread;

		error = pthread_create(&thread, &attributes, serve, server);
	}
	(void)pthread_attr_destroy(&attributes);
	errno = error;
	return error == 0;
}
