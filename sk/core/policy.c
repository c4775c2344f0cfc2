/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy object of the running system. Called once at the start.
 * Invariant: what runs has passed policy_check() and never changes.
 */
#include "sk/core/policy.h"

#include "abi/vtl1.h"
#include "lib/policy.h"
#include "sk/core/machine.h"
#include "sk/core/state.h"

static const struct policy built_in = {
	.magic = POLICY_MAGIC,
	.version = POLICY_VERSION,
	.mode = {[POLICY_VTL1] = POLICY_MODE_ENFORCE,
		 [POLICY_AUDIT] = POLICY_MODE_ENFORCE,
		 [POLICY_DMA] = POLICY_MODE_ENFORCE,
		 [POLICY_KEYRING] = POLICY_MODE_ENFORCE},
	.degraded = POLICY_DEGRADED_REPORT,
};

static bool is_running(enum service_id id)
{
	const struct service *service = service_find(id);

	return service != NULL && service->state != SERVICE_STATE_STOPPED;
}

/* What is known to be there, or not, when the launch ends. */
static bool is_present(enum policy_feature feature)
{
	switch (feature) {
	case POLICY_VTL1:
		return true;
	case POLICY_DMA:
		return (state.boot.facts & VTL1_FACT_IOMMU) != 0;
	case POLICY_AUDIT:
		return is_running(SERVICE_AUDIT);
	case POLICY_KEYRING:
		return is_running(SERVICE_KEYRING);
	default:
		return false;
	}
}

bool policy_allows_launch(void)
{
	struct policy_decision decision;

	for (unsigned i = 0; i < POLICY_FEATURE_COUNT; i++) {
		enum policy_feature feature = (enum policy_feature)i;

		if (policy_decide(&state.policy.policy, feature,
				  is_present(feature),
				  &decision) == STATUS_OK &&
		    decision.halt) {
			return false;
		}
	}
	return true;
}

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
