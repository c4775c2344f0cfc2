/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The root secret at launch: abi/root.h. */
#ifndef OPENVBS_BOOT_ROOT_H
#define OPENVBS_BOOT_ROOT_H

/*
 * Before anything is measured into our PCR: has VTL1 get its root secret from
 * the TPM, and keeps the blob of a new one. What comes of it is said on the
 * console; without a root the machine starts all the same, and VTL1's secrets
 * end with the boot.
 */
void root_launch(void);

#endif
