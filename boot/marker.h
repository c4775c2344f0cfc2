/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a later run of the loader within the same boot must know: the
 * firmware may start it again after a failed next loader, and a wrong
 * configuration may make it start itself.
 */
#ifndef OPENVBS_BOOT_MARKER_H
#define OPENVBS_BOOT_MARKER_H

#include <stdint.h>

#define MARKER_RUNNING 1u /* a loader waits for what it started */
#define MARKER_ACTIVE  2u /* the hypervisor runs */

uint8_t marker_read(void);
void marker_write(uint8_t marker);

#endif
