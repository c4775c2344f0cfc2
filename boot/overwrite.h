/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory overwrite on reset (TCG Platform Reset Attack Mitigation). */
#ifndef OPENVBS_BOOT_OVERWRITE_H
#define OPENVBS_BOOT_OVERWRITE_H

#define OVERWRITE_CLEAR	 0x1u  /* of the control: clear memory at reset */
#define OVERWRITE_ALWAYS 0x10u /* after an orderly shutdown too */
#define OVERWRITE_LOCKED 0x1u  /* of the lock: until then, without a key */

/*
 * Before there is a secret in memory: has the firmware clear memory at the next
 * reset, and lets nobody call that off until then, each where the firmware
 * offers it. `vbsctl status` says where it does not; that it refuses, only the
 * console does.
 */
void overwrite_arm(void);

#endif
