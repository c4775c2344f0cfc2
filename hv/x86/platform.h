/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fixed ports of the PC platform that the hypervisor itself uses. */
#ifndef OPENVBS_HV_X86_PLATFORM_H
#define OPENVBS_HV_X86_PLATFORM_H

/* Reset control register: ICH9 datasheet, 13.7.5. */
#define RESET_CONTROL_PORT 0xcf9
#define RESET_CONTROL_ARM  0x02
#define RESET_CONTROL_FULL 0x06

/* PM1 control, ACPI 6.5, 4.8.3.2. */
#define SLEEP_TYPE	 MASK64(12, 10)
#define SLEEP_ENABLE	 BIT64(13)
#define SLEEP_BYTE_SHIFT 8 /* to the one-byte register's form */

/* Keyboard controller. */
#define KEYBOARD_COMMAND_PORT 0x64
#define KEYBOARD_PULSE_RESET  0xfe

/* PCI configuration mechanism 1: PCI Local Bus 3.0, 3.2.2.3.2. */
#define CONFIG_ADDRESS_PORT   0xcf8
#define CONFIG_DATA_PORT      0xcfc
#define CONFIG_DATA_LAST      0xcff
#define CONFIG_ENABLE	      0x80000000u
#define CONFIG_BUS_SHIFT      16
#define CONFIG_DEVICE_SHIFT   11
#define CONFIG_FUNCTION_SHIFT 8
#define CONFIG_ABSENT	      0xffffffffu
#define CONFIG_OFFSET_BYTE    0xffu
#define CONFIG_OFFSET_DWORD   0xfcu

/* 16550 UART: line status, transmitter empty. */
#define UART_LINE_STATUS 5
#define UART_CAN_SEND	 0x20

#endif
