/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chipset and PC registers that the loader looks at. Q35: Intel 82Q35 (G)MCH
 * datasheet, 5.1 (device 0).
 */
#ifndef OPENVBS_BOOT_CHIPSET_H
#define OPENVBS_BOOT_CHIPSET_H

#include "lib/field.h"

/* PCI local bus 3.0, 3.2.2.3.2: configuration mechanism 1, 00:00.0. */
#define PCI_ADDRESS_PORT 0xcf8
#define PCI_DATA_PORT	 0xcfc
#define PCI_ENABLE	 UINT32_C(0x80000000)
#define PCI_ID		 0u

#define Q35_ID		 UINT32_C(0x29c08086)
#define Q35_SMRAM	 0x9cu /* the doubleword around register 0x9d */
#define Q35_SMRAM_D_LOCK BIT64(8 + 4)
#define Q35_SMRAM_D_OPEN BIT64(8 + 6)

/* First serial port (16550): base, and the scratch register's offset. */
#define SERIAL_PORT	     0x3f8
#define SERIAL_SCRATCH	     7
#define SERIAL_SCRATCH_PROBE 0x5a

/* Emulators' byte-wide debug console: reading answers a fixed value. */
#define DEBUG_PORT	 0x402
#define DEBUG_PORT_VALUE 0xe9

#endif
