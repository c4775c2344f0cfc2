/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hypervisor's ELF image inside the loader (payload.S). */
#ifndef OPENVBS_BOOT_PAYLOAD_H
#define OPENVBS_BOOT_PAYLOAD_H

#include <stdint.h>

extern const uint8_t payload_hv_start[];
extern const uint8_t payload_hv_end[];

#endif
