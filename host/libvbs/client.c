/* SPDX-License-Identifier: MIT */
/* The client's side of host/libvbs/client.h. */
#define _GNU_SOURCE
#include "host/libvbs/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SEND_SECONDS 10

FILE *client_open(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = SEND_SECONDS};
	FILE *stream = NULL;
	int vbsd, error;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	memcpy(address.sun_path, path, strlen(path));
	vbsd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (vbsd < 0) {
		return NULL;
	}
	if (setsockopt(vbsd, SOL_SOCKET, SO_SNDTIMEO, &patience,
		       sizeof(patience)) == 0 &&
	    connect(vbsd, (const struct sockaddr *)&address, sizeof(address)) ==
		    0) {
		stream = fdopen(vbsd, "r+e");
	}
	if (stream == NULL) {
		error = errno;
		(void)close(vbsd);
		errno = error;
	}
	return stream;
}

json_t *client_next(FILE *vbsd)
{
	json_t *reply = NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t len = getline(&line, &room, vbsd);

	if (len > 0) {
		reply = json_loadb(line, (size_t)len, 0, NULL);
	}
	free(line);
	if (!json_is_object(reply)) {
		json_decref(reply);
		return NULL;
	}
	return reply;
}

json_t *client_ask(FILE *vbsd, json_t *request)
{
	int sent = json_dumpf(request, vbsd, JSON_COMPACT);

	json_decref(request);
	if (sent != 0 || fputc('\n', vbsd) == EOF || fflush(vbsd) != 0) {
		return NULL;
	}
	return client_next(vbsd);
}

const char *client_refusal(const json_t *reply)
{
	const char *words = "vbsd does not answer";

	if (reply != NULL && json_is_true(json_object_get(reply, "ok"))) {
		return NULL;
	}
	if (json_is_string(json_object_get(reply, "words"))) {
		words = json_string_value(json_object_get(reply, "words"));
	}
	return words;
}
