/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy object of the running system. Called once at the start.
 * Invariant: what runs has passed policy_check() and never changes.
 */
#include "sk/core/policy.h"

#include "lib/policy.h"
#include "sk/core/machine.h"
#include "sk/core/state.h"

static const struct policy built_in = {
	.magic = POLICY_MAGIC,
	.version = POLICY_VERSION,
	.mode = {[POLICY_VTL1] = POLICY_MODE_ENFORCE,
		 [POLICY_AUDIT] = POLICY_MODE_ENFORCE,
		 [POLICY_KEYRING] = POLICY_MODE_ENFORCE},
	.degraded = POLICY_DEGRADED_REPORT,
};

enum status policy_init(void)
{
	enum status status = policy_check(&built_in);

	if (status != STATUS_OK) {
		return status;
	}
	state.policy.policy = built_in;
	machine_sha256(&built_in, sizeof(built_in), state.policy.digest);
	return STATUS_OK;
}
