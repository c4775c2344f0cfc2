/* SPDX-License-Identifier: MIT */
/* Sockets in the file system. */
#define _GNU_SOURCE
#include "host/ssh-agent/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define NAME	"openvbs-ssh-agent.sock"
#define BACKLOG 128
#define PRIVATE 0177 /* umask */

int place_inherit(char path[PLACE_PATH_BYTES])
{
	struct sockaddr_un address = {0};
	socklen_t len_bytes = sizeof(address);

	if (sd_listen_fds(1) != 1 ||
	    sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0) <=
		    0 ||
	    getsockname(SD_LISTEN_FDS_START, (struct sockaddr *)&address,
			&len_bytes) != 0) {
		return -1;
	}
	(void)snprintf(path, PLACE_PATH_BYTES, "%.*s",
		       (int)sizeof(address.sun_path), address.sun_path);
	return SD_LISTEN_FDS_START;
}

bool place_default(char path[PLACE_PATH_BYTES])
{
	const char *folder = secure_getenv("XDG_RUNTIME_DIR");
	int len;

	if (folder == NULL || folder[0] != '/') {
		return false;
	}
	len = snprintf(path, PLACE_PATH_BYTES, "%s/" NAME, folder);
	return len > 0 && len < PLACE_PATH_BYTES;
}

/* Nobody listens there any more, and it is a socket. */
static bool is_left_over(const struct sockaddr_un *address)
{
	int socket_to = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat file;
	bool left;

	if (socket_to < 0) {
		return false;
	}
	left = lstat(address->sun_path, &file) == 0 && S_ISSOCK(file.st_mode) &&
	       connect(socket_to, (const struct sockaddr *)address,
		       sizeof(*address)) != 0 &&
	       errno == ECONNREFUSED;
	(void)close(socket_to);
	return left;
}

static int bind_private(int socket_at, const struct sockaddr_un *address)
{
	mode_t before = umask(PRIVATE);
	int result = bind(socket_at, (const struct sockaddr *)address,
			  sizeof(*address));

	(void)umask(before);
	return result;
}

int place_listen(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int socket_at, result, error;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	socket_at =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (socket_at < 0) {
		return -1;
	}
	result = bind_private(socket_at, &address);
	if (result != 0 && errno == EADDRINUSE) {
		if (is_left_over(&address)) {
			(void)unlink(path);
			result = bind_private(socket_at, &address);
		} else {
			errno = EADDRINUSE;
		}
	}
	if (result == 0 && listen(socket_at, BACKLOG) == 0) {
		return socket_at;
	}
	error = errno;
	(void)close(socket_at);
	errno = error;
	return -1;
}
