/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling the TPM what was launched: abi/measure.h. */
#ifndef OPENVBS_BOOT_MEASURE_H
#define OPENVBS_BOOT_MEASURE_H

#include <stdbool.h>

/*
 * After VTL1 has started, before its launch is closed: configuration, version,
 * policy and identity. What cannot be measured is said on the console; the
 * machine starts all the same, and cannot prove what it runs.
 */
void measure_launch(void);

/*
 * On every way out of the loader. False: whoever comes next may find the PCR
 * as we have found it.
 */
bool measure_close(void);

#endif
