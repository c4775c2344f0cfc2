/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services of the shipped image. */
#include "sk/core/manifest.h"

const struct manifest_row manifest[SERVICE_COUNT] = {
	[SERVICE_SECURE_KERNEL] = {.name = "secure-kernel"},
	[SERVICE_AUDIT] = {.name = "audit",
			   .image = service_audit,
			   .image_end = service_audit_end,
			   .threads = 1},
	[SERVICE_ROOT] = {.name = "root",
			  .image = service_root,
			  .image_end = service_root_end,
			  .threads = 1,
			  .sets_root = true,
			  .asks_tpm = true},
	[SERVICE_KEYRING] = {.name = "keyring",
			     .image = service_keyring,
			     .image_end = service_keyring_end,
			     .threads = 4,
			     .has_root = true},
};
