/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place that says which OpenVBS this is. */
#ifndef OPENVBS_BOOT_VERSION_H
#define OPENVBS_BOOT_VERSION_H

#define OPENVBS_VERSION "0.1.0"

/*
 * Security version: grows with every release that mends a hole through which
 * secrets could leave. It is measured; sealed secrets have a floor.
 */
#define OPENVBS_SVN 1

#endif
