/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration space. PCI Local Bus 3.0, 3.2.2.3.2 (ports) and 6.1 (header);
 * PCI-to-PCI Bridge 1.2, 3.2; PCI Express Base, 7.2.2 (ECAM), 7.6 (extended
 * capabilities), 7.8.6 (resizable BAR); SR-IOV 1.1, 3.3.
 */
#ifndef OPENVBS_HV_CORE_PCI_H
#define OPENVBS_HV_CORE_PCI_H

#include "lib/field.h"

/* Ports, and what the address latch holds. */
#define PCI_PORT_ADDRESS   0xcf8u
#define PCI_PORT_DATA	   0xcfcu
#define PCI_PORT_END	   0xd00u
#define PCI_LATCH_ENABLE   BIT64(31)
#define PCI_LATCH_RESERVED (MASK64(30, 24) | MASK64(1, 0))
#define PCI_LATCH_BUS	   MASK64(23, 16)
#define PCI_LATCH_DEVICE   MASK64(15, 11)
#define PCI_LATCH_FUNCTION MASK64(10, 8)
#define PCI_LATCH_OFFSET   MASK64(7, 2)
#define PCI_DWORD_BYTES	   4u

/* ECAM: the same with twelve bits of offset. */
#define PCI_ECAM_BUS_BYTES BIT64(20)
#define PCI_ECAM_BUS	   MASK64(27, 20)
#define PCI_ECAM_DEVICE	   MASK64(19, 15)
#define PCI_ECAM_FUNCTION  MASK64(14, 12)
#define PCI_ECAM_OFFSET	   MASK64(11, 0)

#define PCI_CONFIG_BYTES 0x1000u /* of one function */

/* Header. */
#define PCI_HEADER_BYTES     0x40u
#define PCI_VENDOR_ID	     0x00
#define PCI_VENDOR_ABSENT    0xffffu
#define PCI_COMMAND	     0x04
#define PCI_COMMAND_MEMORY   BIT64(1)
#define PCI_HEADER_TYPE	     0x0e
#define PCI_HEADER_TYPE_MASK MASK64(6, 0)
#define PCI_HEADER_DEVICE    0
#define PCI_HEADER_BRIDGE    1
#define PCI_WINDOWS	     0x10 /* first and end of what may be windows */
#define PCI_WINDOWS_END	     0x3c

#define PCI_BAR_FIRST	0x10
#define PCI_BAR_IO	BIT64(0)
#define PCI_BAR_TYPE	MASK64(2, 1)
#define PCI_BAR_TYPE_64 2
#define PCI_BAR_BASE	MASK64(31, 4)
#define PCI_BAR_LARGEST BIT64(31) /* of 32 bits */
#define PCI_DEVICE_BARS 6
#define PCI_BRIDGE_BARS 2
#define PCI_DEVICE_ROM	0x30
#define PCI_BRIDGE_ROM	0x38
#define PCI_ROM_ENABLE	BIT64(0)
#define PCI_ROM_BASE	MASK64(31, 11)
#define PCI_ALL_ONES	MASK64(31, 0)

/* Bridge windows: base and limit in the upper twelve bits, in MiB. */
#define PCI_BRIDGE_MEMORY      0x20
#define PCI_BRIDGE_PREFETCH    0x24
#define PCI_BRIDGE_BASE_UPPER  0x28
#define PCI_BRIDGE_LIMIT_UPPER 0x2c
#define PCI_BRIDGE_BASE	       MASK64(15, 4)
#define PCI_BRIDGE_LIMIT       MASK64(31, 20)
#define PCI_BRIDGE_SHIFT       20
#define PCI_BRIDGE_WIDTH       MASK64(3, 0) /* of the prefetchable base */
#define PCI_BRIDGE_WIDTH_64    1

/* Extended capabilities. */
#define PCI_EXTENDED_FIRST 0x100
#define PCI_EXTENDED_MOST  64 /* hops; a list has no more members */
#define PCI_EXTENDED_ID	   MASK64(15, 0)
#define PCI_EXTENDED_NEXT  MASK64(31, 20)

#define PCI_SRIOV_ID	     0x10
#define PCI_SRIOV_CONTROL    0x08
#define PCI_SRIOV_CONTROL_ON (BIT64(0) | BIT64(3)) /* VF enable, VF MSE */
#define PCI_SRIOV_TOTAL	     0x0c /* TotalVFs in the upper half */
#define PCI_SRIOV_TOTAL_VFS  MASK64(31, 16)
#define PCI_SRIOV_PAGE_SIZE  0x20
#define PCI_SRIOV_BARS	     0x24
#define PCI_SRIOV_BARS_END   0x3c

#define PCI_RESIZE_ID	 0x15
#define PCI_RESIZE_VF_ID 0x24
#define PCI_RESIZE_FIRST 0x04
#define PCI_RESIZE_END	 0x34 /* six pairs of registers */

#endif
