/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The high precision event timer, IA-PC HPET 1.0a, 2.3. A timer can announce
 * its interrupt by a 32-bit write to an address in its own registers (FSB
 * route): to any memory, past nested paging, and in QEMU past the IOMMU.
 */
#ifndef OPENVBS_HV_CORE_HPET_H
#define OPENVBS_HV_CORE_HPET_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/field.h"

#define HPET_BASE UINT64_C(0xfed00000)

/* Timers, one behind the other, and what each of them has. */
#define HPET_TIMERS	     0x100u
#define HPET_TIMER_BYTES     0x20u
#define HPET_FSB_ENABLE_BYTE 1u	      /* bits 15:8 of its configuration */
#define HPET_FSB_ENABLE	     BIT64(6) /* of that byte */
#define HPET_FSB_ROUTE	     0x10u
#define HPET_FSB_ROUTE_BYTES 8u

/*
 * Whether a store of `size_bytes` at an offset from HPET_BASE leaves every
 * timer without a route: it sets no FSB enable and touches no route.
 */
bool hpet_allows(uint32_t offset, unsigned size_bytes, uint64_t value);

#endif
