/* SPDX-License-Identifier: MIT */
/* Version of the host programs: the one of the loader, by host/host.mk. */
#ifndef OPENVBS_HOST_LIBVBS_VERSION_H
#define OPENVBS_HOST_LIBVBS_VERSION_H

#ifdef OPENVBS_HOST_VERSION
#define VBS_VERSION OPENVBS_HOST_VERSION
#else
#define VBS_VERSION "unknown" /* compiled outside of host.mk: unit tests */
#endif

#endif
