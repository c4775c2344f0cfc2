/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine around the processors: chipset, ACPI, consoles. */
#ifndef OPENVBS_BOOT_PLATFORM_H
#define OPENVBS_BOOT_PLATFORM_H

#include <stdbool.h>

#include "abi/handoff.h"
#include "abi/status.h"
#include "boot/smp.h"

/*
 * Fills `platform` and checks that SMM is closed to the operating system.
 * Whatever stops us is said on the console: STATUS_UNSUPPORTED.
 */
enum status platform_survey(const struct smp *smp,
			    struct handoff_platform *platform);

/*
 * Finds the IOMMUs; there may be none. What stops us is said on the console.
 * Once VTL1 has its memory too, platform_devices_clash() says whether the
 * firmware wants devices to reach what is ours.
 */
enum status platform_iommus_read(struct handoff_dma *dma);
bool platform_devices_clash(const struct handoff *handoff);

/* Takes the IOMMUs' table away from the system: they are the hypervisor's. */
void platform_iommus_hide(void);

/* Takes sleep states that cannot work under us away from the system. */
void platform_sleep_withdraw(void);

/* Adds the driver's device; says so on the console when it cannot. */
void platform_device_add(void);

#endif
