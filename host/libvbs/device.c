/* SPDX-License-Identifier: MIT */
/* The ioctls of /dev/vbs, and what their errors mean. */
#define _GNU_SOURCE
#include "host/libvbs/device.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

int device_open(const char *path)
{
	return open(path, O_RDWR | O_CLOEXEC);
}

static enum status status_of_errno(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return STATUS_DENIED;
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return STATUS_NOT_FOUND;
	case ENOMEM:
		return STATUS_NO_MEMORY;
	case ENOSPC:
	case EMSGSIZE:
		return STATUS_NO_SPACE;
	case EBUSY:
	case EAGAIN:
		return STATUS_BUSY;
	case EINTR:
		return STATUS_INTERRUPTED;
	case EINVAL:
		return STATUS_INVALID;
	case EEXIST:
		return STATUS_CONFLICT;
	case EREMOTEIO:
		return STATUS_CRASHED;
	case EBADMSG:
	case EPROTO:
		return STATUS_CORRUPT;
	default:
		return STATUS_UNSUPPORTED;
	}
}

enum status device_version(int device, struct vbs_version *version)
{
	*version = (struct vbs_version){0};
	if (ioctl(device, VBS_IOC_VERSION, version) != 0) {
		return status_of_errno(errno);
	}
	return version->ioctl_version == VBS_IOCTL_VERSION ? STATUS_OK
							   : STATUS_UNSUPPORTED;
}

enum status device_call(int device, struct device_call *call)
{
	struct vbs_message message = {
		.size_bytes = sizeof(message),
		.service = call->service,
		.method = call->method,
		.caller = call->caller,
		.in_bytes = (uint32_t)call->in_bytes,
		.out_bytes = (uint32_t)call->out_bytes,
		.in = (uintptr_t)call->in,
		.out = (uintptr_t)call->out,
	};

	if (ioctl(device, VBS_IOC_MESSAGE, &message) != 0) {
		return status_of_errno(errno);
	}
	if (message.out_bytes > call->out_bytes) {
		return STATUS_CORRUPT;
	}
	call->out_bytes = message.out_bytes;
	return (enum status)message.status;
}
