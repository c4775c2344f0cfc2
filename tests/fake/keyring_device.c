/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See keyring_device.h. Several threads may call at once, as in VTL1. */
#define _GNU_SOURCE
#include "tests/fake/keyring_device.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "abi/service.h"
#include "host/libvbs/device.h"
#include "svc/keyring/outside.h"
#include "svc/rt/rt.h"

#define CLOCK_ROUND_NS	20000000L
#define ROUNDS_A_SECOND 50

struct keyring_fake keyring_fake;
static uint8_t root[SERVICE_ROOT_BYTES];
static uint64_t time_per_second;
static pthread_mutex_t event_lock = PTHREAD_MUTEX_INITIALIZER;

_Noreturn void rt_crash(void)
{
	abort();
}

void rt_random(void *unused, size_t len_bytes, uint8_t *to)
{
	(void)unused;
	while (len_bytes != 0) {
		ssize_t got = getrandom(to, len_bytes, 0);

		if (got > 0) {
			to += got;
			len_bytes -= (size_t)got;
		}
	}
}

void outside_epoch(uint64_t next)
{
	if (next != keyring_fake.epoch + 1 &&
	    !(keyring_fake.anchored && keyring_fake.epoch == 0)) {
		rt_crash();
	}
	keyring_fake.epoch = next;
}

void outside_event(uint32_t kind, uint64_t a, uint64_t b)
{
	(void)pthread_mutex_lock(&event_lock);
	keyring_fake.event[keyring_fake.event_count++ % KEYRING_FAKE_EVENTS] =
		(struct event){.kind = kind, .a = a, .b = b};
	(void)pthread_mutex_unlock(&event_lock);
}

unsigned keyring_fake_count(uint32_t kind, uint64_t *a, uint64_t *b)
{
	unsigned most = keyring_fake.event_count < KEYRING_FAKE_EVENTS
				? keyring_fake.event_count
				: KEYRING_FAKE_EVENTS;
	unsigned count = 0;

	for (unsigned i = 0; i < most; i++) {
		if (keyring_fake.event[i].kind == kind) {
			count++;
			*a = keyring_fake.event[i].a;
			*b = keyring_fake.event[i].b;
		}
	}
	return count;
}

static void clock_measure(void)
{
	const struct timespec round = {.tv_nsec = CLOCK_ROUND_NS};
	uint64_t begin = rt_time();

	(void)nanosleep(&round, NULL);
	time_per_second = (rt_time() - begin) * ROUNDS_A_SECOND;
}

void keyring_fake_restart(void)
{
	struct service_start start = {.epoch = keyring_fake.epoch,
				      .time_per_second = time_per_second,
				      .root_anchored = keyring_fake.anchored};

	memcpy(start.root, root, sizeof(start.root));
	if (rt_service.start(&start) != STATUS_OK) {
		abort();
	}
}

void keyring_fake_reboot(void)
{
	keyring_fake.epoch = 0;
	keyring_fake_restart();
}

void keyring_fake_boot(void)
{
	memset(&keyring_fake, 0, sizeof(keyring_fake));
	rt_random(NULL, sizeof(root), root);
	clock_measure();
	keyring_fake_restart();
}

enum status device_call(int device, struct device_call *call)
{
	static _Thread_local struct service_buffer buffer;
	enum status status;

	(void)device;
	if (keyring_fake.lost || call->service != SERVICE_KEYRING) {
		return STATUS_NOT_FOUND;
	}
	buffer = (struct service_buffer){
		.caller = call->caller,
		.from = SERVICE_SECURE_KERNEL,
		.bytes = (uint32_t)call->in_bytes,
		.bytes_max = (uint32_t)call->out_bytes,
	};
	if (call->in_bytes != 0) {
		memcpy(buffer.data, call->in, call->in_bytes);
	}
	status = rt_dispatch(&rt_service, call->method, &buffer);
	call->out_bytes = buffer.bytes;
	if (buffer.bytes != 0) {
		memcpy(call->out, buffer.data, buffer.bytes);
	}
	return status;
}
