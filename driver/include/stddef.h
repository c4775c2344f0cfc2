/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C library's header as far as abi/ needs it, from the kernel's.
 */
#ifndef OPENVBS_DRIVER_INCLUDE_STDDEF_H
#define OPENVBS_DRIVER_INCLUDE_STDDEF_H

#include <linux/stddef.h>
#include <linux/types.h>

#endif
