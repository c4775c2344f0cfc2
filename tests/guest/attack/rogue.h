/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A processor that Linux has taken offline, brought up by the module itself
 * in long mode with its own stack and interrupt table, interrupts off. Linux
 * gets it back with INIT, by bringing it online.
 */
#ifndef OPENVBS_TESTS_GUEST_ATTACK_ROGUE_H
#define OPENVBS_TESTS_GUEST_ATTACK_ROGUE_H

#include <linux/types.h>

/* A free page below 1 MiB, where the processor starts. */
#define ROGUE_PAGE   0x10000
#define ROGUE_VECTOR 0x10

/* Offsets in the page of what rogue.S needs, filled in by rogue.c. */
#define ROGUE_GDT     0x800
#define ROGUE_GDTR    0x840
#define ROGUE_CR4     0x848
#define ROGUE_CR3     0x850
#define ROGUE_EFER    0x858
#define ROGUE_CR0     0x860
#define ROGUE_STACK   0x868
#define ROGUE_ENTRY   0x870
#define ROGUE_GS_BASE 0x878
#define ROGUE_CODE32  0x08
#define ROGUE_DATA    0x10
#define ROGUE_CODE64  0x18
#define ROGUE_TSS     0x20

#ifndef __ASSEMBLY__
extern const u8 rogue_start[], rogue_end[];

/* rogue.S: #DB handler of the rogue; counts and returns. */
extern const u8 rogue_debug[];
extern u64 rogue_debugs;

/* Starts processor `cpu` in `entry`, which must not return. */
int rogue_run(unsigned int cpu, void (*entry)(void));

/* Top of the stack that its #DB handler gets. */
u64 rogue_debug_stack(void);
#endif

#endif
