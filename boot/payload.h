/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the loader carries: ELF images and an ACPI table (payload.S). */
#ifndef OPENVBS_BOOT_PAYLOAD_H
#define OPENVBS_BOOT_PAYLOAD_H

#include <stdint.h>

extern const uint8_t payload_hv_start[]; /* the hypervisor */
extern const uint8_t payload_hv_end[];
extern const uint8_t payload_sk_start[]; /* the secure kernel */
extern const uint8_t payload_sk_end[];
extern const uint8_t payload_device_start[]; /* device.asl */
extern const uint8_t payload_device_end[];

#endif
