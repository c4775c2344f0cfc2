/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C library's header as far as abi/ needs it, from the kernel's types.
 */
#ifndef OPENVBS_DRIVER_INCLUDE_STDINT_H
#define OPENVBS_DRIVER_INCLUDE_STDINT_H

#include <linux/types.h>

#define UINT64_C(number) number##ull

#endif
