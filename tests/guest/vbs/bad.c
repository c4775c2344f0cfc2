// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the driver must refuse, and how: one row each. The first row is good,
 * and every other one differs from it in what its name says.
 */
#include "tests/guest/vbs/vbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "abi/service.h"
#include "abi/vtl_call.h"

#define KERNEL_ADDRESS UINT64_C(0xffffffff81000000)
#define NOT_CANONICAL  UINT64_C(0x0000900000000000)
#define UNMAPPED       UINT64_C(0x0000000000001000)

static uint8_t *own;	   /* a page that can be read and written */
static uint8_t *read_only; /* one that cannot be written */
static uint8_t *edge;	   /* the last 16 bytes before one that is not there */

struct row {
	const char *name;
	int error;
	void (*change)(struct vbs_message *message);
};

#define CHANGE(name, statement)                       \
	static void name(struct vbs_message *message) \
	{                                             \
		statement;                            \
	}
CHANGE(nothing, (void)message)
CHANGE(short_size, message->size_bytes--)
CHANGE(long_size, message->size_bytes++)
CHANGE(zero_size, message->size_bytes = 0)
CHANGE(reserved, message->reserved_zero = 1)
CHANGE(long_in, message->in_bytes = VTL_MESSAGE_DATA_BYTES + 1)
CHANGE(huge_in, message->in_bytes = UINT32_MAX)
CHANGE(long_out, message->out_bytes = VTL_MESSAGE_DATA_BYTES + 1)
CHANGE(huge_out, message->out_bytes = UINT32_MAX)
CHANGE(null_out, message->out = 0)
CHANGE(kernel_out, message->out = KERNEL_ADDRESS)
CHANGE(strange_out, message->out = NOT_CANONICAL)
CHANGE(unmapped_out, message->out = UNMAPPED)
CHANGE(read_only_out, message->out = (uintptr_t)read_only)
CHANGE(edge_out, message->out = (uintptr_t)edge)
CHANGE(kernel_in, message->in = KERNEL_ADDRESS; message->in_bytes = 8)
CHANGE(strange_in, message->in = NOT_CANONICAL; message->in_bytes = 8)
CHANGE(unmapped_in, message->in = UNMAPPED; message->in_bytes = 8)
CHANGE(edge_in, message->in = (uintptr_t)edge; message->in_bytes = 17)
CHANGE(last_in, message->in = UINT64_MAX; message->in_bytes = 8)
CHANGE(no_service, message->service = SERVICE_COUNT)
CHANGE(huge_service, message->service = UINT32_MAX)
CHANGE(start_method, message->method = SERVICE_METHOD_START)
CHANGE(as_vtl1, message->caller = SERVICE_CALLER_VTL1)

static const struct row rows[] = {
	{"a good one", 0, nothing},
	{"size too short", EINVAL, short_size},
	{"size too long", EINVAL, long_size},
	{"size zero", EINVAL, zero_size},
	{"reserved member", EINVAL, reserved},
	{"request too long", EINVAL, long_in},
	{"request without end", EINVAL, huge_in},
	{"reply too long", EINVAL, long_out},
	{"reply without end", EINVAL, huge_out},
	{"reply to NULL", EFAULT, null_out},
	{"reply to the kernel", EFAULT, kernel_out},
	{"reply to no canonical address", EFAULT, strange_out},
	{"reply to nowhere", EFAULT, unmapped_out},
	{"reply to a read-only page", EFAULT, read_only_out},
	{"reply over the edge", EFAULT, edge_out},
	{"request from the kernel", EFAULT, kernel_in},
	{"request from no canonical address", EFAULT, strange_in},
	{"request from nowhere", EFAULT, unmapped_in},
	{"request over the edge", EFAULT, edge_in},
	{"request from the last byte", EFAULT, last_in},
	{"no such service", ENOENT, no_service},
	{"service far out", ENOENT, huge_service},
	{"the start method", EACCES, start_method},
	{"in VTL1's name", EACCES, as_vtl1},
};

static int try_row(int node, const struct row *row)
{
	struct vbs_message message = {
		.size_bytes = sizeof(message),
		.service = SERVICE_SECURE_KERNEL,
		.method = SK_METHOD_STATUS,
		.out_bytes = sizeof(struct sk_status),
		.in = (uintptr_t)own,
		.out = (uintptr_t)own,
	};
	int error;

	row->change(&message);
	error = ioctl(node, VBS_IOC_MESSAGE, &message) == 0 ? 0 : errno;
	if (error == row->error) {
		return 0;
	}
	printf("%s: errno %d, not %d\n", row->name, error, row->error);
	return 1;
}

/* The command number itself, and its argument's address. */
static int try_commands(int node)
{
	static const struct {
		unsigned long command;
		uint64_t argument;
		int error;
	} tries[] = {
		{VBS_IOC_MESSAGE, 0, EFAULT},
		{VBS_IOC_MESSAGE, KERNEL_ADDRESS, EFAULT},
		{VBS_IOC_VERSION, 0, EFAULT},
		{VBS_IOC_VERSION, KERNEL_ADDRESS, EFAULT},
		{_IO('V', 1), 0, ENOTTY},
		{_IO('V', 2), 0, ENOTTY},
		{_IO('V', 3), 0, ENOTTY},
		{_IOW('V', 2, struct vbs_version), 0, ENOTTY},
		{UINT32_MAX, 0, ENOTTY},
	};
	int wrong = 0;

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		int error =
			ioctl(node, tries[i].command, tries[i].argument) == 0
				? 0
				: errno;

		if (error != tries[i].error) {
			printf("command %#lx at %#lx: errno %d, not %d\n",
			       tries[i].command, tries[i].argument, error,
			       tries[i].error);
			wrong++;
		}
	}
	return wrong;
}

static uint8_t *page(int rights)
{
	return mmap(NULL, PAGE_BYTES, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
}

int command_bad(char **words)
{
	int node = node_open();
	int wrong = 0;

	(void)words;
	own = page(PROT_READ | PROT_WRITE);
	read_only = page(PROT_READ);
	edge = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(edge + PAGE_BYTES, PAGE_BYTES);
	edge += PAGE_BYTES - 16;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wrong += try_row(node, &rows[i]);
	}
	wrong += try_commands(node);
	return wrong != 0;
}
