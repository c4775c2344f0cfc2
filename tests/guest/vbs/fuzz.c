// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random ioctls, most of them nearly right. What the driver promises is
 * checked each time: an errno of its list, no more bytes than there is room
 * for, nothing behind the room touched.
 */
#include "tests/guest/vbs/vbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "abi/audit.h"
#include "abi/service.h"
#include "abi/vtl_call.h"

#define GUARD_BYTE 0x5a

static uint64_t state;
static uint8_t *in, *out; /* two pages each, the second one not there */

void random_seed(uint64_t seed)
{
	state = seed;
}

/* SplitMix64: Steele, Lea, Flood, OOPSLA 2014. */
uint64_t random_next(void)
{
	uint64_t value = state += 0x9e3779b97f4a7c15;

	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
	value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
	return value ^ (value >> 31);
}

uint64_t random_below(uint64_t bound)
{
	return random_next() % bound;
}

static bool one_in(uint64_t count)
{
	return random_below(count) == 0;
}

static uint64_t strange(void)
{
	static const uint64_t values[] = {
		0,
		1,
		VTL_MESSAGE_DATA_BYTES,
		VTL_MESSAGE_DATA_BYTES + 1,
		PAGE_BYTES,
		INT32_MAX,
		UINT32_MAX,
		INT64_MAX,
		UINT64_MAX,
		UINT64_C(0xffff888000000000),
		UINT64_C(0xffffffff81000000),
	};

	return one_in(2) ? random_next()
			 : values[random_below(sizeof(values) /
					       sizeof(values[0]))];
}

/* Mostly what a caller would send; each member is spoilt now and then. */
static void compose(struct vbs_message *message)
{
	static const uint32_t in_sizes[] = {
		0, sizeof(struct audit_read), AUDIT_NONCE_BYTES,
		sizeof(struct audit_put), VTL_MESSAGE_DATA_BYTES};
	uint32_t out_bytes = (uint32_t)random_below(VTL_MESSAGE_DATA_BYTES + 1);

	*message = (struct vbs_message){
		.size_bytes = sizeof(*message),
		.service = (uint32_t)random_below(SERVICE_COUNT + 1),
		.method = (uint32_t)random_below(6),
		.in_bytes = in_sizes[random_below(sizeof(in_sizes) /
						  sizeof(in_sizes[0]))],
		.out_bytes = out_bytes,
		.caller = random_next(),
		.in = (uintptr_t)in,
		.out = (uintptr_t)out + PAGE_BYTES - out_bytes,
	};
	if (message->service == SERVICE_ECHO) {
		message->service = SERVICE_AUDIT; /* echo crashes on request */
	}
	if (one_in(4)) {
		uint64_t value = strange();
		size_t at = random_below(sizeof(*message) / 4) * 4;

		memcpy((uint8_t *)message + at, &value, 4);
	}
	for (size_t i = 0; i < AUDIT_NONCE_BYTES; i++) {
		in[i] = (uint8_t)random_next();
	}
}

static bool is_known(int error)
{
	static const int known[] = {0,	    EINVAL,	EACCES,	  ENOENT,
				    ENOMEM, ENOSPC,	EFAULT,	  EBADMSG,
				    EEXIST, EOPNOTSUPP, EREMOTEIO};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i] == error) {
			return true;
		}
	}
	return false;
}

static int try_message(int node)
{
	struct vbs_message message, before;
	int error;

	compose(&message);
	before = message;
	memset(out, GUARD_BYTE, PAGE_BYTES);
	error = ioctl(node, VBS_IOC_MESSAGE, &message) == 0 ? 0 : errno;
	if (!is_known(error)) {
		fail("errno %d", error);
	}
	if (error == 0 && message.out_bytes > before.out_bytes) {
		fail("%u bytes where %u have room", message.out_bytes,
		     before.out_bytes);
	}
	if (before.out >= (uintptr_t)out &&
	    before.out < (uintptr_t)out + PAGE_BYTES) {
		for (uint8_t *at = out; at < (uint8_t *)before.out; at++) {
			if (*at != GUARD_BYTE) {
				fail("bytes before the room are changed");
			}
		}
	}
	return error;
}

static uint8_t *two_pages(void)
{
	uint8_t *pages = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(pages + PAGE_BYTES, PAGE_BYTES);
	return pages;
}

int command_fuzz(char **words)
{
	double end = now() + atof(words[0]);
	uint64_t count = 0, good = 0;
	int node = node_open();

	random_seed(strtoull(words[1], NULL, 0));
	in = two_pages();
	out = two_pages();
	while (now() < end) {
		if (one_in(16)) {
			ioctl(node, (unsigned long)random_next(), strange());
		} else {
			good += try_message(node) == 0;
		}
		count++;
	}
	printf("%lu ioctls, %lu of them answered\n", count, good);
	return good == 0;
}
