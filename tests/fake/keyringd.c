/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keyring on a PC, for trying programs without a machine: the service's
 * own code behind vbsd's own socket. It protects nothing.
 *
 *	keyringd FOLDER		folder/keyring.sock, files in folder/keys
 *	OPENVBS_KEYRING=FOLDER/keyring.sock ssh-keygen -D ...
 *
 * SIGUSR1: the service starts anew, as after a crash.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/vbsd/keyserver.h"
#include "tests/fake/keyring_device.h"

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	(void)unlink(path);
	if (bind(listener, (const struct sockaddr *)&address,
		 sizeof(address)) != 0 ||
	    chmod(path, S_IRWXU | S_IRWXG | S_IRWXO) != 0 ||
	    listen(listener, SOMAXCONN) != 0) {
		return -1;
	}
	return listener;
}

int main(int argc, char **argv)
{
	static struct keyserver server;
	static struct keys keys;
	char socket_path[512], files[512];
	sigset_t wake;
	int listener, got;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: keyringd FOLDER\n");
		return EXIT_FAILURE;
	}
	(void)snprintf(socket_path, sizeof(socket_path), "%s/keyring.sock",
		       argv[1]);
	(void)snprintf(files, sizeof(files), "%s/keys", argv[1]);
	(void)mkdir(files, S_IRWXU);
	(void)sigemptyset(&wake);
	(void)sigaddset(&wake, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &wake, NULL);
	keyring_fake_boot();
	keys_init(&keys, -1, &(struct keys_folders){files, files});
	listener = listen_at(socket_path);
	if (listener < 0 || keys_open(&keys) != STATUS_OK ||
	    !keyserver_start(&server, &keys, listener)) {
		perror(socket_path);
		return EXIT_FAILURE;
	}
	while (sigwait(&wake, &got) == 0) {
		keyring_fake_restart();
	}
	return EXIT_SUCCESS;
}
