/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See keyringd.h. */
#define _GNU_SOURCE
#include "tests/unit/keyringd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/libvbs/keyring.h"
#include "tests/unit/unit.h"

#define PATIENCE 1000 /* rounds of 10 ms until it listens */

static char folder[64];
static pid_t child;

static _Noreturn void become_keyringd(void)
{
	const char *beside = getenv("UNIT_BESIDE");
	char program[256];

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)snprintf(program, sizeof(program), "%s/keyringd",
		       beside != NULL ? beside : ".");
	(void)execl(program, program, folder, NULL);
	perror(program);
	_exit(1);
}

int keyringd_start(void **unused)
{
	const struct timespec round = {.tv_nsec = 10000000};
	char path[KEYRINGD_PATH_BYTES];
	int connection = -1;

	(void)unused;
	(void)snprintf(folder, sizeof(folder), "/tmp/openvbs-unit-XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	keyringd_path("keyring.sock", path);
	if (setenv("OPENVBS_KEYRING", path, 1) != 0) {
		return -1;
	}
	child = fork();
	if (child == 0) {
		become_keyringd();
	}
	for (int i = 0; child > 0 && connection < 0 && i < PATIENCE; i++) {
		(void)nanosleep(&round, NULL);
		connection = keyring_connect(keyring_path());
	}
	return connection < 0 ? -1 : close(connection);
}

void keyringd_kill(void)
{
	if (child > 0) {
		(void)kill(child, SIGKILL);
		(void)waitpid(child, NULL, 0);
	}
	child = 0;
}

int keyringd_stop(void **unused)
{
	char command[128];

	(void)unused;
	keyringd_kill();
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

void keyringd_path(const char *name, char path[KEYRINGD_PATH_BYTES])
{
	(void)snprintf(path, KEYRINGD_PATH_BYTES, "%s/%s", folder, name);
}

void keyringd_write(const char *name, const void *bytes, size_t len_bytes,
		    char path[KEYRINGD_PATH_BYTES])
{
	FILE *file;

	keyringd_path(name, path);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len_bytes, file), len_bytes);
	assert_int_equal(fclose(file), 0);
}
