/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports and registers that sleep, reset or mask. ACPI 6.5, 4.8.3.2 (PM1
 * control) and 4.8.3.7 (sleep control); ICH9 (316972), 13.7.5 (reset control)
 * and 13.7.3 (port 92); PS/2 keyboard controller (8042) commands.
 */
#ifndef OPENVBS_HV_CORE_DOORS_H
#define OPENVBS_HV_CORE_DOORS_H

#include "lib/field.h"

/*
 * PM1_CNT's upper byte; the one-byte sleep control register of machines
 * without PM1 has the same fields.
 */
#define DOOR_SLEEP_BYTE	  1u
#define DOOR_SLEEP_TYPE	  MASK64(4, 2)
#define DOOR_SLEEP_ENABLE BIT64(5)

#define DOOR_PORT_END	      0x10000u /* there are no ports from here on */
#define DOOR_KEYBOARD_DATA    0x60u
#define DOOR_KEYBOARD_COMMAND 0x64u
#define DOOR_SYSTEM_CONTROL   0x92u
#define DOOR_RESET_CONTROL    0xcf9u

/* Reset control: the processor is reset when the bit goes to 1. */
#define DOOR_RESET_CPU BIT64(2)

/* Port 92. */
#define DOOR_FAST_RESET BIT64(0)
#define DOOR_FAST_A20	BIT64(1)

/* Keyboard controller commands, and its output port: active when 0. */
#define DOOR_COMMAND_OUTPUT	0xd1
#define DOOR_COMMAND_A20_OFF	0xdd
#define DOOR_COMMAND_PULSE	0xf0
#define DOOR_COMMAND_PULSE_MASK 0xf0
#define DOOR_OUTPUT_RESET	BIT64(0)
#define DOOR_OUTPUT_A20		BIT64(1)

#endif
