/* SPDX-License-Identifier: MIT */
/*
 * openvbs-ssh-agent: an ssh agent whose private keys are in VTL1. Started by
 * systemd with its socket, or by hand as ssh-agent is. One thread, one loop.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "host/ssh-agent/place.h"
#include "host/ssh-agent/server.h"

#define EXIT_MISUSED 64
#define MS_PER_S     1000
#define NS_PER_MS    1000000
#define POLL_SIGNAL  SERVER_POLL_COUNT
#define POLL_COUNT   (SERVER_POLL_COUNT + 1)

struct options {
	const char *path; /* NULL: the default */
	bool foreground;
	bool system;
};

/* Time asleep counts: a key's lifetime is of the clock on the wall. */
static int64_t now_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

static int usage(FILE *to)
{
	(void)fprintf(
		to,
		"usage: openvbs-ssh-agent [-D] [-a PATH] [--system]\n\n"
		"An ssh agent whose private keys are in VTL1.\n\n"
		"  -a PATH   listen at this socket\n"
		"  -D        stay in the foreground, say why requests fail\n"
		"  --system  offer the system's keys; for root and the group "
		"openvbs-keys\n\n"
		"Prints what a shell should evaluate, as ssh-agent does. "
		"`vbsctl key generate`\nmakes a key.\n");
	return to == stdout ? EXIT_SUCCESS : EXIT_MISUSED;
}

/* -1: go on; else the program's exit status. */
static int parse(int argc, char **argv, struct options *options)
{
	static const struct option words[] = {
		{"system", no_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int word;

	while ((word = getopt_long(argc, argv, "a:Dh", words, NULL)) != -1) {
		switch (word) {
		case 'a':
			options->path = optarg;
			break;
		case 'D':
			options->foreground = true;
			break;
		case 's':
			options->system = true;
			break;
		case 'h':
			return usage(stdout);
		default:
			return usage(stderr);
		}
	}
	return optind == argc ? -1 : usage(stderr);
}

/* Nobody may look into this process, nor into what is left of it. */
static void harden(void)
{
	const struct rlimit none = {0};

	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
}

static int catch_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
		return -1;
	}
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int loop(struct server *server, int signals)
{
	static struct pollfd ready[POLL_COUNT]; /* large */

	for (;;) {
		int wait_ms = server_poll(server, ready, now_ms());

		ready[POLL_SIGNAL] =
			(struct pollfd){.fd = signals, .events = POLLIN};
		if (poll(ready, POLL_COUNT, wait_ms) < 0 && errno != EINTR) {
			perror("openvbs-ssh-agent: poll");
			return EXIT_FAILURE;
		}
		if ((ready[POLL_SIGNAL].revents & POLLIN) != 0) {
			return EXIT_SUCCESS;
		}
		server_turn(server, ready, now_ms());
	}
}

/* Goes to the background; the parent tells the shell and ends. */
static void detach(const char *path)
{
	pid_t child = fork();
	int null;

	if (child < 0) {
		perror("openvbs-ssh-agent: cannot go to the background");
		exit(EXIT_FAILURE);
	}
	if (child > 0) {
		printf("SSH_AUTH_SOCK=%s; export SSH_AUTH_SOCK;\n"
		       "SSH_AGENT_PID=%ld; export SSH_AGENT_PID;\n"
		       "echo Agent pid %ld;\n",
		       path, (long)child, (long)child);
		exit(fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	(void)setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++) {
		(void)dup2(null, fd);
	}
}

/* Listens by itself; -1 and a complaint. */
static int listen_here(const struct options *options,
		       char path[PLACE_PATH_BYTES])
{
	int socket;

	if (options->path != NULL) {
		(void)snprintf(path, PLACE_PATH_BYTES, "%s", options->path);
	} else if (!place_default(path)) {
		(void)fprintf(stderr, "openvbs-ssh-agent: where to listen? "
				      "Name a socket with -a\n");
		return -1;
	}
	socket = place_listen(options->path != NULL ? options->path : path);
	if (socket < 0) {
		(void)fprintf(stderr, "openvbs-ssh-agent: %s: %s%s\n", path,
			      strerror(errno),
			      errno == EADDRINUSE
				      ? "; another agent listens there, use it "
					"or name another socket with -a"
				      : "");
		return -1;
	}
	if (options->foreground) {
		printf("SSH_AUTH_SOCK=%s; export SSH_AUTH_SOCK;\n", path);
		(void)fflush(stdout);
	} else {
		detach(path);
	}
	return socket;
}

int main(int argc, char **argv)
{
	static struct agent agent; /* large, and live as long as main */
	static struct server server;
	struct options options = {0};
	char path[PLACE_PATH_BYTES];
	int result = parse(argc, argv, &options), signals;
	bool inherited;

	if (result >= 0) {
		return result;
	}
	harden();
	server.owner = geteuid();
	server.agent = &agent;
	server.socket = place_inherit(path);
	inherited = server.socket >= 0;
	if (!inherited) {
		server.socket = listen_here(&options, path);
	}
	signals = catch_signals();
	if (server.socket < 0 || signals < 0) {
		return EXIT_FAILURE;
	}
	keys_init(&agent.keys,
		  options.system ? KEYRING_OWNER_SYSTEM : server.owner, path);
	(void)sd_notify(0, "READY=1");
	result = loop(&server, signals);
	server_close(&server);
	keys_close(&agent.keys);
	if (!inherited) {
		(void)unlink(path);
	}
	return result;
}
