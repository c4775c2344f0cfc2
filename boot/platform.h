/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine around the processors: chipset, ACPI, consoles. */
#ifndef OPENVBS_BOOT_PLATFORM_H
#define OPENVBS_BOOT_PLATFORM_H

#include "abi/handoff.h"
#include "abi/status.h"
#include "boot/smp.h"

/*
 * Fills `platform` and checks that SMM is closed to the operating system.
 * Whatever stops us is said on the console: STATUS_UNSUPPORTED.
 */
enum status platform_survey(const struct smp *smp,
			    struct handoff_platform *platform);

/* Takes sleep states that cannot work under us away from the system. */
void platform_sleep_withdraw(void);

/* Adds the driver's device; says so on the console when it cannot. */
void platform_device_add(void);

#endif
