/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The root secret at launch: abi/root.h. */
#ifndef OPENVBS_BOOT_ROOT_H
#define OPENVBS_BOOT_ROOT_H

#include <stdbool.h>

/*
 * Before anything is measured into our PCR: has VTL1 get its root secret from
 * the TPM, and keeps the blob of a new one. False, and said on the console: it
 * has none that outlives the boot; the machine starts all the same.
 */
bool root_launch(void);

#endif
