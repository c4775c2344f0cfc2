/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The policy that runs. */
#ifndef OPENVBS_SK_CORE_POLICY_H
#define OPENVBS_SK_CORE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/policy.h"
#include "abi/status.h"

#define POLICY_DIGEST_BYTES 32u

struct policy_state {
	struct policy policy;
	uint8_t digest[POLICY_DIGEST_BYTES];
};

/* The built-in policy, checked and digested; frozen from here on. */
enum status policy_init(void);

/* False: something that it asks for is missing, and it says not to run then. */
bool policy_allows_launch(void);

#endif
