// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of commands, and the plain ones among them. Run by the tests.
 */
#include "tests/guest/vbs/vbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "abi/service.h"
#include "abi/vtl.h"
#include "abi/vtl_call.h"
#include "svc/echo/echo.h"

#define NODE "/dev/vbs"

struct command {
	const char *name;
	int words;
	int (*run)(char **words);
	const char *usage;
};

static const struct command commands[] = {
	{"version", 0, command_version, "prints both versions"},
	{"message", 4, command_message,
	 "SERVICE METHOD OUT_BYTES HEX: prints status and reply"},
	{"hold", 1, command_hold, "SECONDS: keeps the device open"},
	{"loop", 1, command_loop,
	 "ROUNDS: has echo compute that long, until it is killed"},
	{"user-call", 0, command_user_call, "a VTL call from ring 3"},
	{"parallel", 2, command_parallel,
	 "PROCESSES SECONDS: each one's replies must be its own"},
	{"bad", 0, command_bad, "arguments that the driver must refuse"},
	{"fuzz", 2, command_fuzz, "SECONDS SEED: arguments of all kinds"},
};

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stdout, format, arguments);
	va_end(arguments);
	fputc('\n', stdout);
	exit(1);
}

int node_open(void)
{
	int node = open(NODE, O_RDWR | O_CLOEXEC);

	if (node < 0) {
		fail("%s: %s", NODE, strerror(errno));
	}
	return node;
}

int node_message(int node, struct vbs_message *message)
{
	message->size_bytes = sizeof(*message);
	return ioctl(node, VBS_IOC_MESSAGE, message) == 0 ? 0 : errno;
}

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int command_version(char **words)
{
	struct vbs_version version;

	(void)words;
	if (ioctl(node_open(), VBS_IOC_VERSION, &version) != 0) {
		fail("%s", strerror(errno));
	}
	printf("%u %u\n", version.ioctl_version, version.vtl_call_version);
	return 0;
}

static size_t read_hex(const char *hex, uint8_t *to, size_t bytes_max)
{
	size_t bytes = 0;
	int used;

	while (bytes < bytes_max &&
	       sscanf(hex, "%2hhx%n", &to[bytes], &used) == 1) {
		hex += used;
		bytes++;
	}
	return bytes;
}

int command_message(char **words)
{
	uint8_t in[VTL_MESSAGE_DATA_BYTES], out[VTL_MESSAGE_DATA_BYTES];
	struct vbs_message message = {
		.service = (uint32_t)strtoul(words[0], NULL, 0),
		.method = (uint32_t)strtoul(words[1], NULL, 0),
		.out_bytes = (uint32_t)strtoul(words[2], NULL, 0),
		.in_bytes = (uint32_t)read_hex(words[3], in, sizeof(in)),
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
	};
	int error = node_message(node_open(), &message);

	if (error != 0) {
		fail("errno %d (%s)", error, strerror(error));
	}
	printf("status %u\n", message.status);
	for (uint32_t i = 0; i < message.out_bytes; i++) {
		printf("%02x", out[i]);
	}
	putchar('\n');
	return 0;
}

int command_hold(char **words)
{
	node_open();
	sleep((unsigned int)atoi(words[0]));
	return 0;
}

int command_loop(char **words)
{
	struct echo_request spin = {.a = strtoull(words[0], NULL, 0)};
	int node = node_open();

	for (;;) {
		struct vbs_message message = {
			.service = SERVICE_ECHO,
			.method = ECHO_METHOD_SPIN,
			.in_bytes = sizeof(spin),
			.in = (uintptr_t)&spin,
		};
		int error = node_message(node, &message);

		if (error != 0 || message.status != 0) {
			fail("error %d, status %u", error, message.status);
		}
	}
}

/* Only a child dies of it. */
int command_user_call(char **words)
{
	pid_t child = fork();
	int status;

	(void)words;
	if (child == 0) {
		uint64_t result = 0, call = VTL_CALL_VERSION;
		uint64_t code = HVCALL_VTL_CALL;

		asm volatile("vmmcall"
			     : "+a"(result), "+c"(code), "+d"(call)
			     :
			     : "r8", "r9", "r10", "r11", "memory");
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGILL) {
		fail("no SIGILL: wait status %#x", status);
	}
	return 0;
}

int main(int count, char **words)
{
	const char *name = count > 1 ? words[1] : "help";

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *command = &commands[i];

		if (strcmp(command->name, name) == 0 &&
		    count - 2 == command->words) {
			return command->run(words + 2);
		}
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		printf("%s: %s\n", commands[i].name, commands[i].usage);
	}
	return 2;
}
