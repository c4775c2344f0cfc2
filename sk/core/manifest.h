/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services that are in the image: one row each, indexed by their number. */
#ifndef OPENVBS_SK_CORE_MANIFEST_H
#define OPENVBS_SK_CORE_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/service.h"

#define SERVICE_SLOTS_MAX 8u

struct manifest_row {
	char name[16];
	const uint8_t *image; /* static ELF; NULL: no service of this number */
	const uint8_t *image_end;
	uint32_t threads; /* inside at a time, at most SERVICE_SLOTS_MAX */
	uint32_t callees; /* services it may call, a bit each */
	bool has_root; /* gets a secret derived from the root, once that is known */
	bool sets_root; /* answers VTL0 during the launch alone */
	bool asks_tpm;	/* SERVICE_OUTSIDE */
};

extern const struct manifest_row manifest[SERVICE_COUNT];

/* sk/x86/services_*.S */
extern const uint8_t service_audit[], service_audit_end[];
extern const uint8_t service_root[], service_root_end[];
extern const uint8_t service_echo[], service_echo_end[];
extern const uint8_t service_keyring[], service_keyring_end[];

#endif
