/* SPDX-License-Identifier: MIT */
/*
 * /dev/vbs, as the driver offers it (abi/ioctl.h). The path is a parameter so
 * that tests can name another; programs pass DEVICE_PATH.
 */
#ifndef OPENVBS_HOST_LIBVBS_DEVICE_H
#define OPENVBS_HOST_LIBVBS_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "abi/ioctl.h"
#include "abi/status.h"

#define DEVICE_PATH "/dev/vbs"

/* A file descriptor, or -1 and errno; ENOENT is a machine without OpenVBS. */
int device_open(const char *path);

/* STATUS_UNSUPPORTED: a driver of another version. */
enum status device_version(int device, struct vbs_version *version);

struct device_call {
	uint32_t service;
	uint32_t method;
	uint64_t caller; /* on whose behalf */
	const void *in;
	size_t in_bytes;
	void *out;
	size_t out_bytes; /* in: room at `out`; out: bytes written */
};

/* The service's status; or the one of what failed on the way, from errno. */
enum status device_call(int device, struct device_call *call);

#endif
