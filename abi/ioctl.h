/* SPDX-License-Identifier: MIT */
/*
 * /dev/vbs. The driver carries messages to VTL1 and back; who may open the
 * device is the file's mode. Lengths are exact, reserved members zero, else
 * EINVAL. STATUS_* of the way to the service becomes errno; the service's own
 * status is `status`.
 */
#ifndef OPENVBS_ABI_IOCTL_H
#define OPENVBS_ABI_IOCTL_H

#include <linux/ioctl.h>
#include <stdint.h>

#define VBS_IOCTL_VERSION 1u

struct vbs_version {
	uint32_t ioctl_version;	   /* VBS_IOCTL_VERSION */
	uint32_t vtl_call_version; /* VTL_CALL_INTERFACE */
	uint32_t reserved_zero[2];
};

struct vbs_message {
	uint32_t size_bytes; /* of this structure */
	uint32_t service;    /* abi/service.h */
	uint32_t method;
	uint32_t in_bytes;  /* at most VTL_MESSAGE_DATA_BYTES */
	uint32_t out_bytes; /* in: room at `out`; out: bytes written */
	uint32_t status;    /* out: enum status of the service */
	uint64_t caller;    /* advisory: the Linux user on whose behalf */
	uint64_t in;	    /* address */
	uint64_t out;	    /* address */
	uint64_t reserved_zero;
};

#define VBS_IOC_VERSION _IOR('V', 1, struct vbs_version)
#define VBS_IOC_MESSAGE _IOWR('V', 2, struct vbs_message)

_Static_assert(sizeof(struct vbs_version) == 16, "layout");
_Static_assert(sizeof(struct vbs_message) == 56, "layout");

#endif
