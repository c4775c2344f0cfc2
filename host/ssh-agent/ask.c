/* SPDX-License-Identifier: MIT */
/* Runs ssh-askpass, reads its one line. */
#define _GNU_SOURCE
#include "host/ssh-agent/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS_PER_S     1000
#define NS_PER_MS    1000000
#define ANSWER_BYTES 1024

static const char *program(void)
{
	const char *named = getenv("SSH_ASKPASS");

	return named != NULL && named[0] == '/' ? named : ASK_PROGRAM;
}

static int64_t now_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

/* With `out` as its standard output and no signal blocked; -1: not at all. */
static pid_t start(const char *question, int out)
{
	char *const words[] = {(char *)(uintptr_t)program(),
			       (char *)(uintptr_t)question, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t child = -1;

	(void)sigemptyset(&none);
	if (posix_spawn_file_actions_init(&actions) != 0) {
		return -1;
	}
	if (posix_spawnattr_init(&attributes) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return -1;
	}
	if (posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) !=
		    0 ||
	    posix_spawnattr_setsigmask(&attributes, &none) != 0 ||
	    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) !=
		    0 ||
	    posix_spawn(&child, words[0], &actions, &attributes, words,
			environ) != 0) {
		child = -1;
	}
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return child;
}

/* All that comes before the end, in time; false: too much or too late. */
static bool read_answer(int in, char answer[ANSWER_BYTES], size_t *len)
{
	int64_t end_ms = now_ms() + ASK_PATIENCE_S * MS_PER_S;

	for (*len = 0; *len < ANSWER_BYTES;) {
		struct pollfd ready = {.fd = in, .events = POLLIN};
		int64_t left_ms = end_ms - now_ms();
		ssize_t got;

		if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) == 0) {
			return false;
		}
		got = read(in, answer + *len, ANSWER_BYTES - *len);
		if (got == 0) {
			return true;
		}
		if (got < 0 && errno != EINTR) {
			return false;
		}
		*len += got > 0 ? (size_t)got : 0;
	}
	return false;
}

/* Whether the program has ended well; one that has not ended is killed. */
static bool finish(pid_t child, bool in_time)
{
	int how = 0;

	if (!in_time) {
		(void)kill(child, SIGKILL);
	}
	while (waitpid(child, &how, 0) < 0) {
		if (errno != EINTR) {
			return false;
		}
	}
	return in_time && WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

static bool ask(const char *question, char answer[ANSWER_BYTES], size_t *len)
{
	int ends[2];
	pid_t child;
	bool good;

	if (access(program(), X_OK) != 0 || pipe2(ends, O_CLOEXEC) != 0) {
		return false;
	}
	child = start(question, ends[1]);
	(void)close(ends[1]);
	good = child > 0 && read_answer(ends[0], answer, len);
	(void)close(ends[0]);
	if (child > 0) {
		good = finish(child, good);
	}
	*len = good ? *len : 0;
	for (size_t i = 0; i < *len; i++) {
		if (answer[i] == '\n' || answer[i] == '\r') {
			*len = i;
		}
	}
	return good;
}

bool ask_confirm(const char *question)
{
	char answer[ANSWER_BYTES];
	size_t len = 0;
	bool good;

	if (setenv("SSH_ASKPASS_PROMPT", "confirm", 1) != 0) {
		return false;
	}
	good = ask(question, answer, &len) &&
	       (len == 0 || (len == 3 && strncasecmp(answer, "yes", 3) == 0));
	(void)unsetenv("SSH_ASKPASS_PROMPT");
	return good;
}

size_t ask_pin(const char *question, char *pin, size_t room)
{
	char answer[ANSWER_BYTES];
	size_t len = 0;

	if (!ask(question, answer, &len) || len > room) {
		len = 0;
	}
	memcpy(pin, answer, len);
	explicit_bzero(answer, sizeof(answer));
	return len;
}
