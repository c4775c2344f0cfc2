/* SPDX-License-Identifier: MIT */
/* The client's side of host/libvbs/keyring.h. */
#define _GNU_SOURCE
#include "host/libvbs/keyring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

const char *keyring_path(void)
{
	const char *path = secure_getenv("OPENVBS_KEYRING");

	return path != NULL ? path : KEYRING_SOCKET;
}

int keyring_connect(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int connection, error;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (connection >= 0 &&
	    connect(connection, (const struct sockaddr *)&address,
		    sizeof(address)) != 0) {
		error = errno;
		(void)close(connection);
		errno = error;
		return -1;
	}
	return connection;
}

static ssize_t again(int connection, struct msghdr *message, int receive)
{
	ssize_t moved;

	do {
		moved = receive ? recvmsg(connection, message, 0)
				: sendmsg(connection, message, MSG_NOSIGNAL);
	} while (moved < 0 && errno == EINTR);
	return moved;
}

static struct iovec piece(const void *bytes, size_t len_bytes)
{
	return (struct iovec){.iov_base = (void *)(uintptr_t)bytes,
			      .iov_len = len_bytes};
}

enum status keyring_call(int connection, struct keyring_call *call)
{
	struct keyring_request request = {.method = call->method};
	struct keyring_reply reply;
	struct iovec out[] = {piece(&request, sizeof(request)),
			      piece(call->in, call->in_bytes),
			      piece(call->data, call->data_bytes)};
	struct iovec in[] = {piece(&reply, sizeof(reply)),
			     piece(call->out, call->out_bytes)};
	struct msghdr to = {.msg_iov = out, .msg_iovlen = 3};
	struct msghdr from = {.msg_iov = in, .msg_iovlen = 2};
	ssize_t moved;

	if (call->in_bytes > KEYRING_MESSAGE_BYTES ||
	    call->data_bytes > KEYRING_MESSAGE_BYTES - call->in_bytes) {
		return STATUS_INVALID;
	}
	if (again(connection, &to, 0) < 0) {
		return STATUS_INTERRUPTED;
	}
	moved = again(connection, &from, 1);
	if (moved <= 0) {
		return STATUS_INTERRUPTED;
	}
	if ((size_t)moved < sizeof(reply) ||
	    (from.msg_flags & MSG_TRUNC) != 0) {
		return STATUS_CORRUPT;
	}
	call->out_bytes = (size_t)moved - sizeof(reply);
	return (enum status)reply.status;
}
