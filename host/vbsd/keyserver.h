/* SPDX-License-Identifier: MIT */
/*
 * The keyring's socket (host/libvbs/keyring.h): a few threads serve any number
 * of connections, a request at a time of each. Anybody can connect; there are
 * bounds on connections, and nobody is waited for.
 */
#ifndef OPENVBS_HOST_VBSD_KEYSERVER_H
#define OPENVBS_HOST_VBSD_KEYSERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "host/vbsd/keys.h"

#define KEYSERVER_THREADS	  4
#define KEYSERVER_CLIENTS_MAX	  256
#define KEYSERVER_CLIENTS_OF_USER 64 /* of one that is not root */

struct keyserver_client {
	int socket; /* -1: free */
	uid_t user;
	bool system;
};

struct keyserver {
	struct keys *keys;
	int socket; /* listens */
	int epoll;
	pthread_mutex_t lock; /* guards the table; not a client's members,
				 which are the thread's that epoll woke */
	struct keyserver_client client[KEYSERVER_CLIENTS_MAX];
};

/* Starts the threads, which end with the process. False and errno. */
bool keyserver_start(struct keyserver *server, struct keys *keys, int socket);

#endif
