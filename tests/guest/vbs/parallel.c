// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many callers at once. Every other one sends the audit service a nonce of its
 * own to be signed and must get that nonce back, with a log that never runs
 * backwards; the others have as many bytes as fit echoed.
 */
#include "tests/guest/vbs/vbs.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/audit.h"
#include "abi/service.h"
#include "abi/vtl_call.h"
#include "svc/echo/echo.h"

static void echo(int node)
{
	static uint64_t in[VTL_MESSAGE_DATA_BYTES / sizeof(uint64_t)];
	static uint64_t out[VTL_MESSAGE_DATA_BYTES / sizeof(uint64_t)];
	struct vbs_message message = {
		.service = SERVICE_ECHO,
		.method = ECHO_METHOD_ECHO,
		.in_bytes = sizeof(in),
		.out_bytes = sizeof(out),
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
	};
	int error;

	for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		in[i] = random_next();
	}
	error = node_message(node, &message);
	if (error != 0 || message.status != 0 ||
	    message.out_bytes != sizeof(out)) {
		fail("error %d, status %u, %u bytes", error, message.status,
		     message.out_bytes);
	}
	if (memcmp(in, out, sizeof(in)) != 0) {
		fail("another echo");
	}
}

static void ask(int node, uint64_t *sequence)
{
	struct audit_signed_head head = {0};
	uint64_t nonce[AUDIT_NONCE_BYTES / sizeof(uint64_t)];
	struct vbs_message message = {
		.service = SERVICE_AUDIT,
		.method = AUDIT_METHOD_HEAD,
		.in_bytes = sizeof(nonce),
		.out_bytes = sizeof(head),
		.in = (uintptr_t)nonce,
		.out = (uintptr_t)&head,
	};
	int error;

	for (size_t i = 0; i < sizeof(nonce) / sizeof(nonce[0]); i++) {
		nonce[i] = random_next();
	}
	error = node_message(node, &message);
	if (error != 0 || message.status != 0 ||
	    message.out_bytes != sizeof(head)) {
		fail("error %d, status %u, %u bytes", error, message.status,
		     message.out_bytes);
	}
	if (memcmp(head.head.nonce, nonce, sizeof(nonce)) != 0) {
		fail("somebody else's reply");
	}
	if (head.head.sequence < *sequence) {
		fail("the log runs backwards");
	}
	*sequence = head.head.sequence;
}

/* One process's part, bound to no CPU: it moves while it is interrupted. */
static void work(unsigned int index, double seconds, uint64_t *count)
{
	double end = now() + seconds;
	uint64_t sequence = 0;
	int node = node_open();

	random_seed(index + 1);
	while (now() < end) {
		if (index % 2 == 0) {
			ask(node, &sequence);
		} else {
			echo(node);
		}
		(*count)++;
	}
	_exit(0);
}

int command_parallel(char **words)
{
	unsigned int processes = (unsigned int)atoi(words[0]);
	uint64_t *counts =
		mmap(NULL, processes * sizeof(*counts), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t total = 0;
	int status, wrong = 0;

	for (unsigned int i = 0; i < processes; i++) {
		if (fork() == 0) {
			work(i, atof(words[1]), &counts[i]);
		}
	}
	for (unsigned int i = 0; i < processes; i++) {
		wait(&status);
		wrong += status != 0;
	}
	for (unsigned int i = 0; i < processes; i++) {
		if (counts[i] == 0) {
			fail("process %u has done nothing", i);
		}
		total += counts[i];
	}
	printf("%lu calls, %d processes failed\n", total, wrong);
	return wrong != 0;
}
