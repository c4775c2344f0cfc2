/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A door that only the test image has: report_test.c. In the shipped image,
 * report_ship.c, nothing leaves.
 */
#ifndef OPENVBS_HV_X86_REPORT_H
#define OPENVBS_HV_X86_REPORT_H

#include "hv/core/cpu.h"

/* Test image: unread events as JSON lines on the debug console. */
void report_events(struct cpu *cpu);

#endif
